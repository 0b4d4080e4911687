import type { Refusal } from '../../../wire/protocol.js';

/** What a stream to or from a pool is answered with. */
export function streamRefusal(module: string): Refusal {
  const message = `Cannot stream to or from module "${module}": it runs in replicas, which take single packages; load it with replicas: 1`;
  return { code: 'PHLOW_STREAM_UNSUPPORTED', message, details: {} };
}
