import { isPhlowError, PhlowError, type PhlowErrorCode } from '../../errors.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { Value } from '../../values.js';
import { Deferred } from '../../wire/deferred.js';
import { DeadLetters } from '../diagnostics/dead-letters.js';
import type { HostEvents } from '../host-events.js';
import { followSignal } from '../call/caller-signal.js';
import type { PackageOptions } from '../call/call-contexts.js';
import type { CallOptions, RedeliverOptions } from '../module-types.js';
import type { ModuleLifecycle } from './module-lifecycle.js';
import { Timer } from '../../timer.js';

/** What it takes to send packages again. */
export interface RedeliveryParts {
  readonly name: string;
  readonly events: HostEvents;
  readonly send: Send;
  readonly state: ModuleLifecycle;
  readonly inputSchema: JsonSchema | undefined;
}

type Send = (input: Value, options: PackageOptions | undefined) => Promise<Value>;

interface Contents {
  readonly input: Value;
  readonly payload: Value;
}

/** How a package ends whose module has ended with it, or may have. */
const ENDS: readonly PhlowErrorCode[] = ['PHLOW_MODULE_CRASHED', 'PHLOW_MODULE_HUNG', 'PHLOW_REMOTE_LOST'];

/** A package that was in flight when its module ended. */
interface Suspect {
  readonly input: Value;
  readonly options: CallOptions;
  readonly sentAt: number;
  readonly crash: PhlowError;
}

/**
 * Sends packages that were in flight at a crash of their module once more. One of them is the likely cause, so they go one at a time: the one
 * in flight at a second crash becomes a dead letter and takes no other along. A package without a reply holds the others back for its turn only.
 */
export class Redelivery {
  readonly letters: DeadLetters;
  readonly #parts: RedeliveryParts;
  readonly #turnMs: number;
  #last: Promise<void> = Promise.resolve();

  constructor(options: RedeliverOptions, parts: RedeliveryParts) {
    this.letters = new DeadLetters(options, parts.inputSchema);
    this.#turnMs = options.turnMs;
    this.#parts = parts;
  }

  async call(input: Value, options: CallOptions = {}): Promise<Value> {
    // What was moved or read from a stream is gone: it cannot be sent twice.
    const canRepeat = options.transfer === undefined && options.items === undefined;
    const copy = canRepeat ? copyOf({ input, payload: options.payload }) : undefined;
    const sentAt = performance.now();
    try {
      return await this.#parts.send(input, options);
    } catch (error) {
      if (copy === undefined || !this.#isCrash(error)) throw error;
      return await this.#again({
        input: copy.input,
        options: { ...options, payload: copy.payload },
        sentAt,
        crash: error,
      });
    }
  }

  async #again(suspect: Suspect): Promise<Value> {
    const { input, options, sentAt, crash } = suspect;
    const before = this.#last;
    const done = new Deferred<void>();
    // One that gives up while it waits leaves its place only when it has come to it.
    this.#last = Promise.all([before, done.promise]).then(() => undefined);
    let stop = (): void => undefined;
    try {
      await this.#untilTurn(before, suspect);
      stop = this.#limitTurn(done);
      const left = { ...options, timeoutMs: leftOf(options, sentAt), askedMs: options.timeoutMs };
      return await this.#parts.send(input, left);
    } catch (error) {
      if (this.#isCrash(error)) throw this.#putAside(input, [crash, error]);
      // The module did not come back: why it ended says more than that it is down.
      throw isPhlowError(error) && error.code === 'PHLOW_MODULE_DOWN' ? crash : error;
    } finally {
      stop();
      done.resolve();
    }
  }

  /** Ends a turn when its time is over. The time that the module takes to come back does not count. */
  #limitTurn(turn: Deferred<void>): () => void {
    const end = (): void => {
      if (this.#parts.state.is('ready')) turn.resolve();
      else timer = new Timer(this.#turnMs, end);
    };
    let timer = new Timer(this.#turnMs, end);
    return () => timer.clear();
  }

  /** Waits for the package's turn as long as its caller does. */
  #untilTurn(turn: Promise<void>, { options, sentAt }: Suspect): Promise<void> {
    const { signal } = options;
    const leftMs = leftOf(options, sentAt);
    return new Promise((resolve, reject) => {
      const giveUp = (code: 'PHLOW_CALL_CANCELLED' | 'PHLOW_CALL_TIMED_OUT', why: string): void => {
        const message = `Cannot send a package to module "${this.#parts.name}" again: ${why}`;
        stop();
        reject(
          new PhlowError(code, message, { cause: signal?.reason, details: { module: this.#parts.name } }),
        );
      };
      const onAbort = (): void => giveUp('PHLOW_CALL_CANCELLED', 'the caller gave up');
      const onTimeout = (): void => giveUp('PHLOW_CALL_TIMED_OUT', 'its deadline has passed');
      const timer = leftMs === undefined ? undefined : new Timer(leftMs, onTimeout);
      const stop = (): void => {
        timer?.clear();
        stopFollowing();
      };
      const stopFollowing = followSignal(this.#parts.name, signal, onAbort);
      if (signal?.aborted === true) onAbort();
      void turn.then(() => {
        stop();
        resolve();
      });
    });
  }

  #isCrash(error: unknown): error is PhlowError {
    if (!isPhlowError(error)) return false;
    const isEnd = ENDS.includes(error.code);
    const isOwn = error.details['module'] === this.#parts.name && error.details['package'] !== undefined;
    // The host's own doing, at a stop or a replacement, is no fault of the package.
    const isStop = error.details['reason'] === 'terminated' && error.cause === undefined;
    return isEnd && isOwn && !isStop;
  }

  #putAside(input: Value, crashes: readonly PhlowError[]): PhlowError {
    const letter = this.letters.put(
      input,
      crashes.map(({ message }) => message),
    );
    this.#parts.events.emit({ type: 'quarantined', module: this.#parts.name, letter });
    const message = `Cannot send a package to module "${this.#parts.name}" again: the module ended twice while it had it; host.inspect() keeps it among the dead letters`;
    const details = { module: this.#parts.name, causes: letter.causes, bytes: letter.bytes };
    return new PhlowError('PHLOW_PACKAGE_QUARANTINED', message, { cause: crashes.at(-1), details });
  }
}

function leftOf({ timeoutMs }: CallOptions, sentAt: number): number | undefined {
  return timeoutMs === undefined ? undefined : Math.max(1, timeoutMs - (performance.now() - sentAt));
}

/** A package's contents as they are now: the caller may change them later. Undefined for what cannot be copied; it will be refused anyway. */
function copyOf(contents: Contents): Contents | undefined {
  try {
    return structuredClone(contents);
  } catch {
    return undefined;
  }
}
