import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';

/** What the loop is asked to do next, and the time: both moved by hand. */
const turns: (() => void)[] = [];
let now = 0;

jest.unstable_mockModule('node:timers', () => ({ setImmediate: (turn: () => void) => turns.push(turn) }));
jest.spyOn(performance, 'now').mockImplementation(() => now);
const { BusyPoll } = await import('../../workers/runtime/busy-poll.js');

afterAll(() => {
  jest.restoreAllMocks();
});

/** Lets the loop go round, `us` microseconds a turn, until it would sleep; the number of turns. */
function untilAsleep(us = 10): number {
  let count = 0;
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
    now += us / 1_000;
    turn();
    count++;
  }
  return count;
}

/** Packages that come `us` microseconds apart, the loop asleep before each. */
function spaced(poll: InstanceType<typeof BusyPoll>, count: number, us: number): number {
  let turned = 0;
  for (let i = 0; i < count; i++) {
    now += us / 1_000;
    poll.received();
    turned += untilAsleep();
  }
  return turned;
}

describe('BusyPoll', () => {
  test('does nothing after the first package, nor after those that come far apart', () => {
    const poll = new BusyPoll(100);
    poll.received();
    expect(turns).toEqual([]);
    expect(spaced(poll, 100, 1_000)).toBe(0);
  });

  test('keeps the loop turning for its time after a package that followed closely, and longer with each that comes meanwhile', () => {
    const poll = new BusyPoll(100);
    poll.received();
    now += 0.05;
    poll.received();
    expect(turns).toHaveLength(1);
    for (let i = 0; i < 20; i++) {
      now += 0.05;
      turns.shift()?.();
      poll.received();
      // One turn at a time, however many packages come.
      expect(turns).toHaveLength(1);
    }
    expect(untilAsleep()).toBe(10);
  });

  test('is tried ever more seldom where no package comes in time', () => {
    const poll = new BusyPoll(100);
    // The loop turns for 100 us after a package, and the next one comes 50 us after that: in vain each time.
    const tried: number[] = [];
    for (let i = 0; i < 1_000; i++) if (spaced(poll, 1, 50) > 0) tried.push(i);
    expect(tried).toEqual([1, 2, 67, 196, 453, 966]);
  });

  test('is tried as before once a package has come in time', () => {
    const poll = new BusyPoll(100);
    spaced(poll, 68, 50);
    const again = (): number => {
      for (let i = 0; i < 10_000; i++) {
        now += 0.05;
        poll.received();
        if (turns.length > 0) return i;
      }
      return -1;
    };
    expect(again()).toBeGreaterThan(60);
    now += 0.02;
    poll.received();
    untilAsleep();
    // One wait in vain is not enough to give it up.
    now += 0.05;
    poll.received();
    expect(turns).toHaveLength(1);
  });
});
