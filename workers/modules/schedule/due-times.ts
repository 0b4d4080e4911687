import { Cron } from 'croner';

/** When runs are due; all times are milliseconds since 1970. */
export interface DueTimes {
  /** The first time after another one; undefined when there is none any more. */
  next(after: number): number | undefined;
}

/**
 * The times of a cron expression in a time zone. A time of day that the change to summer time leaves out is due at the end of the gap, one that
 * occurs twice in autumn is due once; an expression with a wildcard or a step in its hours or minutes follows the hours as they pass.
 *
 * @throws Error for an expression or a time zone that makes no sense, and for an expression that is never due.
 */
export function cronTimes(expression: string, timezone: string): DueTimes {
  let cron: Cron;
  let isEverDue: boolean;
  try {
    // Without a function it only computes; waiting is done by the module's clock.
    cron = new Cron(expression.trim(), { timezone, fixedTimeRule: 'no-wildcard' });
    // The time zone is looked up when the first time is computed.
    isEverDue = cron.nextRun(new Date(0)) !== null;
  } catch (error) {
    throw new Error(`Cannot read the schedule "${expression}" in the time zone ${timezone}: ${said(error)}`, {
      cause: error,
    });
  }
  // A date that has passed is not refused: the flow may start again after it.
  if (!isEverDue)
    throw new Error(
      `Cannot start runs by the schedule "${expression}": it is never due; name a day that some month has, and no year before 1970`,
    );
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
}

/** Every so many milliseconds from a start on; the first time is one interval behind it. */
export function everyTimes(everyMs: number, start: number): DueTimes {
  return {
    next: (after) => start + Math.max(1, Math.floor((after - start) / everyMs) + 1) * everyMs,
  };
}

/** The library's sentence without the names of its functions. */
function said(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes('Invalid timezone')
    ? 'there is no such time zone'
    : message.replace(/^Cron\w*: /, '');
}
