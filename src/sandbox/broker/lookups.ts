import { lookup as systemLookup } from 'node:dns/promises';
import { followAbort } from '../../follow-abort.js';

/** The most names that one module may have looked up at once. */
const MAX_PER_MODULE = 2;
/** The most names that all modules of the process may: Node looks names up in four threads that the host's own look-ups and files need too. */
const MAX_PER_PROCESS = 3;

/** Gives a limited number of places to those who wait for them, in their order. */
class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

const processPlaces = new Places(MAX_PER_PROCESS);

interface SharedLookup {
  readonly addresses: Promise<readonly string[]>;
  /** Callers that still wait; a look-up that nobody waits for is not begun. */
  waiting: number;
}

/** Every address of a name, in the system's order. */
async function lookupAll(host: string): Promise<readonly string[]> {
  return (await systemLookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/**
 * Looks up names for one module. A name server that does not answer holds a thread of the process for as long as the system waits for it, so
 * look-ups of one name are shared, few go on at once, and a caller whose signal aborts does not wait for the rest.
 */
export class Lookups {
  readonly #lookup: (host: string) => Promise<readonly string[]>;
  readonly #places = new Places(MAX_PER_MODULE);
  readonly #shared = new Map<string, SharedLookup>();

  /** @param lookup every address of a name; default: the system's resolver. */
  constructor(lookup: (host: string) => Promise<readonly string[]> = lookupAll) {
    this.#lookup = lookup;
  }

  /** Every address of a name. Rejects with what the resolver rejects with, or with the signal's reason when it aborts first. */
  async find(host: string, signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted();
    const shared = this.#shared.get(host) ?? this.#begin(host);
    shared.waiting++;
    let unfollow: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      unfollow = followAbort(signal, () => reject(signal.reason as Error));
    });
    try {
      return await Promise.race([shared.addresses, aborted]);
    } finally {
      shared.waiting--;
      unfollow();
    }
  }

  #begin(host: string): SharedLookup {
    const shared: SharedLookup = { waiting: 0, addresses: this.#run(host, () => shared.waiting > 0) };
    this.#shared.set(host, shared);
    // A caller that still waits gets the failure; without one it needs no report.
    shared.addresses.catch(() => undefined);
    return shared;
  }

  async #run(host: string, isWanted: () => boolean): Promise<readonly string[]> {
    await this.#places.take();
    try {
      await processPlaces.take();
      try {
        return isWanted() ? await this.#lookup(host) : [];
      } finally {
        processPlaces.leave();
      }
    } finally {
      this.#places.leave();
      this.#shared.delete(host);
    }
  }
}
