import { describe, expect, test } from '@jest/globals';
import { barsOf, barsOverRuns, type Bar } from '../../bench/bars.js';
import { barsText } from '../../bench/report/bar-table.js';
import type { Result } from '../../src/measure/suite.js';

function row(name: string, inFlight: number, extra: Partial<Result>): Result {
  const figures = { perSecond: 1, p50Us: 1, p99Us: 1, p999Us: 1, rounds: [1], spread: 0 };
  return { scope: 'any', case: name, inFlight, ...figures, ...extra };
}

function held(results: readonly Result[]): [string, number, boolean][] {
  return barsOf(results).map(({ name, value, ok }) => [name, value, ok]);
}

describe('barsOf()', () => {
  test('holds ratios against their limits, and leaves out what was not measured', () => {
    const wire = [
      row('phlow', 256, { ratioToFloor: 0.72, rounds: [100, 90] }),
      row('comlink', 256, { rounds: [10, 10] }),
      row('phlow', 1, { p50Us: 60 }),
      row('raw', 1, { p50Us: 50 }),
    ];
    expect(held(wire)).toEqual([
      ['wire: 256 in flight, of floor', 0.72, true],
      ['wire: 256 in flight, comlink', 9.5, false],
      ['wire: 1 in flight, p50 of raw port', 1.2, false],
    ]);
    expect(held([])).toEqual([]);
  });

  test('holds isolation levels to the median times of a plain worker', () => {
    const levels = [
      row('sandboxed: small call on one core', 1, { figures: { toPlain: 1.1 } }),
      row('isolated', 1, { p50ToFloor: 2.6 }),
      row('isolated, warm guest', 1, { p50ToFloor: 0.5 }),
    ];
    expect(held(levels)).toEqual([
      ['isolation: isolated start, of a plain worker', 2.6, false],
      ['isolation: isolated start, warm guest, of a plain worker', 0.5, true],
      ['isolation: sandboxed small call on one core, of a plain worker', 1.1, true],
    ]);
  });

  test('holds the longest wait to its bar, whatever the machine does by itself', () => {
    const waits = (mine: number, nothing: number): [string, number, boolean][] =>
      held([
        row('phlow: all expire', 1, { p999Us: mine * 1000 }),
        row('phlow: nothing expires', 1, { p999Us: nothing * 1000 }),
      ]);
    const name = 'cache: longest wait while 100 000 expire';
    expect(waits(19, 1)).toEqual([[name, 19, true]]);
    expect(waits(21, 1)).toEqual([[name, 21, false]]);
    expect(waits(21, 30)).toEqual([[name, 21, false]]);
  });
});

test('over several runs a bar holds only when it held in each, and shows the range', () => {
  const bar = (value: number, ok: boolean): Bar => ({
    name: 'a',
    bar: 'at least 0.7 x',
    is: 'at least',
    value,
    ok,
    runs: [value],
  });
  const [over] = barsOverRuns([[bar(0.8, true)], [bar(0.6, false)], [bar(0.9, true)]]);
  expect(over).toMatchObject({ value: 0.6, ok: false, runs: [0.8, 0.6, 0.9] });
  expect(barsText(over === undefined ? [] : [over])).toBe(
    'MISS  a  0.6 .. 0.9  at least 0.7 x\n0 of 1 bars hold',
  );
  expect(barsOverRuns([[bar(0.8, true)], []])).toMatchObject([{ ok: false }]);
});
