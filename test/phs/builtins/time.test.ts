import { describe, expect, test } from '@jest/globals';
import type { PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, call, callOn } from './dispatch.js';

/** Friday, 18 August 2023, 12:34:56 UTC. */
const FRIDAY = 1692362096;
const LAST = 8210266876799;
const FIRST = -8334601228800;

describe('format', () => {
  test.each<[string, string]>([
    ['%d/%m/%Y %H:%M:%S', '18/08/2023 12:34:56'],
    ['%y %C %b %B %h %a %A', '23 20 Aug August Aug Fri Friday'],
    ['%j %e %I %p %P', '230 18 12 PM pm'],
    ['%T %F %D %R %r', '12:34:56 2023-08-18 08/18/23 12:34 12:34:56 PM'],
    ['%s %u %w %q', '1692362096 5 5 3'],
    ['%V %G %g %U %W', '33 2023 23 33 33'],
    ['%f %3f %6f %9f', '000000000 000 000000 000000000'],
    ['%.f|%.3f|%.6f|%.9f', '|.000|.000000|.000000000'],
    ['%z %:z %::z %:::z %Z', '+0000 +00:00 +00:00:00 +00 UTC'],
    ['100%% %t%n', '100% \t\n'],
    ['%c|%x|%X|%v|%+', 'Fri Aug 18 12:34:56 2023|08/18/23|12:34:56|18-Aug-2023|2023-08-18T12:34:56+00:00'],
    ['%k %l', '12 12'],
    ['%-m %_m %0e %-d', '8  8 18 18'],
    ['plain ünïcode', 'plain ünïcode'],
    ['', ''],
  ])('%p of a Friday in August 2023 is %p', (format, expected) => {
    expect(call('format', FRIDAY, format)).toBe(expected);
  });

  test.each<[number, string, string]>([
    [0, '%Y-%m-%d %H:%M:%S %j', '1970-01-01 00:00:00 001'],
    [0, '%I %p %l', '12 AM 12'],
    [Date.UTC(2021, 0, 3) / 1000, '%G-%V %U %W %u', '2020-53 01 00 7'],
    [Date.UTC(2024, 11, 31) / 1000, '%G-%V %j', '2025-01 366'],
    [Date.UTC(2023, 2, 1) / 1000, '%j', '060'],
    [Date.UTC(2024, 2, 1) / 1000, '%j', '061'],
    [Date.UTC(2023, 0, 5) / 1000, '%e|%-e|%_d', ' 5|5| 5'],
    [-1, '%F %T', '1969-12-31 23:59:59'],
    [LAST, '%Y', '+262142'],
    [FIRST, '%Y', '-262143'],
    [-62198755200, '%Y', '-0001'],
  ])('of %d, %p is %p', (timestamp, format, expected) => {
    expect(call('format', timestamp, format)).toBe(expected);
  });

  test.each([LAST + 1, FIRST - 1, 2n ** 62n])('outside the calendar (%p) is empty', (timestamp) => {
    expect(call('format', timestamp, '%Y')).toBe('');
    expect(call('to_iso', timestamp)).toBe('');
  });

  test.each(['%Q', '%', '%5f', '%-p', '%toString'])('%p fails and names the code', (format) => {
    const run = () => call('format', 0, format === '%toString' ? '%E' : format);
    expect(run).toThrow(/^Cannot format the time: "%/);
  });
});

describe('calendar', () => {
  test.each<[string, number, number]>([
    ['weekday', FRIDAY, 5],
    ['weekday', 3 * 86400, 0],
    ['year', FRIDAY, 2023],
    ['month', FRIDAY, 8],
    ['day', FRIDAY, 18],
    ['hour', FRIDAY, 12],
    ['minute', FRIDAY, 34],
    ['second', FRIDAY, 56],
    ['year', -1, 1969],
    ['weekday', LAST + 1, -1],
    ['year', LAST + 1, 0],
    ['second', FIRST - 1, 0],
  ])('%s(%d) is %d', (name, timestamp, expected) => {
    expect(call(name, timestamp)).toBe(expected);
  });

  test.each<[string, PhsValue, PhsValue, PhsValue]>([
    ['diff', 100, 50, 50],
    ['diff', 50, 100, -50],
    ['add_days', 1000, 2, 173800],
    ['add_days', 86400, -1, 0],
    ['add_hours', 1000, 1, 4600],
    ['add_minutes', 1000, 2, 1120],
    ['add_seconds', 1000, 5, 1005],
    ['sub_minutes', 1000, 2, 880],
    ['sub_seconds', 1000, 10, 990],
    ['add_seconds', 2n ** 62n, 1, 2n ** 62n + 1n],
  ])('%s(%p, %p) is %p', (name, a, b, expected) => {
    expect(call(name, a, b)).toBe(expected);
  });

  test('there is no sub_days and no sub_hours', () => {
    expect(() => call('sub_days', 1, 1)).toThrow('Function not found: sub_days (i64, i64)');
    expect(() => call('sub_hours', 1, 1)).toThrow('Function not found: sub_hours (i64, i64)');
  });

  test('moving past 64 bits overflows', () => {
    expect(() => call('add_days', 2n ** 63n - 1n, 1)).toThrow(
      'Addition overflow: 9223372036854775807 + 86400',
    );
    expect(() => call('diff', -(2n ** 63n), 1)).toThrow('Subtraction overflow');
  });

  test('year of a float does not exist', () => {
    expect(() => call('year', 1.5)).toThrow('Function not found: year (f64)');
  });
});

describe('RFC 3339', () => {
  test.each<[string, number]>([
    ['2023-08-18T12:34:56Z', FRIDAY],
    ['2023-08-18T12:34:56.789Z', FRIDAY],
    ['2023-08-18t12:34:56z', FRIDAY],
    ['2023-08-18 12:34:56Z', FRIDAY],
    ['2023-08-18T14:34:56+02:00', FRIDAY],
    ['2023-08-18T07:04:56-05:30', FRIDAY],
    ['1969-12-31T23:59:59.5Z', -1],
    ['2016-12-31T23:59:60Z', 1483228799],
    ['0000-02-29T00:00:00Z', -62162121600],
  ])('%s is %d', (text, expected) => {
    expect([call('from_iso', text), call('is_datetime', text)]).toEqual([expected, true]);
  });

  test.each([
    'nope',
    '',
    '2023-08-18',
    '2023-08-18T12:34:56',
    '2023-02-29T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-04-31T00:00:00Z',
    '2023-08-18T24:00:00Z',
    '2023-08-18T12:60:00Z',
    '2023-08-18T12:34:56+24:00',
    '2023-08-18T12:34:56+0200',
    '2023-08-18T12:34:56.Z',
    ' 2023-08-18T12:34:56Z',
    '12023-08-18T12:34:56Z',
  ])('%p is no time: 0', (text) => {
    expect([call('from_iso', text), call('is_datetime', text)]).toEqual([0, false]);
  });

  test.each<[number, string]>([
    [FRIDAY, '2023-08-18T12:34:56+00:00'],
    [-1, '1969-12-31T23:59:59+00:00'],
    [LAST, '+262142-12-31T23:59:59+00:00'],
  ])('to_iso(%d) is %s', (timestamp, expected) => {
    expect(call('to_iso', timestamp)).toBe(expected);
  });
});

describe('the clock', () => {
  class Stopped extends LoneRun {
    override once<T extends PhsValue>(): T {
      return (FRIDAY * 1000 + 789) as T;
    }
  }

  test('now is in whole seconds, today at midnight', () => {
    expect([callOn(new Stopped(), 'now'), callOn(new Stopped(), 'today')]).toEqual([FRIDAY, 1692316800]);
  });
});
