import type { Deadline } from './deadline.js';

/** What a package hands on to the packages that its module sends because of it. */
export interface Journey {
  readonly deadline: Deadline | undefined;
  /** The W3C trace context of its span. */
  readonly traceparent: string | undefined;
}

/** The packages in flight that have something to hand on. The host keeps this, so that no module can claim another deadline than its own. */
export class Journeys {
  readonly #open = new Map<number, Journey>();

  open(id: number, journey: Journey): void {
    this.#open.set(id, journey);
  }

  close(id: number): void {
    if (this.#open.size === 0) return;
    this.#open.get(id)?.deadline?.clear();
    this.#open.delete(id);
  }

  /** What the package with this id hands on; nothing when it is settled or had nothing. */
  of(id: number): Journey | undefined {
    return this.#open.get(id);
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
