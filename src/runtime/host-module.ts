import { resolve } from 'node:path';
import { isLocalModule } from '../flow/document/read-modules.js';
import type { Host } from '../host/host.js';
import type { Module } from '../host/api/module.js';
import { RUN_LIMITS } from '../flow/limits.js';
import { FairQueue } from './fair-queue.js';
import type { FlowModule } from './flow-module.js';
import type { OpenContext } from './open-context.js';
import type { OpenModule } from './open-module.js';

/** Fewer than the host lets be in flight in one module unless it is told otherwise: who else calls it finds room. */
const CALLS_AT_ONCE = 500;

/** A module of the host as a module of a flow. */
export function hostModule(one: OpenModule, loaded: Module, host: Host, context: OpenContext): FlowModule {
  const { declaration, baseDir, dispatch } = one;
  const { name, module } = declaration;
  const queue = new FairQueue(`call module "${name}"`, CALLS_AT_ONCE, RUN_LIMITS.waitingCalls);
  const { parameters, takesPayload } = loaded.manifest;
  return {
    name,
    isCallable: loaded.isCallable,
    parameters,
    call: (input, payload, signal, run) =>
      queue.run(run, signal, () =>
        loaded.call(input, { payload: takesPayload ? payload : undefined, signal }),
      ),
    mainEnded: dispatch === undefined ? undefined : loaded.mainEnded,
    ...(context.settings.clock === 'manual' ? { advance: (ms: number) => loaded.clock.advance(ms) } : {}),
    ...(isLocalModule(module) && dispatch === undefined
      ? { local: { folder: resolve(baseDir, module), replace: () => host.replace(loaded.name) } }
      : {}),
    close: async () => {
      await loaded.close();
    },
  };
}
