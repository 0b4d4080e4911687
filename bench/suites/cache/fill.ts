import type { Module, ValueMap } from '../../../src/index.js';

/** Packages under way at once while a cache is filled: below the module's limit. */
const FLIGHT = 500;

/** Sets `count` entries through the host, in flights; `entry` makes the i-th package's fields. */
export async function fill(module: Module, count: number, entry: (i: number) => ValueMap): Promise<void> {
  for (let from = 0; from < count; from += FLIGHT) {
    const flight: Promise<unknown>[] = [];
    for (let i = from; i < Math.min(from + FLIGHT, count); i++) {
      flight.push(module.call({ action: 'set', ...entry(i) }));
    }
    await Promise.all(flight);
  }
}
