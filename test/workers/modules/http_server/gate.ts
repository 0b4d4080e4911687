import type { InlineModules } from '../../../../src/runtime/inline-module.js';
import { Deferred } from '../../../../src/wire/deferred.js';

/** The module of a flow whose runs wait at a gate of the test's. */
export const GATE = [{ module: 'gate' }];
/** Its steps. */
export const GATED = [{ use: 'gate' }, { return: 'done' }];

/** Says when the first run has come to the gate, and lets all of them through. */
export function gate(): { readonly modules: InlineModules; readonly entered: Promise<void>; open(): void } {
  const entered = new Deferred<void>();
  const opened = new Deferred<void>();
  return {
    modules: {
      gate: async () => {
        entered.resolve();
        await opened.promise;
        return null;
      },
    },
    entered: entered.promise,
    open: () => opened.resolve(),
  };
}
