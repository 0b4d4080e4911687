import { parseDuration } from '../../../src/manifest/units.js';
import type { Value } from '../../../src/values.js';
import { cronTimes, everyTimes, type DueTimes } from './due-times.js';

/** One schedule as it is written. */
export interface ScheduleSettings {
  readonly cron?: string;
  readonly every?: number | string;
  readonly timezone?: string;
  readonly name?: string;
  readonly input?: Value;
  readonly at_start?: boolean;
  readonly overlap?: Overlap;
  readonly jitter?: number | string;
  readonly missed?: Missed;
}

/** The module's settings, as `phlow.yaml` has checked them and filled in their defaults. */
export interface Settings extends ScheduleSettings {
  readonly timezone: string;
  readonly at_start: boolean;
  readonly overlap: Overlap;
  readonly jitter: number | string;
  readonly missed: Missed;
  readonly schedules?: readonly ScheduleSettings[];
}

/** What happens when a run is due and the one before it has not ended. */
export type Overlap = 'skip' | 'queue' | 'parallel';

/** What happens with runs whose time has passed. */
export type Missed = 'skip' | 'once';

/** One schedule in the units that the module computes with. */
export interface Entry {
  readonly name: string;
  readonly times: DueTimes;
  /** What becomes `main`; undefined for what the module says about the run. */
  readonly input: Value;
  readonly isAtStart: boolean;
  readonly overlap: Overlap;
  readonly jitterMs: number;
  readonly missed: Missed;
}

/** Intervals shorter than this would do little but start runs. */
const MIN_EVERY_MS = 10;

/**
 * Turns checked settings into schedules.
 *
 * @param start milliseconds since 1970: what intervals count from.
 * @throws Error for a cron expression, a time zone or an interval that makes no sense.
 */
export function entriesOf({ schedules, ...shared }: Settings, start: number): readonly Entry[] {
  if (schedules === undefined) return [entryOf(shared, start)];
  return schedules.map((one) => entryOf({ ...shared, ...one }, start));
}

function entryOf(settings: ScheduleSettings, start: number): Entry {
  const { cron, every, timezone = 'UTC', input, at_start: isAtStart = false } = settings;
  const { overlap = 'skip', jitter = 0, missed = 'skip' } = settings;
  const { name = String(cron ?? every) } = settings;
  const times = cron === undefined ? intervals(every, start) : cronTimes(cron, timezone);
  return { name, times, input, isAtStart, overlap, jitterMs: parseDuration(jitter) ?? 0, missed };
}

function intervals(every: unknown, start: number): DueTimes {
  const everyMs = parseDuration(every) ?? 0;
  if (everyMs >= MIN_EVERY_MS) return everyTimes(everyMs, start);
  throw new Error(`Cannot start runs every ${String(every)}: every must be at least ${MIN_EVERY_MS} ms`);
}
