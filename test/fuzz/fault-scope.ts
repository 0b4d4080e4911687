import { injectFaults } from './faults.js';

/** Scope `faults`: prints what came of the packages; throws when one ended wrongly. */
export async function fuzzFaults({
  runs,
  seed,
}: {
  readonly runs: number;
  readonly seed: number;
}): Promise<void> {
  const totals = await injectFaults(runs, seed);
  console.log(JSON.stringify({ ...totals, wrong: totals.wrong.length }, null, 2));
  if (totals.wrong.length > 0) throw new Error(totals.wrong.slice(0, 20).join('\n'));
}
