import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteBudget } from './byte-budget.js';

/** What a host reckons with for the answers to one instance. Absent where the code could cost the host as much without asking. */
export interface AnswerCosts {
  /** Books milliseconds of the host's thread; says how many milliseconds the work has to pause before it goes on. */
  book(ms: number): number;
  /** Resolves when the instance has received what was sent to it before the end of this turn, or has ended. */
  received(): Promise<unknown>;
}

/** What work that is not seen costs the host's thread, measured on two cores: a name in a folder and what it stands for, and a byte that becomes text. */
export const ENTRY_MS = 0.01;
const BYTE_MS = 0.5 / 1_048_576;
/** A connection for a request, and one whose keys are settled first. */
export const REQUEST_MS = 0.5;
export const TLS_REQUEST_MS = 2;

/** Entries of a folder that are looked at before their time is booked. */
export const ENTRIES_AT_ONCE = 64;
/** What a list counts for, however short it turns out to be. */
export const LIST_BYTES = 4 * 1_048_576;

/** Bytes cross as base64. */
export const BYTES_PER_BASE64_CHARACTER = 0.75;

/** An answer, or what is known of it so far, of up to this many bytes is not counted: 64 of them are 4 MiB. */
export const UNCOUNTED_BYTES = 65_536;

/** What makes large answers text, and sends them, does so for one in each turn of the event loop: the host does other things in between. */
let lastTurn = Promise.resolve();

function ownTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
  return lastTurn;
}

/** The answer to one question of a module while it is being made: the bytes that the host holds for it, and the time that it takes. */
export class Answer {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly #budget: ByteBudget;
  readonly #costs: AnswerCosts | undefined;
  #release: (() => void) | undefined;

  constructor(signal: AbortSignal, budget: ByteBudget, costs: AnswerCosts | undefined) {
    this.signal = signal;
    this.#budget = budget;
    this.#costs = costs;
  }

  /**
   * Waits until the module's budget has room for this many bytes, in place of what was reserved before: what waits holds nothing. Rejects when the
   * signal aborts.
   */
  async reserve(bytes: number, signal = this.signal): Promise<void> {
    this.release();
    if (bytes > UNCOUNTED_BYTES) this.#release = await this.#budget.take(bytes, signal);
    else signal.throwIfAborted();
  }

  /** Books work on the host's thread, and pauses while the module is above its share. Rejects when the signal aborts. */
  async spend(ms: number): Promise<void> {
    this.signal.throwIfAborted();
    const pauseMs = this.#costs?.book(ms) ?? 0;
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: this.signal });
  }

  /** Waits for a turn of the event loop in which this many bytes are made text, and books that. */
  async convert(bytes: number): Promise<void> {
    if (bytes <= UNCOUNTED_BYTES) return;
    await this.spend(bytes * BYTE_MS);
    await ownTurn();
  }

  /** Waits for a turn of the event loop in which the answer is sent, if it is large. */
  async beforeSent(): Promise<void> {
    if (this.#release !== undefined) await ownTurn();
  }

  /** Gives the bytes back: at once where nothing is sent, else when the instance has received them. */
  end(isSent: boolean): void {
    if (this.#release === undefined) return;
    if (!isSent || this.#costs === undefined) this.release();
    else
      this.#costs.received().then(
        () => this.release(),
        () => this.release(),
      );
  }

  /** Gives the bytes back: the answer has turned out to be short. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
