/** Work that is done in slices, so that the host answers others in between. */
export interface SlicedWork {
  /** Goes on until about that time; false when there is nothing more to do for now. */
  workUntil(end: number): boolean;
}

/** The longest that the frames of all guests together are worked on before the event loop turns. */
const SLICE_MS = 4;
/** Frames are worked on as they come, without waiting for a turn, while they have taken less than this, and half of the time since. */
const BURST_MS = 6;
const REFILL = 0.5;

/**
 * The host's event loop as the guests share it. What a guest sends is worked on at once as long as that takes little time; beyond it the guests'
 * work is done in slices, in turn, one slice each time the event loop comes round.
 */
export class HostTurns {
  readonly #waiting: SlicedWork[] = [];
  readonly #now: () => number;
  readonly #later: (work: () => void) => void;
  #creditMs = BURST_MS;
  #at = 0;

  constructor(now = () => performance.now(), later: (work: () => void) => void = setImmediate) {
    this.#now = now;
    this.#later = later;
  }

  /** True when something may be worked on at once. */
  isFree(now: number): boolean {
    if (this.#waiting.length > 0) return false;
    this.#creditMs = Math.min(BURST_MS, this.#creditMs + (now - this.#at) * REFILL);
    this.#at = now;
    return this.#creditMs > 0;
  }

  /** Books time that was worked at once. */
  spend(ms: number): void {
    this.#creditMs -= ms;
  }

  /** Asks for slices until there is nothing more to do. */
  request(work: SlicedWork): void {
    if (this.#waiting.includes(work)) return;
    if (this.#waiting.push(work) === 1) this.#later(this.#turn);
  }

  /** Takes back what was asked for. */
  forget(work: SlicedWork): void {
    const at = this.#waiting.indexOf(work);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  readonly #turn = (): void => {
    const end = this.#now() + SLICE_MS;
    // Each one once a turn: promises that its frames have settled are looked at in between.
    for (let left = this.#waiting.length; left > 0 && this.#now() < end; left--) {
      const work = this.#waiting.shift();
      if (work?.workUntil(end) === true && !this.#waiting.includes(work)) this.#waiting.push(work);
    }
    if (this.#waiting.length > 0) this.#later(this.#turn);
  };
}

/** There is one event loop, so there is one of these. */
export const hostTurns = new HostTurns();
