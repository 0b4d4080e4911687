import type { Part } from '../executor.js';
import { Health, type HealthOptions } from './health.js';
import type { Life } from './life.js';
import type { Pulse, Pulsed } from '../pulse.js';

/** What a look at a module may lead to. */
export interface UpkeepEvents {
  /** The life that has the packages, when there is one that takes them. */
  present(): Life | undefined;
  /** This part has been busy for too long with a package waiting. */
  suspect(part: Part): void;
  /** It has served its time. */
  wornOut(): void;
  /** Nobody has needed it for long. */
  unused(life: Life): void;
}

/** Has a module looked at once a second, from its first package on until there is nothing more to watch. */
export class Upkeep implements Pulsed {
  readonly #pulse: Pulse;
  readonly #health: Health;
  readonly #events: UpkeepEvents;
  #isOn = false;

  constructor(options: HealthOptions & { readonly pulse: Pulse }, events: UpkeepEvents) {
    this.#pulse = options.pulse;
    this.#health = new Health(options);
    this.#events = events;
  }

  /** A package has come: it is watched from now on. On the path of each package. */
  note(): void {
    if (!this.#isOn) this.#begin();
  }

  /** Another life has taken over. */
  startAnew(): void {
    this.#health.startAnew();
    this.note();
  }

  end(): void {
    this.#isOn = false;
    this.#pulse.forget(this);
  }

  tick(now: number): boolean {
    this.#isOn = this.#look(now);
    return this.#isOn;
  }

  #look(now: number): boolean {
    const life = this.#events.present();
    if (life === undefined) return false;
    const { suspects, isWornOut, isUnused, isWorthWatching } = this.#health.look(life, now);
    for (const part of suspects) this.#events.suspect(part);
    if (isWornOut) this.#events.wornOut();
    else if (isUnused) this.#events.unused(life);
    return isWorthWatching && !isUnused;
  }

  #begin(): void {
    this.#isOn = true;
    this.#health.noteUse();
    this.#pulse.watch(this);
  }
}
