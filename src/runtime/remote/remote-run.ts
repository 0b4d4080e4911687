import { PhlowError } from '../../errors.js';
import { Cancellation, follow, type CancelSignal } from '../../flow/engine/cancellation.js';
import type { Caller } from '../../flow/engine/environment.js';
import { RUN_LIMITS } from '../../flow/limits.js';
import type { Value } from '../../values.js';
import { errorData, RecentErrors } from './error-data.js';
import type { ModuleCallReply } from './protocol.js';

/** What messages on the way may take, in milliseconds. */
const ROOM_MS = 250;

/** One run of a flow that runs apart, seen from the host. */
export class RemoteRun {
  readonly errors = new RecentErrors();
  /** The run is over for its caller when this aborts. */
  readonly signal: Cancellation;
  /** The trace that its calls belong to. */
  readonly traceparent: string | undefined;
  readonly #calls = new Map<number, Cancellation>();
  /** What the flow's `finally` is held to once the run was cancelled; undefined for a flow that has none. */
  readonly #late: Cancellation | undefined;
  readonly #unfollow: (() => void) | undefined;
  #phase: 'sent' | 'began' | 'ended' = 'sent';
  #onEnded: (() => void) | undefined;

  constructor({ signal, traceparent }: Pick<Caller, 'signal' | 'traceparent'>, hasFinally: boolean) {
    this.signal = new Cancellation(signal);
    this.traceparent = traceparent;
    if (!hasFinally) return;
    const late = (this.#late = new Cancellation());
    this.#unfollow = follow(this.signal, () => {
      const reason = new PhlowError('PHLOW_FLOW_CANCELLED', 'The run was cancelled');
      late.cancelAfter(RUN_LIMITS.finallyMs + ROOM_MS, () => reason);
    });
  }

  /** The flow says that it has begun with the run, or that it has ended, its `finally` included. */
  reached(phase: 'began' | 'ended'): void {
    this.#phase = phase;
    if (phase === 'ended') this.#onEnded?.();
  }

  /** Makes a call that has this number in the flow. What it has come to is for the flow to read. */
  async call(number: number, name: string, work: (signal: CancelSignal) => Promise<Value>): Promise<Value> {
    // Of two with one number, the end of the run would end the later one only.
    if (this.#calls.has(number)) {
      const message = `Cannot call module "${name}": the flow already has a call in progress with the same number (${String(number)})`;
      throw new PhlowError('PHLOW_WIRE_VIOLATION', message);
    }
    const own = new Cancellation(this.signal.aborted ? (this.#late ?? this.signal) : this.signal);
    this.#calls.set(number, own);
    try {
      return await this.replyOf(() => work(own));
    } finally {
      this.#calls.delete(number);
      own.dispose();
    }
  }

  /** Nobody waits for this call any more. */
  giveUp(number: number, name: string): void {
    const reason = new PhlowError('PHLOW_CALL_CANCELLED', `The call to "${name}" was given up`);
    this.#calls.get(number)?.cancel(reason);
  }

  /** What some work has come to, as it is sent to the flow. */
  async replyOf(work: () => Promise<Value>): Promise<Value> {
    try {
      const value = await work();
      return value === undefined ? {} : { value };
    } catch (error) {
      const reply: ModuleCallReply = { failed: errorData(error, () => this.errors.add(error)) };
      return reply as unknown as Value;
    }
  }

  /** Of a run that was cancelled, waits for the flow's `finally`, for a bounded time. */
  async settled(): Promise<void> {
    const late = this.#late;
    if (late === undefined || !this.signal.aborted || this.#phase !== 'began') return;
    await new Promise<void>((resolve) => {
      this.#onEnded = resolve;
      late.listen(resolve);
    });
  }

  /** Nothing more comes of the run. */
  end(): void {
    this.#unfollow?.();
    for (const call of this.#calls.values())
      call.cancel(new PhlowError('PHLOW_FLOW_CANCELLED', 'The run has ended'));
    this.signal.dispose();
    this.#late?.dispose();
  }
}
