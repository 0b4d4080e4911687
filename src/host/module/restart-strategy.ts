import type { ExecutorExit } from '../executors/executor.js';
import type { RestartPolicy } from '../module-types.js';

/** What to do after a module ended. */
export type Verdict =
  | { readonly kind: 'restart'; readonly delayMs: number }
  | { readonly kind: 'give_up'; readonly because: 'policy' | 'crash_loop' };

/** Beyond, doubling reaches Infinity, which is not a number any more when the first step was 0. */
const MAX_DOUBLINGS = 40;

/** Decides about restarts. Knows no threads and no timers: time and chance are handed in. */
export class RestartStrategy {
  readonly #policy: RestartPolicy;
  readonly #now: () => number;
  readonly #random: () => number;
  /** When the restarts of the current window were ordered. */
  #recent: number[] = [];
  #restarts = 0;

  constructor(
    policy: RestartPolicy,
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
  ) {
    this.#policy = policy;
    this.#now = now;
    this.#random = random;
  }

  /** All restarts so far. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Judges an end that the host did not ask for. */
  decide(exit: ExecutorExit): Verdict {
    const { when, maxRestarts, windowMs } = this.#policy;
    const isOrderly = exit.reason === 'exited' && exit.exitCode === 0;
    if (when === 'never' || (when === 'on_crash' && isOrderly)) return { kind: 'give_up', because: 'policy' };
    const now = this.#now();
    this.#recent = this.#recent.filter((at) => now - at < windowMs);
    if (this.#recent.length >= maxRestarts) return { kind: 'give_up', because: 'crash_loop' };
    const delayMs = this.#delay(this.#recent.length);
    this.#recent.push(now);
    this.#restarts++;
    return { kind: 'restart', delayMs };
  }

  /** A restart that was not asked of this: it counts all the same. */
  noteTrial(): void {
    this.#restarts++;
  }

  /** Forgets the past: an operator has looked at the module. */
  reset(): void {
    this.#recent = [];
  }

  #delay(inARow: number): number {
    if (inARow === 0) return 0;
    const { backoffMs, maxBackoffMs, jitter } = this.#policy;
    const plain = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(inARow - 1, MAX_DOUBLINGS));
    return Math.round(plain * (1 + jitter * (2 * this.#random() - 1)));
  }
}
