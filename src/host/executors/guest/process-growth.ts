/** What `process.memoryUsage()` tells of, in bytes. */
export interface ProcessBytes {
  readonly rss: number;
  /** What the heap of the host's own thread takes. */
  readonly heapTotal: number;
  /** What buffers of the host's own thread take, and the like. */
  readonly external: number;
}

/** Growth slower than this is left to what each thread says of its own heap, in bytes per second. */
const ORDINARY_GROWTH = 16 * 1_048_576;

/**
 * Tells by how much a process has grown all at once, other than by the heap of the host's own thread. When the host gives memory back, its own
 * figures fall at once and those of the process later, or never: what is not there besides what was there before is nobody's growth.
 */
export class ProcessGrowth {
  #usual: { readonly others: number; readonly all: number };
  #latest: { readonly others: number; readonly all: number };
  #at: number;

  constructor(bytes: ProcessBytes, now: number) {
    this.#latest = sums(bytes);
    this.#usual = this.#latest;
    this.#at = now;
  }

  /** Takes the latest figures; the growth in bytes. */
  read(bytes: ProcessBytes, now: number): number {
    const latest = sums(bytes);
    const ordinary = (ORDINARY_GROWTH * (now - this.#at)) / 1_000;
    this.#usual = {
      others: Math.min(latest.others, this.#usual.others + ordinary),
      all: Math.min(latest.all, this.#usual.all + ordinary),
    };
    this.#latest = latest;
    this.#at = now;
    return Math.min(latest.others - this.#usual.others, latest.all - this.#usual.all);
  }

  /** The thread that caused the growth so far has been terminated: growth is counted from here on. */
  forget(): void {
    this.#usual = this.#latest;
  }
}

function sums({ rss, heapTotal, external }: ProcessBytes): { readonly others: number; readonly all: number } {
  return { others: rss - heapTotal - external, all: rss };
}
