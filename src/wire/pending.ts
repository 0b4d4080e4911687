import { IdTable } from './id-table.js';

/** One promise that the other side must settle. */
export interface Waiting<T> {
  readonly id: number;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
  /** When it was opened, in milliseconds of the monotonic clock; 0 when nobody measures. */
  readonly at: number;
  /** What was sent, for a report of what was lost. */
  readonly sent: unknown;
  /** Removes the timer and the listeners that belong to this wait. */
  cleanUp: (() => void) | undefined;
}

/**
 * The promises that wait for the other side, by id. The owner of the table empties it with `failAll` when the other side is gone:
 * that is why no wait can hang.
 */
export class Pending<T> {
  readonly #waiting = new IdTable<Waiting<T>>();
  #lastId = 0;

  /** How many promises wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Opens a wait and returns its id. */
  add(resolve: (value: T) => void, reject: (error: unknown) => void, at = 0, sent?: unknown): number {
    const id = ++this.#lastId;
    this.#waiting.add(id, { id, resolve, reject, at, sent, cleanUp: undefined });
    return id;
  }

  /** True while the wait with this id is open. */
  has(id: number): boolean {
    return this.#waiting.has(id);
  }

  /** Names what has to be undone when this wait ends. */
  onEnd(id: number, cleanUp: () => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) waiting.cleanUp = cleanUp;
  }

  /** Takes the wait out of the table; undefined when there is none with this id (a forged, late or doubled reply). */
  take(id: number): Waiting<T> | undefined {
    const waiting = this.#waiting.take(id);
    if (waiting?.cleanUp !== undefined) waiting.cleanUp();
    return waiting;
  }

  /** Rejects everything that waits, each with an error of its own so that stacks and causes are not shared by accident. */
  failAll(errorFor: (id: number) => unknown): void {
    for (const [id] of this.entries()) this.take(id)?.reject(errorFor(id));
  }

  /** What waits now, oldest first. */
  entries(): readonly [number, Waiting<T>][] {
    return this.#waiting.entries();
  }
}
