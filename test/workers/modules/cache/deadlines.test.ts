import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Deadlines } from '../../../../workers/modules/cache/deadlines.js';

const SLOTS = 40;

function between(deadlines: Deadlines, from: number, to: number): number[] {
  const slots: number[] = [];
  deadlines.eachBetween(from, to, (slot) => slots.push(slot));
  return slots;
}

describe('Deadlines', () => {
  test('a slot has none until it is set', () => {
    const deadlines = new Deadlines(4);
    expect(deadlines.of(2)).toBe(Infinity);
    expect(deadlines.firstBefore(Infinity)).toBe(0);
  });

  test('firstBefore() is strict: a deadline at the instant itself has not passed', () => {
    const deadlines = new Deadlines(4);
    deadlines.set(2, 100);
    expect(deadlines.firstBefore(100)).toBe(0);
    expect(deadlines.firstBefore(101)).toBe(2);
  });

  test('Infinity takes a deadline away', () => {
    const deadlines = new Deadlines(4);
    deadlines.set(2, 100);
    deadlines.set(2, Infinity);
    expect(deadlines.firstBefore(1_000)).toBe(0);
    expect(between(deadlines, 0, 1_000)).toEqual([]);
  });

  test('eachBetween() includes its start and excludes its end', () => {
    const deadlines = new Deadlines(8);
    for (const slot of [1, 2, 3, 4]) deadlines.set(slot, slot * 10);
    expect(between(deadlines, 20, 40)).toEqual([2, 3]);
  });

  test('grow() keeps what was set', () => {
    const deadlines = new Deadlines(2);
    deadlines.set(1, 5);
    deadlines.grow(64);
    deadlines.set(63, 3);
    expect([deadlines.of(1), deadlines.of(2), deadlines.firstBefore(10)]).toEqual([5, Infinity, 63]);
  });

  test('the first is always the earliest, whatever was set, moved and taken away', () => {
    const step = fc.tuple(
      fc.integer({ min: 1, max: SLOTS - 1 }),
      fc.oneof(fc.nat(50), fc.constant(Infinity)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const deadlines = new Deadlines(SLOTS);
        const model = new Map<number, number>();
        for (const [slot, at] of steps) {
          deadlines.set(slot, at);
          if (at === Infinity) model.delete(slot);
          else model.set(slot, at);
          const earliest = Math.min(...model.values());
          expect(deadlines.of(slot)).toBe(at);
          const first = deadlines.firstBefore(Infinity);
          expect(first === 0 ? Infinity : model.get(first)).toBe(earliest);
        }
        const expected = [...model].filter(([, at]) => at >= 10 && at < 30).map(([slot]) => slot);
        expect(between(deadlines, 10, 30)).toEqual(expected.sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});
