import { PhlowError } from '../../../errors.js';
import type { Refusal } from '../../../wire/protocol.js';

/** What a stream to or from a pool is answered with. */
export function streamRefusal(module: string): Refusal {
  const message = `Cannot stream to or from module "${module}": it runs in replicas, which take single packages; load it with replicas: 1`;
  return { code: 'PHLOW_STREAM_UNSUPPORTED', message, details: {} };
}

/** The reason for ending a thread whose handler keeps running after its package was given up. */
export function unheedingError(module: string, id: number): PhlowError {
  const message = `Package ${id} of module "${module}" was given up and its handler did not end: let it end when context.signal aborts`;
  return new PhlowError('PHLOW_MODULE_CRASHED', message, { details: { module } });
}
