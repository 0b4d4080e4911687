import { isPhlowError, PhlowError } from '../errors.js';
import type { Value } from '../values.js';
import { Deferred } from '../wire/deferred.js';
import { DeadLetters } from './dead-letter.js';
import type { HostEvents } from './host-events.js';
import type { CallOptions } from './module.js';

type Send = (input: Value, options: CallOptions | undefined) => Promise<Value>;

/** A package that was in flight when its module ended. */
interface Suspect {
  readonly input: Value;
  readonly options: CallOptions;
  readonly sentAt: number;
  readonly death: PhlowError;
}

/**
 * Sends packages that were in flight at a death of their module once more. One of them is the likely cause, so they go one at a time: whoever
 * is in flight at a second death is put aside, and takes no other along.
 */
export class Redelivery {
  readonly letters = new DeadLetters();
  readonly #name: string;
  readonly #events: HostEvents;
  readonly #send: Send;
  #last: Promise<void> = Promise.resolve();

  constructor(name: string, events: HostEvents, send: Send) {
    this.#name = name;
    this.#events = events;
    this.#send = send;
  }

  async call(input: Value, options: CallOptions = {}): Promise<Value> {
    // What was moved or read from a stream is gone: it cannot be sent twice.
    const canRepeat = options.transfer === undefined && options.items === undefined;
    const copy = canRepeat ? copyOf(input) : undefined;
    const sentAt = performance.now();
    try {
      return await this.#send(input, options);
    } catch (error) {
      if (copy === undefined || !this.#isDeath(error)) throw error;
      return await this.#again({ input: copy.input, options, sentAt, death: error });
    }
  }

  async #again(suspect: Suspect): Promise<Value> {
    const { input, options, sentAt, death } = suspect;
    const before = this.#last;
    const done = new Deferred<void>();
    // One that gives up while it waits leaves its place only when it has come to it.
    this.#last = Promise.all([before, done.promise]).then(() => undefined);
    try {
      await this.#untilTurn(before, suspect);
      return await this.#send(input, { ...options, timeoutMs: leftOf(options, sentAt) });
    } catch (error) {
      if (this.#isDeath(error)) throw this.#putAside(input, [death, error]);
      // The module did not come back: why it ended says more than that it is down.
      throw isPhlowError(error) && error.code === 'PHLOW_MODULE_DOWN' ? death : error;
    } finally {
      done.resolve();
    }
  }

  /** Waits for the package's turn as long as its caller does. */
  #untilTurn(turn: Promise<void>, { options, sentAt }: Suspect): Promise<void> {
    const { signal } = options;
    const leftMs = leftOf(options, sentAt);
    return new Promise((resolve, reject) => {
      const giveUp = (code: 'PHLOW_CALL_CANCELLED' | 'PHLOW_CALL_TIMED_OUT', why: string): void => {
        const message = `Cannot send a package to module "${this.#name}" again: ${why}`;
        stop();
        reject(new PhlowError(code, message, { cause: signal?.reason, details: { module: this.#name } }));
      };
      const onAbort = (): void => giveUp('PHLOW_CALL_CANCELLED', 'the caller gave up');
      const onTimeout = (): void => giveUp('PHLOW_CALL_TIMED_OUT', 'its deadline has passed');
      const timer = leftMs === undefined ? undefined : setTimeout(onTimeout, leftMs);
      const stop = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
      void turn.then(() => {
        stop();
        resolve();
      });
    });
  }

  #isDeath(error: unknown): error is PhlowError {
    if (!isPhlowError(error)) return false;
    const isEnd = error.code === 'PHLOW_MODULE_CRASHED' || error.code === 'PHLOW_MODULE_HUNG';
    const isOwn = error.details['module'] === this.#name && error.details['package'] !== undefined;
    // The host's own doing, at a stop or a replacement, is no fault of the package.
    const isStop = error.details['reason'] === 'terminated' && error.cause === undefined;
    return isEnd && isOwn && !isStop;
  }

  #putAside(input: Value, deaths: readonly PhlowError[]): PhlowError {
    const letter = this.letters.put(
      input,
      deaths.map(({ message }) => message),
    );
    this.#events.emit({ type: 'quarantined', module: this.#name, letter });
    const message = `Cannot send a package to module "${this.#name}" again: the module ended twice while it had it; host.inspect() keeps it among the dead letters`;
    const details = { module: this.#name, causes: letter.causes, bytes: letter.bytes };
    return new PhlowError('PHLOW_PACKAGE_QUARANTINED', message, { cause: deaths.at(-1), details });
  }
}

function leftOf({ timeoutMs }: CallOptions, sentAt: number): number | undefined {
  return timeoutMs === undefined ? undefined : Math.max(1, timeoutMs - (performance.now() - sentAt));
}

/** The input as it is now: the caller may change it later. Undefined for what cannot be copied; it will be refused anyway. */
function copyOf(input: Value): { readonly input: Value } | undefined {
  try {
    return { input: structuredClone(input) };
  } catch {
    return undefined;
  }
}
