import { injectFaults } from './faults/inject-faults.js';
import { drawTally } from './faults/tally.js';
import type { Found, FuzzOptions } from './found.js';

/** Scope `faults`: tells what was injected at which step and what came of it. */
export async function fuzzFaults({ runs, seed }: FuzzOptions): Promise<Found> {
  const totals = await injectFaults({ packages: runs, seed });
  const { rows, wrong, ...others } = totals;
  return { totals: { ...others, wrong: wrong.length, rows }, table: drawTally(rows), wrong };
}
