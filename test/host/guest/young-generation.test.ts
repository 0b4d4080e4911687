import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, jest, test } from '@jest/globals';
import {
  collectYoungGeneration,
  YoungGeneration,
} from '../../../src/host/executors/guest/young-generation.js';

function youngBytes(): number {
  return (
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_used_size ?? NaN
  );
}

describe('the young generation of the heap', () => {
  test('is collected when it is asked for, and nobody else is handed the collector', () => {
    collectYoungGeneration();
    const before = youngBytes();
    const garbage = new Set(Array.from({ length: 2_000 }, (_, i) => ({ i })));
    garbage.clear();
    expect(youngBytes()).toBeGreaterThan(before);
    const full = youngBytes();
    collectYoungGeneration();
    expect(youngBytes()).toBeLessThan(full);
    expect(runInNewContext('typeof gc')).toBe('undefined');
  });

  test('is not collected by what an application calls gc', async () => {
    const { gc } = globalThis;
    try {
      Reflect.set(globalThis, 'gc', 'none of V8');
      jest.resetModules();
      const again = await import('../../../src/host/executors/guest/young-generation.js');
      expect(again.collectYoungGeneration).not.toThrow();
    } finally {
      if (gc === undefined) Reflect.deleteProperty(globalThis, 'gc');
      else globalThis.gc = gc;
    }
  });

  test('is collected when enough is new in it, and then not before as much is new again', () => {
    let collections = 0;
    const young = new YoungGeneration(() => collections++, undefined);
    const collected = [3, 1, 3, 3].map((mib) => {
      young.add(mib * 1_048_576);
      expect(young.makeRoom()).toBeUndefined();
      return collections;
    });
    expect(collected).toEqual([0, 1, 1, 2]);
  });

  test('is not collected while the heap is marked, and all who need room wait for that', async () => {
    let collections = 0;
    let endMarking: () => void = () => undefined;
    const marking = {
      isMarking: true,
      ended: () => new Promise<void>((resolve) => (endMarking = resolve)),
    };
    const young = new YoungGeneration(() => collections++, marking);
    young.add(4 * 1_048_576);
    const first = young.makeRoom();
    const second = young.makeRoom();
    expect(second).toBe(first);
    await new Promise((resolve) => setImmediate(resolve));
    expect(collections).toBe(0);
    endMarking();
    await first;
    // It has begun again meanwhile.
    const third = young.makeRoom();
    expect(third).toBeInstanceOf(Promise);
    marking.isMarking = false;
    endMarking();
    await third;
    expect(young.makeRoom()).toBeUndefined();
    expect(collections).toBe(1);
  });
});
