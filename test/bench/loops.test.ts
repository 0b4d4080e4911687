import { describe, expect, test } from '@jest/globals';
import { closedLoop } from '../../src/measure/closed-loop.js';
import { Histogram } from '../../src/measure/histogram.js';
import { openLoopRound } from '../../bench/open-loop.js';
import { repeat } from '../../bench/repeat.js';
import { tightLoop } from '../../bench/tight-loop.js';

/** A clock that moves only when told to. */
function handClock(): { now: () => number; advance: (ms: number) => void } {
  let time = 0;
  return { now: () => time, advance: (ms) => (time += ms) };
}

describe('closedLoop()', () => {
  test('with one in flight sends one after the other until the time is over', async () => {
    const clock = handClock();
    const sent: number[] = [];
    const round = await closedLoop(
      async (sequence) => {
        sent.push(sequence);
        clock.advance(2);
      },
      1,
      10,
      clock.now,
    );
    expect(sent).toEqual([0, 1, 2, 3, 4]);
    expect(round.operations).toBe(5);
    expect(round.elapsedMs).toBe(10);
    expect(round.latency.count).toBe(5);
    expect(round.latency.percentileUs(50)).toBeCloseTo(2000, -2);
  });

  test('never has more than the width under way, and uses all of it', async () => {
    const clock = handClock();
    let underWay = 0;
    let most = 0;
    await closedLoop(
      async () => {
        most = Math.max(most, ++underWay);
        await Promise.resolve();
        clock.advance(1);
        underWay--;
      },
      64,
      1000,
      clock.now,
    );
    expect(most).toBe(64);
    expect(underWay).toBe(0);
  });

  test('counts every package but times an even sample of the lanes', async () => {
    const clock = handClock();
    const round = await closedLoop(async () => clock.advance(1), 256, 2560, clock.now);
    expect(round.latency.count).toBeLessThan(round.operations / 8);
    expect(round.latency.count).toBeGreaterThan(0);
  });

  test('rejects when a package does', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('no reply'));
    await expect(closedLoop(failing, 4, 10)).rejects.toThrow('no reply');
  });
});

describe('openLoopRound()', () => {
  test('charges a stall to every package that should have started during it', async () => {
    const clock = handClock();
    // The first package blocks for 100 ms; ten more were meant to start meanwhile.
    const round = await openLoopRound(
      async (sequence) => clock.advance(sequence === 0 ? 100 : 0),
      100,
      110,
      clock.now,
    );
    expect(round.operations).toBe(11);
    // Due at 0, 10, ... 100 and all answered at 100: times 100, 90, ... 0.
    expect(round.latency.percentileUs(50)).toBeCloseTo(50_000, -3);
    expect(round.latency.maxMs).toBeCloseTo(100, 0);
  });
});

describe('tightLoop()', () => {
  test('numbers its operations on and divides the time of a chunk by them', async () => {
    const starts: number[] = [];
    const one = tightLoop({ name: 'x', chunk: 10, run: (from) => starts.push(from) });
    const round = await one.round(0);
    await one.round(0);
    expect(round.operations).toBe(10);
    expect(starts).toEqual([0, 10]);
  });
});

describe('repeat()', () => {
  test('counts only the part that the work says counts, and hands its figures on', async () => {
    const one = repeat({
      name: 'x',
      atLeast: 3,
      once: async () => ({ ms: 5, figures: { bytes: 7 } }),
    });
    const round = await one.round(0);
    expect(round.operations).toBe(3);
    expect(round.elapsedMs).toBe(15);
    expect(round.figures).toEqual({ bytes: 7 });
  });
});

describe('Histogram', () => {
  test('keeps three significant figures from a nanosecond to a minute', () => {
    const histogram = new Histogram();
    for (let ms = 1; ms <= 1000; ms++) histogram.record(ms);
    expect(histogram.percentileUs(50) / 500_000).toBeCloseTo(1, 2);
    expect(histogram.percentileUs(99) / 990_000).toBeCloseTo(1, 2);
    histogram.record(1e9);
    expect(histogram.maxMs / 60_000).toBeCloseTo(1, 2);
  });

  test('adds up, and says 0 for nothing', () => {
    const all = new Histogram();
    const part = new Histogram();
    expect(all.percentileUs(99)).toBe(0);
    part.record(3);
    all.add(part);
    all.add(new Histogram());
    expect(all.count).toBe(1);
    expect(all.percentileUs(50) / 3000).toBeCloseTo(1, 2);
  });
});
