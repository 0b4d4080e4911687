import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { collectYoungGeneration } from '../../../src/host/executors/guest/young-generation.js';

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
});
