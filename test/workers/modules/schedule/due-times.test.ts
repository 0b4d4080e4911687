import { describe, expect, test } from '@jest/globals';
import { cronTimes, everyTimes, type DueTimes } from '../../../../workers/modules/schedule/due-times.js';

/** The times that follow a date, without seconds. */
function following(times: DueTimes, from: string, count: number): string[] {
  const found: string[] = [];
  let at: number | undefined = Date.parse(from);
  while (found.length < count && (at = times.next(at)) !== undefined) {
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe('a cron expression', () => {
  test.each([
    ['0 3 * * *', ['2026-01-01T03:00', '2026-01-02T03:00']],
    ['*/20 9 * * MON', ['2026-01-05T09:00', '2026-01-05T09:20', '2026-01-05T09:40', '2026-01-12T09:00']],
    ['0 0 L * *', ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
    ['@monthly', ['2026-02-01T00:00']],
    ['30 0 12 24 12 * 2027', ['2027-12-24T12:00']],
    ['2026-06-01T08:00:00', ['2026-06-01T08:00']],
  ])('%s is due at %j', (expression, expected) => {
    expect(following(cronTimes(expression, 'UTC'), '2026-01-01T00:00:00Z', expected.length)).toEqual(
      expected,
    );
  });

  test('is due behind a time at which it is due, and at one a millisecond before', () => {
    const times = cronTimes('0 3 * * *', 'UTC');
    const at = Date.UTC(2026, 0, 1, 3);
    expect(times.next(at - 1)).toBe(at);
    expect(times.next(at)).toBe(at + 24 * 3_600_000);
  });

  test.each(['0 0 30 2 *', '0 0 31 2 *', '1960-01-01T00:00:00', '0 0 0 1 1 * 1960'])(
    '%s is refused, because it is never due',
    (expression) => {
      expect(() => cronTimes(expression, 'UTC')).toThrow(
        `Cannot start runs by the schedule "${expression}": it is never due`,
      );
    },
  );

  test.each(['2026-06-01T08:00:00', '0 0 0 1 1 * 2025'])('%s is due no more', (expression) => {
    expect(cronTimes(expression, 'UTC').next(Date.UTC(2026, 6, 1))).toBeUndefined();
  });

  test.each([
    [
      '61 3 * * *',
      'UTC',
      'Cannot read the schedule "61 3 * * *" in the time zone UTC: Invalid value for minute: 61',
    ],
    ['0 3 * * *', 'Mars/Phobos', 'in the time zone Mars/Phobos: there is no such time zone'],
    ['0 3 * * someday', 'UTC', 'Cannot read the schedule "0 3 * * someday"'],
  ])('%s in %s is refused', (expression, timezone, message) => {
    expect(() => cronTimes(expression, timezone)).toThrow(message);
  });
});

// Lisbon is at UTC in winter and an hour ahead in summer: on 29 March 2026 there is no time from 1:00 to 2:00, on 25 October there are two.
describe('a change of summer time', () => {
  test('in spring moves a time of day that is left out to the end of the gap', () => {
    expect(following(cronTimes('30 1 * * *', 'Europe/Lisbon'), '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  test('in spring leaves out what is due every so many minutes in the gap', () => {
    expect(following(cronTimes('*/30 * * * *', 'Europe/Lisbon'), '2026-03-29T00:00:00Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ]);
  });

  test('in autumn leaves a time of day that occurs twice due once, with a list of hours too', () => {
    expect(following(cronTimes('30 1 * * *', 'Europe/Lisbon'), '2026-10-24T00:00:00Z', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(following(cronTimes('30 1,13 * * *', 'Europe/Lisbon'), '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T13:30',
      '2026-10-26T01:30',
    ]);
  });

  test('in autumn repeats what is due every so many minutes in the hour that occurs twice', () => {
    expect(following(cronTimes('*/30 1 * * *', 'Europe/Lisbon'), '2026-10-25T00:00:00Z', 4)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
      '2026-10-26T01:00',
    ]);
  });

  test('moves no time of another zone', () => {
    expect(following(cronTimes('30 1 * * *', 'UTC'), '2026-03-28T02:00:00Z', 2)).toEqual([
      '2026-03-29T01:30',
      '2026-03-30T01:30',
    ]);
  });
});

describe('an interval', () => {
  const START = Date.UTC(2026, 0, 1);
  const times = everyTimes(1_000, START);

  test.each([
    [START - 5_000, START + 1_000],
    [START, START + 1_000],
    [START + 999, START + 1_000],
    [START + 1_000, START + 2_000],
    [START + 86_400_500, START + 86_401_000],
  ])('counts from its start: behind %d comes %d', (after, next) => {
    expect(times.next(after)).toBe(next);
  });
});
