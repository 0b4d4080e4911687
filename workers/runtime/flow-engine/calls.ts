import { follow, untilAborted, type CancelSignal } from '../../../src/flow/engine/cancellation.js';
import { errorFrom } from '../../../src/runtime/remote/error-data.js';
import type { ModuleCallReply, ModuleCallRequest } from '../../../src/runtime/remote/protocol.js';
import { isMap, type Value } from '../../../src/values.js';

/** Asks the host on behalf of a module of the flow, by its name. */
type Ask = (name: string, request: ModuleCallRequest) => Promise<Value>;

/** Errors of the host's, which hears of them by their numbers when they end a run. */
const refs = new WeakMap<object, number>();

/** The number of an error that came from the host. */
export function refOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? refs.get(error) : undefined;
}

/** The host refuses more uses of its capabilities than 64 at a time; what is given up or advanced must find room too. */
const MAX_CALLS = 48;

/** The calls that the runs of a flow make to its modules: a bounded number at a time, the others wait in order of arrival. */
export class Calls {
  readonly #ask: Ask;
  readonly #waiting = new Set<() => void>();
  readonly #counts = new Map<number, number>();
  #running = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Calls a module; settles as soon as the signal aborts, and the host learns that nobody waits any more. */
  async call(
    run: number,
    { name, input, payload }: { readonly name: string; readonly input: Value; readonly payload: Value },
    signal: CancelSignal | undefined,
  ): Promise<Value> {
    await this.#room(signal);
    const call = (this.#counts.get(run) ?? 0) + 1;
    this.#counts.set(run, call);
    const giveUp = (): void => void this.#ask(name, { run, cancel: call }).catch(() => undefined);
    const unfollow = follow(signal, giveUp);
    const asked = this.#ask(name, {
      run,
      call,
      ...(input === undefined ? {} : { input }),
      ...(payload === undefined ? {} : { payload }),
    }).finally(() => this.#leave());
    try {
      return valueIn(await untilAborted(asked, signal));
    } finally {
      unfollow();
    }
  }

  /** Tells the host how far a run has come that may go on for a while once it is cancelled; without modules there is nothing to go on with. */
  reached(run: number, phase: 'began' | 'ended', [name]: readonly string[]): void {
    if (name !== undefined) void this.#ask(name, { run, phase }).catch(() => undefined);
  }

  /** Moves the clock of the flow's modules; without any there is none to move. */
  async advance(run: number, advanceMs: number, [name]: readonly string[]): Promise<void> {
    if (name !== undefined) valueIn(await this.#ask(name, { run, advanceMs }));
  }

  /** Nothing more comes of this run. */
  forget(run: number): void {
    this.#counts.delete(run);
  }

  async #room(signal: CancelSignal | undefined): Promise<void> {
    if (this.#running < MAX_CALLS) {
      this.#running++;
      return;
    }
    let go: (() => void) | undefined;
    const room = new Promise<void>((resolve) => {
      go = resolve;
      this.#waiting.add(resolve);
    });
    try {
      await untilAborted(room, signal);
    } catch (error) {
      // A place that was given meanwhile goes to the next one.
      if (go !== undefined && !this.#waiting.delete(go)) this.#leave();
      throw error;
    }
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running--;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}

/** The host sends failures as data, so that they keep their code. */
function valueIn(reply: Value): Value {
  const { value, failed } = (isMap(reply) ? reply : {}) as ModuleCallReply;
  if (failed === undefined) return value;
  const error = errorFrom(failed, { known: () => undefined, textOf: () => undefined });
  if (failed.ref !== undefined && typeof error === 'object' && error !== null) refs.set(error, failed.ref);
  throw error;
}
