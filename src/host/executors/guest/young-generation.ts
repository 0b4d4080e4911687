import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MarkingWatch } from './marking-watch.js';

type Collector = (options: { readonly type: 'minor' }) => unknown;

/** What may be new in the heap before it is collected: some five to twelve milliseconds of copying, should all of it be kept. */
const MAX_NEW_BYTES = 4 * 1_048_576;

/**
 * The young objects of this thread's heap that reading messages makes. V8 collects them when its young generation is full, and lets that grow to
 * tens of megabytes: where nearly everything in it is kept, as while replies come that somebody waits for, it then copies all of that in one piece.
 */
export class YoungGeneration {
  readonly #collect: () => void;
  readonly #watch: () => Pick<MarkingWatch, 'ended'>;
  #newBytes = 0;
  #marking: Pick<MarkingWatch, 'ended'> | undefined;
  #collected: Promise<void> | undefined;

  constructor(
    collect: () => void = collectYoungGeneration,
    watch = (): Pick<MarkingWatch, 'ended'> => new MarkingWatch(),
  ) {
    this.#collect = collect;
    this.#watch = watch;
  }

  /** Counts new objects of about this many bytes. */
  add(bytes: number): void {
    this.#marking ??= this.#watch();
    this.#newBytes += bytes;
  }

  /** Where there are enough new objects to be collected before more are made: settles when they are, which may take as long as V8 marks the heap. */
  collected(): Promise<void> | undefined {
    if (this.#newBytes < MAX_NEW_BYTES) return undefined;
    this.#collected ??= this.#collectUnmarked();
    return this.#collected;
  }

  async #collectUnmarked(): Promise<void> {
    await this.#marking?.ended();
    this.#newBytes = 0;
    this.#collected = undefined;
    this.#collect();
  }
}

/** Each thread has one heap, so there is one of these. */
export const youngGeneration = new YoungGeneration();

let collector: Collector | undefined;

/** Collects what is young in this thread's heap now. */
export function collectYoungGeneration(): void {
  collector ??= findCollector();
  collector({ type: 'minor' });
}

/** V8 hands its collector to contexts that are made while the flag is set, which Node lets be set at run time. */
function findCollector(): Collector {
  try {
    // Set already, by those who started the process: it stays set. What `gc` is in this realm does not say so: an application may have put it there.
    return handedOut() ?? findWithFlag();
  } catch {
    // Elsewhere V8 collects when it likes.
    return () => undefined;
  }
}

function findWithFlag(): Collector {
  setFlagsFromString('--expose-gc');
  try {
    return handedOut() ?? (() => undefined);
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

/** The collector that a new context gets; undefined while the flag is not set. */
function handedOut(): Collector | undefined {
  return runInNewContext('globalThis.gc') as Collector | undefined;
}
