import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MarkingWatch } from './marking-watch.js';

type Collector = (options: { readonly type: 'minor' }) => unknown;

/** What may be new in the heap before it is collected: some five to twelve milliseconds of copying, should all of it be kept. */
const MAX_NEW_BYTES = 4 * 1_048_576;
/** For how long a finding that V8 is not marking is trusted. */
const UNMARKED_MS = 50;
/** From this major version on, V8 finishes marking when young objects are collected. */
const V8_FINISHES_MARKING = 13;

/**
 * The young objects of this thread's heap that reading messages makes. V8 collects them when its young generation is full, and lets that grow to
 * tens of megabytes: where nearly everything in it is kept, as while replies come that somebody waits for, it then copies all of that in one piece.
 */
export class YoungGeneration {
  readonly #collect: () => void;
  readonly #marking: Pick<MarkingWatch, 'isMarking' | 'ended'> | undefined;
  #newBytes = 0;
  #unmarkedUntil = 0;
  #ended: Promise<void> | undefined;

  constructor(collect: () => void, marking: Pick<MarkingWatch, 'isMarking' | 'ended'> | undefined) {
    this.#collect = collect;
    this.#marking = marking;
  }

  /** Counts new objects of about this many bytes. */
  add(bytes: number): void {
    this.#newBytes += bytes;
  }

  /** Collects what is new if there is enough of it. A promise where V8 may be marking: ask again when it has resolved. */
  makeRoom(): Promise<void> | undefined {
    if (this.#newBytes < MAX_NEW_BYTES) return undefined;
    const marking = this.#marking;
    if (marking === undefined || (!marking.isMarking && performance.now() < this.#unmarkedUntil)) {
      this.#newBytes = 0;
      this.#unmarkedUntil = 0;
      this.#collect();
      return undefined;
    }
    this.#ended ??= marking.ended().then(() => {
      this.#ended = undefined;
      this.#unmarkedUntil = performance.now() + UNMARKED_MS;
    });
    return this.#ended;
  }
}

/** Observes V8 while there are guests; undefined where marking is not finished by a collection of young objects. */
export const markingWatch =
  Number.parseInt(process.versions.v8, 10) < V8_FINISHES_MARKING ? undefined : new MarkingWatch();

/** Each thread has one heap, so there is one of these. */
export const youngGeneration = new YoungGeneration(collectYoungGeneration, markingWatch);

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
