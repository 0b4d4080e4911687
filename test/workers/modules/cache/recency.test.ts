import { describe, expect, test } from '@jest/globals';
import { Recency } from '../../../../workers/modules/cache/recency.js';

/** Takes slots out from the oldest on until none is left. */
function drained(recency: Recency): number[] {
  const order: number[] = [];
  for (let slot = recency.oldest; slot !== 0; slot = recency.oldest) {
    order.push(slot);
    recency.remove(slot);
  }
  return order;
}

function filled(...slots: number[]): Recency {
  const recency = new Recency(8);
  for (const slot of slots) recency.add(slot);
  return recency;
}

describe('Recency', () => {
  test('has no oldest slot when it is empty', () => {
    expect(filled().oldest).toBe(0);
  });

  test('gives slots in the order in which they were added', () => {
    expect(drained(filled(3, 1, 2))).toEqual([3, 1, 2]);
  });

  test('touch() makes a slot the most recent one, wherever it stood', () => {
    for (const [slot, order] of [
      [1, [2, 3, 1]],
      [2, [1, 3, 2]],
      [3, [1, 2, 3]],
    ] as const) {
      const recency = filled(1, 2, 3);
      recency.touch(slot);
      expect(drained(recency)).toEqual(order);
    }
  });

  test('remove() leaves the others in order', () => {
    const recency = filled(1, 2, 3, 4);
    recency.remove(2);
    recency.remove(4);
    expect(drained(recency)).toEqual([1, 3]);
  });

  test('takes a removed slot again, as the most recent one', () => {
    const recency = filled(1, 2);
    recency.remove(1);
    recency.add(1);
    expect(drained(recency)).toEqual([2, 1]);
  });

  test('grow() keeps the order', () => {
    const recency = filled(1, 2, 7);
    recency.grow(100);
    recency.add(99);
    recency.touch(1);
    expect(drained(recency)).toEqual([2, 7, 99, 1]);
  });
});
