import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameBudget } from '../../../src/host/executors/guest/host-share.js';

const limits = { messagesPerSecond: 3, bytesPerSecond: 100 };

describe('the budget of what nobody asked for', () => {
  test('lets so many messages through in a second, and counts anew in the next', () => {
    const budget = new FrameBudget(limits);
    expect([5_000, 5_100, 5_999].map((now) => budget.book(1, 0, now))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(budget.book(1, 0, 5_999)).toBe('more than 3 messages in a second');
    expect(budget.book(1, 0, 6_000)).toBeUndefined();
  });

  test('lets so many bytes through in a second, and counts anew in the next', () => {
    const budget = new FrameBudget(limits);
    expect([budget.book(1, 60, 5_000), budget.book(1, 40, 5_500)]).toEqual([undefined, undefined]);
    expect(budget.book(1, 1, 5_600)).toBe('more than 100 bytes in a second');
    expect(budget.book(1, 100, 6_000)).toBeUndefined();
  });

  test("never lets more through than twice a second's worth in any second", () => {
    const message = fc.record({ bytes: fc.nat({ max: 60 }), after: fc.nat({ max: 700 }) });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
        const budget = new FrameBudget(limits);
        const passed: { now: number; bytes: number }[] = [];
        let now = 1_000;
        for (const { bytes, after } of messages) {
          now += after;
          if (budget.book(1, bytes, now) === undefined) passed.push({ now, bytes });
        }
        for (const { now: from } of passed) {
          const within = passed.filter((one) => one.now >= from && one.now < from + 1_000);
          expect(within.length).toBeLessThanOrEqual(2 * limits.messagesPerSecond);
          expect(within.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(
            2 * limits.bytesPerSecond,
          );
        }
      }),
    );
  });
});
