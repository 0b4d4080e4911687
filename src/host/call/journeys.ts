import type { Deadline } from './deadline.js';

/** What a package hands on to the packages that its module sends because of it. */
export interface Journey {
  /** Milliseconds that are left for them; undefined for as long as they take. */
  readonly leftMs: number | undefined;
  /** The W3C trace context of its span. */
  readonly traceparent: string | undefined;
}

/** What is known of a package that has something to hand on. */
interface Open {
  readonly deadline: Deadline | undefined;
  readonly traceparent: string | undefined;
}

/** The packages in flight that have something to hand on. The host keeps this, so that no module can claim another deadline than its own. */
export class Journeys {
  readonly #open = new Map<number, Open>();
  readonly #graceMs: number;

  /** `graceMs` is what a handler has left for its last packages when its caller has given up. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  open(id: number, open: Open): void {
    this.#open.set(id, open);
  }

  close(id: number): void {
    if (this.#open.size === 0) return;
    this.#open.get(id)?.deadline?.clear();
    this.#open.delete(id);
  }

  /** What the package with this id hands on; nothing when it is settled or had nothing. */
  of(id: number): Journey | undefined {
    const open = this.#open.get(id);
    return open === undefined ? undefined : { leftMs: open.deadline?.leftMs, traceparent: open.traceparent };
  }

  /** What a package hands on whose caller has given up: time to clean up, and no more. */
  get last(): Journey {
    return { leftMs: this.#graceMs, traceparent: undefined };
  }

  /** Does work in a module's place while the deadline of the package that it is for stands still. */
  async during<T>(id: number, work: () => Promise<T>): Promise<T> {
    const deadline = this.#open.get(id)?.deadline;
    deadline?.pause();
    try {
      return await work();
    } finally {
      deadline?.resume();
    }
  }
}
