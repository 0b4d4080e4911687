import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collector = (options: { readonly type: 'minor' }) => unknown;

let collect: Collector | undefined;

/**
 * Collects the young objects of this thread's heap now. V8 does so by itself when the young generation is full, and lets that grow to tens of
 * megabytes: where nearly everything in it is kept, as while a long message is read, it then copies all of that in one piece.
 */
export function collectYoungGeneration(): void {
  collect ??= findCollector();
  collect({ type: 'minor' });
}

/** V8 hands its collector to contexts that are made while the flag is set, which Node lets be set at run time. */
function findCollector(): Collector {
  // Set already, by whoever started the process: it stays set.
  if (globalThis.gc !== undefined) return globalThis.gc;
  try {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc') as Collector;
  } catch {
    // Elsewhere V8 collects when it likes.
    return () => undefined;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
