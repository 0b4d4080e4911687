/** What a bound needs of the module that is held to it. */
export interface BoundMemory {
  /** What it may hold, in bytes. */
  readonly mostBytes: number;
  /** Bytes of the figures that may be somebody else's. */
  readonly roomBytes: number;
  /** Asks the module's container to collect its garbage. */
  collect(): void;
  /** Ends the module for what it seems to hold. */
  end(bytes: number): void;
}

/** How long a module that seems to hold too much may take to have its garbage collected. */
const MAX_COLLECTION_MS = 3_000;
/** What it may seem to hold meanwhile, as a multiple of what it may hold; `roomBytes` come on top. Code that never pauses is not waited for. */
const MAX_EXCESS = 1.5;

/**
 * Holds a module to its memory by figures that count garbage, too. When V8 collects is not the module's doing, and with room in the heap it may
 * leave hundreds of megabytes for later: before a module is ended for them it gets the time to have them collected.
 */
export class MemoryBound {
  readonly #memory: BoundMemory;
  #overSince: number | undefined;

  constructor(memory: BoundMemory) {
    this.#memory = memory;
  }

  /** Takes the latest figure. True when the module was ended for it. */
  look(bytes: number, now: number): boolean {
    const { mostBytes, roomBytes } = this.#memory;
    if (bytes <= mostBytes + roomBytes) {
      this.#overSince = undefined;
      return false;
    }
    if (bytes > MAX_EXCESS * mostBytes + roomBytes || now - (this.#overSince ?? now) > MAX_COLLECTION_MS) {
      this.#memory.end(bytes);
      return true;
    }
    if (this.#overSince === undefined) {
      this.#overSince = now;
      this.#memory.collect();
    }
    return false;
  }

  /** Time in which the module could do nothing does not count. */
  discount(ms: number): void {
    if (this.#overSince !== undefined) this.#overSince += ms;
  }
}
