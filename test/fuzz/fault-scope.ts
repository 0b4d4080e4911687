import { injectFaults } from './faults.js';

/** Scope `faults`: tells what came of the packages; throws when one ended wrongly. */
export async function fuzzFaults({
  runs,
  seed,
}: {
  readonly runs: number;
  readonly seed: number;
}): Promise<object> {
  const totals = await injectFaults(runs, seed);
  if (totals.wrong.length > 0) throw new Error(totals.wrong.slice(0, 20).join('\n'));
  return { ...totals, wrong: totals.wrong.length };
}
