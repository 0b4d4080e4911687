import type { Value } from '../../values.js';
import { Deferred } from '../../wire/deferred.js';
import { endIterator } from '../../wire/stream-writer.js';
import { untilAborted, type CancelSignal } from './cancellation.js';
import type { TakeStream } from './environment.js';

/**
 * Forwards a stream of a module. Resolves when it has been read to its end, or its reader wants no more; rejects with what it fails with, and as soon as the
 * signal aborts.
 */
export async function forwardStream(
  source: AsyncIterator<Value, undefined>,
  head: Value,
  take: TakeStream,
  signal: CancelSignal | undefined,
): Promise<void> {
  const ended = new Deferred<void>();
  const items: AsyncIterableIterator<Value, undefined> = {
    [Symbol.asyncIterator]: () => items,
    async next() {
      try {
        const next = await source.next();
        if (next.done === true) ended.resolve();
        return next;
      } catch (error) {
        ended.reject(error);
        throw error;
      }
    },
    return() {
      ended.resolve();
      return Promise.resolve({ value: undefined, done: true });
    },
  };
  try {
    take({ head, items });
    await untilAborted(ended.promise, signal);
  } finally {
    // Of one that has ended it does nothing; the module of any other hears that nobody reads on.
    endIterator(source);
  }
}
