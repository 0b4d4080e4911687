import { describe, expect, test } from '@jest/globals';
import { compareRuns } from '../../bench/compare.js';
import type { BenchDocument } from '../../bench/document.js';
import type { Machine } from '../../src/measure/machine.js';
import { median } from '../../src/measure/statistics.js';
import type { Result } from '../../src/measure/suite.js';

const MACHINE: Machine = {
  cpu: 'Test CPU',
  cores: 2,
  memoryGb: 8,
  os: 'Linux 6',
  arch: 'x64',
  node: 'v20.20.2',
  v8: '11',
  loadAtStart: 0,
};

function resultOf(name: string, rounds: readonly number[], extra: Partial<Result> = {}): Result {
  const times = { p50Us: 1, p99Us: 2, p999Us: 3 };
  return {
    scope: 'wire',
    case: name,
    inFlight: 256,
    perSecond: median(rounds),
    ...times,
    rounds,
    spread: 0,
    ...extra,
  };
}

function runOf(results: readonly Result[], machine: Machine = MACHINE): BenchDocument {
  return {
    machine,
    settings: { rounds: 9, roundMs: 1, isQuick: false },
    about: {},
    results,
    bars: [],
    failures: [],
  };
}

const steady = [100, 101, 102, 103, 104, 105, 106, 107, 108];
const times = (factor: number): number[] => steady.map((rate) => rate * factor);

describe('compareRuns()', () => {
  test('finds a case that became slower than the threshold', () => {
    const { changes, regressions } = compareRuns(
      runOf([resultOf('phlow', steady)]),
      runOf([resultOf('phlow', times(0.8))]),
      10,
    );
    expect(changes[0]).toMatchObject({ verdict: 'slower', changePercent: -20, by: 'perSecond' });
    expect(regressions).toBe(1);
  });

  test('tells faster from slower, and neither from noise or a small step', () => {
    const verdictOf = (after: readonly number[]): string | undefined =>
      compareRuns(runOf([resultOf('x', steady)]), runOf([resultOf('x', after)]), 10).changes[0]?.verdict;
    expect(verdictOf(times(1.3))).toBe('faster');
    expect(verdictOf(times(0.95))).toBe('same');
    expect(verdictOf([20, 200, 30, 190, 85, 180, 70, 104, 103])).toBe('same');
  });

  test('takes the mood of the machine out by dividing by the floor of each round', () => {
    const withFloor = (factor: number, overhead: number): BenchDocument =>
      runOf([
        resultOf('floor', times(factor), { isFloor: true, ratioToFloor: 1 }),
        resultOf('phlow', times(factor * overhead), { ratioToFloor: overhead }),
      ]);
    const [, sameShare] = compareRuns(withFloor(1, 0.8), withFloor(0.5, 0.8), 10).changes;
    expect(sameShare).toMatchObject({ case: 'phlow', by: 'ratioToFloor', verdict: 'same' });
    const [, lostShare] = compareRuns(withFloor(1, 0.8), withFloor(2, 0.6), 10).changes;
    expect(lostShare).toMatchObject({ verdict: 'slower', changePercent: -25 });
  });

  test('compares absolute rates on one machine only', () => {
    const elsewhere = runOf([resultOf('x', times(0.1))], { ...MACHINE, cpu: 'Another' });
    const comparison = compareRuns(runOf([resultOf('x', steady)]), elsewhere, 10);
    expect(comparison).toMatchObject({
      sameMachine: false,
      changes: [],
      notCompared: ['wire x, 256 in flight'],
      regressions: 0,
    });
  });

  test('names the cases that only one of the runs has', () => {
    const { notCompared } = compareRuns(
      runOf([resultOf('gone', steady)]),
      runOf([resultOf('new', steady, { inFlight: 0, ratePerSecond: 5000 })]),
      10,
    );
    expect(notCompared).toEqual(['wire new, 5000/s', 'wire gone, 256 in flight']);
  });
});
