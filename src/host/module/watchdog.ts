import type { Part } from '../executors/executor.js';
import type { Instance } from './instance.js';
import type { Ticker, Ticking } from '../ticker.js';
import type { RecyclePolicy } from '../module-types.js';

/** What is looked for. */
interface HealthCheckOptions {
  readonly hangTimeoutMs: number;
  readonly idleStopMs: number | undefined;
  readonly recycle: RecyclePolicy;
}

/** What a look at an instance came to. */
interface HealthStatus {
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

/** Looks at an instance from outside, once a second while it matters: the figures come from its handle, not from the instance itself. */
class HealthCheck {
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

  /** Another instance has taken over. */
  reset(): void {
    this.#busySince = undefined;
  }

  check(instance: Instance, now: number): HealthStatus {
    const { hangTimeoutMs, idleStopMs, recycle } = this.#options;
    const { eventLoopUtilization } = instance.executor.vitals();
    // Sampled now, for the next look and for an exit report, because an exited thread can no longer be read.
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

/** What a look at a module may lead to. */
export interface WatchdogEvents {
  /** The instance that has the packages, when there is one that takes them. */
  current(): Instance | undefined;
  /** This part has been busy for too long with a package waiting. */
  suspect(part: Part): void;
  /** It has served its time. */
  wornOut(): void;
  /** Nobody has needed it for long. */
  unused(instance: Instance): void;
}

/** Has a module looked at once a second, from its first package on until there is nothing more to watch. */
export class Watchdog implements Ticking {
  readonly #ticker: Ticker;
  readonly #healthCheck: HealthCheck;
  readonly #events: WatchdogEvents;
  #isOn = false;

  constructor(options: HealthCheckOptions & { readonly ticker: Ticker }, events: WatchdogEvents) {
    this.#ticker = options.ticker;
    this.#healthCheck = new HealthCheck(options);
    this.#events = events;
  }

  /** A package has come: it is watched from now on. On the path of each package. */
  recordUse(): void {
    if (!this.#isOn) this.#begin();
  }

  /** Another instance has taken over. */
  reset(): void {
    this.#healthCheck.reset();
    this.recordUse();
  }

  end(): void {
    this.#isOn = false;
    this.#ticker.forget(this);
  }

  tick(now: number): boolean {
    this.#isOn = this.#check(now);
    return this.#isOn;
  }

  #check(now: number): boolean {
    const instance = this.#events.current();
    if (instance === undefined) return false;
    const { suspects, isWornOut, isUnused, isWorthWatching } = this.#healthCheck.check(instance, now);
    for (const part of suspects) this.#events.suspect(part);
    if (isWornOut) this.#events.wornOut();
    else if (isUnused) this.#events.unused(instance);
    return isWorthWatching && !isUnused;
  }

  #begin(): void {
    this.#isOn = true;
    this.#healthCheck.recordUse();
    this.#ticker.watch(this);
  }
}
