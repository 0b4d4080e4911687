import { describe, expect, test } from '@jest/globals';
import { injectFaults } from '../fuzz/faults.js';

describe('faults injected at random', () => {
  test('leave each of 2 000 packages settled once, with a right outcome', async () => {
    const { packages, answered, rejected, wrong, restarts } = await injectFaults(2_000, 20_261_122);
    expect(wrong).toEqual([]);
    expect(answered + Object.values(rejected).reduce((sum, count) => sum + count, 0)).toBe(packages);
    expect(packages).toBe(2_000);
    expect(rejected['PHLOW_MODULE_CRASHED']).toBeGreaterThan(0);
    expect(restarts).toBeGreaterThan(0);
  }, 120_000);
});
