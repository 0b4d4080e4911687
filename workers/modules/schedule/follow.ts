import type { MainContext } from '../../../src/sdk/index.js';
import type { Entry } from './entries.js';
import { dateText, Runs } from './runs.js';

/** A run that starts later than this is missed. */
const ON_TIME_MS = 60_000;

/**
 * Starts the runs of one schedule when they are due, until it has no more times or the module stops. Nothing that was due before the start, or
 * while the process was not running, is known here.
 *
 * @param random gives numbers from 0 up to, but not including, 1, for the jitter.
 */
export async function follow(
  entry: Entry,
  context: Pick<MainContext, 'clock' | 'dispatch' | 'log' | 'signal'>,
  random: () => number = Math.random,
): Promise<void> {
  const { clock, log, signal } = context;
  const { name, times, jitterMs, missed } = entry;
  const runs = new Runs(entry, context);
  let from = clock.date();
  if (entry.isAtStart) runs.start({ at: from, isMissed: false });
  try {
    for (let due = times.next(from); due !== undefined; due = times.next(from)) {
      const planned = laterBy(jitterMs, random(), due, times.next(due));
      await clock.sleepUntil(planned, signal);
      const now = clock.date();
      // More than one is due after the machine was suspended or the thread was busy: the latest counts.
      const latest = latestOf(entry, Math.max(due, now - ON_TIME_MS), now);
      const isLate = now - planned > ON_TIME_MS;
      if (latest !== undefined || !isLate) {
        runs.start({ at: latest ?? due, isMissed: latest !== undefined && latest !== due });
      } else if (missed === 'once') {
        runs.start({ at: due, isMissed: true });
      } else {
        log.warn(`Schedule "${name}" missed its runs from ${dateText(due)} on; it goes on with the next one`);
      }
      // A clock that was set back repeats nothing.
      from = Math.max(now, due);
    }
    log.info(`Schedule "${name}" has no more times`);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await runs.settled();
}

/** The time of a run with its jitter, which never moves it to the time of the next one: of two that are due, only the later would start. */
function laterBy(jitterMs: number, part: number, due: number, next: number | undefined): number {
  const mostMs = next === undefined ? jitterMs : Math.min(jitterMs, next - due);
  return due + Math.floor(mostMs * part);
}

/** The latest time between two others, both included. */
function latestOf({ times }: Entry, from: number, to: number): number | undefined {
  let latest: number | undefined;
  for (let at = times.next(from - 1); at !== undefined && at <= to; at = times.next(at)) latest = at;
  return latest;
}
