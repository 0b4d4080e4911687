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

  test('is collected when enough is new in it, and then not before as much is new again', async () => {
    let collections = 0;
    const young = new YoungGeneration(() => collections++);
    young.add(3 * 1_048_576);
    expect(young.collected()).toBeUndefined();
    young.add(1_048_576);
    await young.collected();
    expect(collections).toBe(1);
    young.add(3_000_000);
    expect(young.collected()).toBeUndefined();
    young.add(3_000_000);
    await young.collected();
    expect(collections).toBe(2);
  });

  test('is collected once for all that wait for it, and not while the heap is marked', async () => {
    const found: string[] = [];
    let endMarking: () => void = () => undefined;
    const marking = { ended: () => new Promise<void>((resolve) => (endMarking = resolve)) };
    const young = new YoungGeneration(
      () => found.push('collected'),
      () => marking,
    );
    young.add(4 * 1_048_576);
    const first = young.collected();
    const second = young.collected();
    await new Promise((resolve) => setImmediate(resolve));
    found.push('marked');
    endMarking();
    await first;
    await second;
    expect(found).toEqual(['marked', 'collected']);
    expect(young.collected()).toBeUndefined();
  });
});
