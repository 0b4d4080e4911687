import { PhlowError } from '../errors.js';
import { RUN_LIMITS } from '../flow/limits.js';
import { placeOf } from '../flow/source/source-file.js';
import type { Host } from '../host/host.js';
import { FunctionModule } from '../host/module/function-module.js';
import { FairQueue } from './fair-queue.js';
import type { FlowModule } from './flow-module.js';
import type { OpenContext } from './open-context.js';
import type { OpenModule } from './open-module.js';
import { requireVersion } from './module-version.js';

/** The function of the application that a host has under this name, if it has one. */
export function functionOf(host: Host | undefined, name: string): FunctionModule | undefined {
  const found = host?.modules.get(name);
  return found instanceof FunctionModule ? found : undefined;
}

/** A function of the application as a module of a flow. The flow does not close it: it is the host's. */
export function functionModule(
  provided: FunctionModule,
  { declaration, settings, dispatch }: OpenModule,
  context: OpenContext,
): FlowModule {
  const { name, range } = declaration;
  const refuse = (why: string): PhlowError =>
    new PhlowError('PHLOW_FLOW_INVALID', `Cannot load module "${name}": ${why}`, { place: placeOf(range) });
  if (dispatch !== undefined) throw refuse('it is a function of the application, which starts no runs');
  if (settings !== undefined)
    throw refuse('it is a function of the application, which takes no settings; pass them as its input');
  requireVersion(declaration, undefined);
  // A flow waits for what it has started itself, and leaves room for other callers.
  const atOnce = Math.ceil(provided.maxInFlight / 2);
  const queue = new FairQueue(`call function "${name}"`, atOnce, RUN_LIMITS.waitingCalls);
  const caller = { kind: 'flow', name: context.logName } as const;
  return {
    name,
    isCallable: true,
    parameters: provided.manifest.parameters,
    schemas: provided.manifest,
    call: (input, _payload, { signal, traceparent, id }) =>
      queue.run(id, signal, () =>
        provided.callAs(caller, input, {
          signal,
          hops: 0,
          ...(traceparent === undefined ? {} : { traceparent }),
        }),
      ),
    mainEnded: undefined,
    close: () => Promise.resolve(),
  };
}
