import type { Part } from '../executors/executor.js';
import type { Instance } from './instance.js';
import type { RecyclePolicy } from '../api/module.js';

/** What is looked for. */
export interface HealthCheckOptions {
  readonly hangTimeoutMs: number;
  readonly idleStopMs: number | undefined;
  readonly recycle: RecyclePolicy;
}

/** What a look at a life came to. */
export interface HealthStatus {
  /** What has been busy for too long with a package waiting: it may hang. */
  readonly suspects: readonly Part[];
  /** It has served its time. */
  readonly isWornOut: boolean;
  /** Nobody has needed it for so long that its thread can go. */
  readonly isUnused: boolean;
  /** There is something to look for the next time. */
  readonly isWorthWatching: boolean;
}

/** From this share of its time on an event loop counts as busy. */
const BUSY = 0.98;

/** Looks at a life from outside, once a second while it matters: the figures come from its handle, not from the life itself. */
export class HealthCheck {
  readonly #options: HealthCheckOptions;
  #usedAt = performance.now();
  #busySince: number | undefined;

  constructor(options: HealthCheckOptions) {
    this.#options = options;
  }

  /** A package has come. */
  recordUse(): void {
    this.#usedAt = performance.now();
  }

  /** Another life has taken over. */
  reset(): void {
    this.#busySince = undefined;
  }

  check(instance: Instance, now: number): HealthStatus {
    const { hangTimeoutMs, idleStopMs, recycle } = this.#options;
    const { eventLoopUtilization } = instance.executor.vitals();
    // For the next look, and for the report should the module end before it: a thread that has gone tells nothing.
    void instance.executor.sample();
    if (instance.inFlight > 0) this.#usedAt = now;
    this.#busySince = eventLoopUtilization > BUSY ? (this.#busySince ?? now) : undefined;
    const isStuck = this.#busySince !== undefined && now - this.#busySince >= hangTimeoutMs;
    return {
      suspects:
        hangTimeoutMs > 0 && isStuck && instance.oldestAgeMs(now) >= hangTimeoutMs
          ? (instance.executor.partsBusySince?.(now - hangTimeoutMs, BUSY) ?? [instance])
          : [],
      isWornOut: isWornOut(instance, now, recycle),
      isUnused: idleStopMs !== undefined && instance.inFlight === 0 && now - this.#usedAt >= idleStopMs,
      isWorthWatching: instance.inFlight > 0 || idleStopMs !== undefined || recycle.afterMs !== undefined,
    };
  }
}

function isWornOut(
  instance: Instance,
  now: number,
  { afterPackages, afterMs, heapBytes }: RecyclePolicy,
): boolean {
  if (afterPackages !== undefined && instance.handled >= afterPackages) return true;
  if (afterMs !== undefined && now - instance.startedAt >= afterMs) return true;
  const heap = heapBytes === undefined ? undefined : instance.executor.vitals().heapUsedBytes;
  return heap !== undefined && heapBytes !== undefined && heap >= heapBytes;
}
