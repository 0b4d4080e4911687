import type { Part } from '../executors/executor.js';
import { HealthCheck, type HealthCheckOptions } from './health-check.js';
import type { Instance } from './instance.js';
import type { Ticker, Ticking } from '../ticker.js';

/** What a look at a module may lead to. */
export interface WatchdogEvents {
  /** The life that has the packages, when there is one that takes them. */
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

  /** Another life has taken over. */
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
