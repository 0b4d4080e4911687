import type { Bridge } from '../../../workers/runtime/guest/bridge.js';
import * as core from '../../../workers/runtime/guest/main.js';
import type { Oracle } from './guest/oracle.js';
import { proof } from './proof-endowments.js';

export const { formatStack, importModule, promiseRejected } = core;

/** What the boot code of the proof adds to the bridge. */
export interface ProofBridge extends Bridge, Oracle {
  readonly plantedValue: unknown;
  readonly plantedCall: (() => unknown) | undefined;
}

/** The guest's own core as it is, with an oracle among what its module is given. */
export function start(bridge: ProofBridge): void {
  const { isOuter, isOurText, crossings, plantedValue, plantedCall } = bridge;
  proof.oracle = Object.freeze({
    isOuter: (value: object) => guarded(() => isOuter(value)),
    isOurText: (text: string) => guarded(() => isOurText(text)),
    crossings: () => guarded(() => crossings()),
  });
  proof.planted = plantedCall === undefined ? plantedValue : () => plantedCall();
  core.start(bridge);
}

/** The oracle must not be a way out itself. */
function guarded<T>(ask: () => T): T {
  try {
    return ask();
  } catch {
    throw new Error('The oracle is silent');
  }
}
