import { serialize } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import { cloneCost, stopwatch, type Stopwatch } from '../../src/measure/clone-cost.js';

/** Does the work once and calls each run one microsecond longer than the one before. */
function counting(): Stopwatch {
  let runs = 0;
  return (work) => {
    work();
    return ++runs;
  };
}

describe('what cloning costs', () => {
  test('is told for each top-level field, dearest first', () => {
    const big = Array.from({ length: 20_000 }, (_, i) => `row ${i}`);
    const { fields, bytes } = cloneCost({ small: 1, big });
    expect(fields.map(({ field }) => field)).toEqual(['big', 'small']);
    expect(fields[0]?.share).toBeGreaterThan(0.9);
    expect(fields[0]?.bytes).toBe(serialize(big).byteLength);
    expect(bytes).toBe(serialize({ small: 1, big }).byteLength);
  });

  test('adds up to the whole', () => {
    const { fields } = cloneCost({ a: 1, b: [2], c: 'x' }, counting());
    expect(fields.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test.each([
    ['a text', 'text'],
    ['nothing', undefined],
    ['null', null],
  ])('of a value without fields is its own: %s', (_, value) => {
    expect(cloneCost(value, counting()).fields.map(({ field, share }) => [field, share])).toEqual([['', 1]]);
  });

  test('says what is left when a buffer is moved, and leaves the caller its buffer', () => {
    const bytes = new Uint8Array(64);
    const { fields } = cloneCost({ bytes, text: 'x' }, counting());
    expect(fields.find(({ field }) => field === 'bytes')?.movedUs).toBeGreaterThan(0);
    expect(fields.find(({ field }) => field === 'text')?.movedUs).toBeUndefined();
    expect(bytes.byteLength).toBe(64);
  });

  test('is timed by running the work until the clock can tell', () => {
    let runs = 0;
    const us = stopwatch(() => runs++);
    expect(runs).toBeGreaterThan(1000);
    expect(us).toBeGreaterThan(0);
  });
});
