import { PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { ModuleMetrics } from '../diagnostics/module-metrics.js';
import { cancelledError, timedOutError, rejectLater } from '../call/call-errors.js';
import { followSignal, refusalBy } from '../call/caller-signal.js';
import type { Instance } from './instance.js';
import type { PackageOptions } from '../call/call-contexts.js';
import { PriorityQueue } from '../call/priority-queue.js';
import { Timer } from '../../timer.js';

/** A package that waits for room, or for its module to come back. */
interface Waiter {
  readonly input: Value;
  readonly options: PackageOptions | undefined;
  readonly resolve: (reply: Value | Promise<Value>) => void;
  readonly reject: (error: unknown) => void;
  readonly at: number;
  cleanUp: () => void;
}

/** Bounds of the admission queue. */
export interface AdmissionOptions {
  readonly name: string;
  /** Most packages in flight in the module. */
  readonly maxInFlight: number;
  /** Most packages that wait for room; 0 means that none may. */
  readonly maxWaiting: number;
  readonly metrics: ModuleMetrics;
}

const WHERE = 'while it waited';

/** Where packages wait that cannot be sent at once, at most `maxWaiting` of them. */
export class AdmissionQueue {
  readonly #options: AdmissionOptions;
  readonly #room = new PriorityQueue<Waiter>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Packages that wait. */
  get size(): number {
    return this.#room.size;
  }

  /** True when the instance can take a package now without overtaking one that waits. */
  admits(instance: Instance): boolean {
    return instance.inFlight < this.#options.maxInFlight && this.#room.size === 0;
  }

  /** Lets a package wait until `pump` sends it; its signal and its deadline count from now. */
  wait(input: Value, options: PackageOptions | undefined): Promise<Value> {
    const { name, maxInFlight, maxWaiting, metrics } = this.#options;
    if (this.#room.size >= maxWaiting) {
      const message = `Cannot call module "${name}": ${maxInFlight} packages may be in flight and ${maxWaiting} may wait, and all places are taken; wait for replies or raise the limit`;
      return rejectLater(
        new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module: name, maxInFlight, maxWaiting } }),
      );
    }
    const { signal, timeoutMs, priority = 'normal' } = options ?? {};
    const refusal = refusalBy(name, signal, WHERE);
    if (refusal !== undefined) return rejectLater(refusal);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        input,
        options,
        resolve,
        reject,
        at: performance.now(),
        cleanUp: () => undefined,
      };
      const leave = (error: PhlowError): void => {
        if (!this.#room.leave(waiter)) return;
        waiter.cleanUp();
        metrics.failures++;
        reject(error);
      };
      const onAbort = (): void => leave(cancelledError(name, signal ?? { reason: undefined }, WHERE));
      const onTimeout = (): void => leave(timedOutError(name, options?.askedMs ?? timeoutMs, 'room'));
      const stopFollowing = followSignal(name, signal, onAbort);
      const timer = timeoutMs === undefined ? undefined : new Timer(timeoutMs, onTimeout);
      waiter.cleanUp = () => {
        timer?.clear();
        stopFollowing();
      };
      this.#room.enter(waiter, priority);
    });
  }

  /** Sends what waits, as far as the instance has room. */
  pump(instance: Instance): void {
    while (this.#room.size > 0 && instance.inFlight < this.#options.maxInFlight) {
      const waiter = this.#room.next();
      if (waiter === undefined) return;
      const waitedMs = performance.now() - waiter.at;
      waiter.cleanUp();
      this.#options.metrics.queue.record(waitedMs * 1000);
      const { options } = waiter;
      waiter.resolve(instance.call(waiter.input, options && leftAfter(waitedMs, options)));
    }
  }

  /** Rejects what waits and passes the filter; returns how many that were. */
  refuse(errorFor: () => PhlowError, filter: (input: Value) => boolean = () => true): number {
    let refused = 0;
    for (const waiter of this.#room) {
      if (!filter(waiter.input) || !this.#room.leave(waiter)) continue;
      refused++;
      waiter.cleanUp();
      this.#options.metrics.failures++;
      waiter.reject(errorFor());
    }
    return refused;
  }
}

/** The options of a package that has waited: less of its time is left, and what was asked for stays known. */
function leftAfter(waitedMs: number, options: PackageOptions): PackageOptions {
  const { timeoutMs, askedMs = timeoutMs } = options;
  return timeoutMs === undefined
    ? options
    : { ...options, timeoutMs: Math.max(1, timeoutMs - waitedMs), askedMs };
}
