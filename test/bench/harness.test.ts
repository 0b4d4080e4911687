import { describe, expect, test } from '@jest/globals';
import { inTurn, runSuite } from '../../src/measure/harness.js';
import { Histogram } from '../../src/measure/histogram.js';
import type { Case, Plan, Suite } from '../../src/measure/suite.js';

const PLAN: Plan = { rounds: 3, roundMs: 10, warmupMs: 5, widths: [1], isQuick: true, note: () => undefined };

/** A case that reports these rates, one per round, after one of warm-up; and says in `order` when it ran. */
function scripted(name: string, rates: readonly number[], order: string[], extra: Partial<Case> = {}): Case {
  const left = [0, ...rates];
  return {
    name,
    inFlight: 1,
    ...extra,
    round: () => {
      order.push(name);
      return Promise.resolve({ operations: left.shift() ?? 0, elapsedMs: 1000, latency: new Histogram() });
    },
  };
}

function suiteOf(cases: readonly Case[], close: () => Promise<void> = () => Promise.resolve()): Suite {
  return { scope: 'fake', about: 'nothing', open: () => Promise.resolve({ cases, close }) };
}

describe('runSuite()', () => {
  test('reports the median over rounds, without the warm-up', async () => {
    const [result] = await runSuite(suiteOf([scripted('a', [10, 30, 20], [])]), PLAN);
    expect(result).toMatchObject({
      scope: 'fake',
      case: 'a',
      inFlight: 1,
      perSecond: 20,
      rounds: [10, 30, 20],
      spread: 0.5,
    });
  });

  test('divides each round by the floor of the same round', async () => {
    const [, other] = await runSuite(
      suiteOf([scripted('floor', [100, 10, 50], [], { isFloor: true }), scripted('b', [50, 5, 25], [])]),
      PLAN,
    );
    expect(other?.ratioToFloor).toBe(0.5);
  });

  test('divides the median time of each round by that of the floor in the same round', async () => {
    const timed = (name: string, roundsMs: readonly (readonly number[])[], isFloor = false): Case => {
      let round = -1;
      return {
        name,
        inFlight: 1,
        isFloor,
        round: () => {
          const latency = new Histogram();
          for (const ms of roundsMs[Math.max(0, round)] ?? []) latency.record(ms);
          round++;
          return Promise.resolve({ operations: 3, elapsedMs: 1, latency });
        },
      };
    };
    const [, other] = await runSuite(
      // One stall in each round: it is no part of a median.
      suiteOf([
        timed(
          'floor',
          [
            [1, 1, 90],
            [10, 10, 10],
            [2, 2, 2],
          ],
          true,
        ),
        timed('b', [
          [3, 3, 3],
          [30, 30, 900],
          [6, 6, 6],
        ]),
      ]),
      PLAN,
    );
    expect(other?.p50ToFloor).toBeCloseTo(3, 1);
    expect(other?.p99ToFloor).toBeCloseTo(3, 1);
  });

  test('does not judge a case by the floor of another group, width or rate', async () => {
    const results = await runSuite(
      suiteOf([
        scripted('floor', [1, 1, 1], [], { isFloor: true, group: 'small' }),
        scripted('b', [1, 1, 1], [], { group: 'large' }),
        scripted('c', [1, 1, 1], [], { group: 'small', inFlight: 64 }),
        scripted('d', [1, 1, 1], [], { group: 'small', ratePerSecond: 5 }),
      ]),
      PLAN,
    );
    expect(results.map(({ ratioToFloor }) => ratioToFloor)).toEqual([1, undefined, undefined, undefined]);
  });

  test('gives every case its turn in every round, in changing order', async () => {
    const order: string[] = [];
    await runSuite(suiteOf(['a', 'b', 'c'].map((name) => scripted(name, [1, 1, 1], order))), PLAN);
    expect(order.join('')).toBe(['abc', 'abc', 'acb', 'cab'].join(''));
  });

  test('closes the suite when a case fails', async () => {
    let isClosed = false;
    const failing: Case = { name: 'x', inFlight: 1, round: () => Promise.reject(new Error('broken peer')) };
    const suite = suiteOf([failing], () => Promise.resolve(void (isClosed = true)));
    await expect(runSuite(suite, PLAN)).rejects.toThrow('broken peer');
    expect(isClosed).toBe(true);
  });
});

test('inTurn() moves the start on and turns every second round around', () => {
  expect(inTurn([1, 2, 3], 0)).toEqual([1, 2, 3]);
  expect(inTurn([1, 2, 3], 1)).toEqual([1, 3, 2]);
  expect(inTurn([1, 2, 3], 2)).toEqual([3, 1, 2]);
  expect(inTurn([], 5)).toEqual([]);
});
