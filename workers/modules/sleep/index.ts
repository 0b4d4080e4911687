import { createStep } from '../../../src/sdk/index.js';

/** The units of the input, in the order in which the module looks for them, and what they are in milliseconds. */
const UNIT_MS = { milliseconds: 1, seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const;

/** How long to sleep: the units are optional, and anything may stand in them. */
export type SleepInput = Readonly<Partial<Record<keyof typeof UNIT_MS, unknown>>>;

/**
 * The wait in whole milliseconds. Only the first unit that is present counts; what is no positive number counts as 0. The result is never
 * beyond what a number holds exactly.
 */
export function durationMs(input: SleepInput): number {
  for (const [unit, unitMs] of Object.entries(UNIT_MS)) {
    const amount = Object.hasOwn(input, unit) ? input[unit as keyof SleepInput] : undefined;
    if (amount !== undefined) return clamped(amount, unitMs);
  }
  return 0;
}

function clamped(amount: unknown, unitMs: number): number {
  const number = typeof amount === 'bigint' ? Number(amount) : amount;
  if (typeof number !== 'number' || !(number > 0)) return 0;
  return Math.min(Math.round(number * unitMs), Number.MAX_SAFE_INTEGER);
}

/** The sleep module: waits without holding anything up, and ends at once when the caller gives up. */
export default createStep<SleepInput | undefined>(async ({ input, payload }, { clock, log, signal }) => {
  const ms = durationMs(input ?? {});
  if (ms > 0) {
    log.debug(`Sleeping for ${ms} milliseconds`);
    await clock.sleep(ms, signal);
  } else {
    log.debug('No sleep time provided, skipping sleep');
  }
  return payload ?? null;
});
