import { expect, test } from '@jest/globals';
import { Stats } from '../../../../workers/modules/cache/cache.js';

test('the hit rate is 0 before the first look-up', () => {
  expect(new Stats().hitRate).toBe(0);
});

test('the hit rate is hits per look-up in percent, unrounded', () => {
  const stats = new Stats();
  stats.lookedUp(true);
  stats.lookedUp(false);
  stats.lookedUp(false);
  expect([stats.gets, stats.hits, stats.hitRate]).toEqual([3, 1, (1 / 3) * 100]);
});
