import { expect, test } from '@jest/globals';
import { LogWindow } from '../../workers/runtime/log-window.js';

test('lines that are too many in a second are counted, and reported once without another line, with one, or at the end', () => {
  const reported: number[] = [];
  const timers: (() => void)[] = [];
  let now = 5_000;
  const window = new LogWindow({
    maxLines: 2,
    maxCharacters: 100,
    now: () => now,
    later: (_, call) => timers.push(call),
    dropped: (lines) => reported.push(lines),
  });
  expect([10, 10, 10, 10].map((length) => window.admits(length))).toEqual([true, true, false, false]);
  expect([reported, timers.length]).toEqual([[], 1]);
  timers.pop()?.();
  expect(reported).toEqual([2]);
  // One too many of characters; the next line comes in another second, before the timer.
  now += 1_000;
  expect([window.admits(101), window.admits(1)]).toEqual([false, false]);
  now += 1_000;
  expect(window.admits(1)).toBe(true);
  expect([reported, timers.length]).toEqual([[2, 2], 1]);
  expect([window.admits(1), window.admits(1)]).toEqual([true, false]);
  expect(timers).toHaveLength(1);
  window.flush();
  window.flush();
  timers.pop()?.();
  expect(reported).toEqual([2, 2, 1]);
});
