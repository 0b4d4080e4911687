import { expect, test } from '@jest/globals';
import { killedRuns, ONCE_PER_RUN } from './killed-runs.js';

test('runs whose process is killed at random come to what undisturbed ones come to, and steps marked once take place once', async () => {
  // Always the same numbers.
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const found = await killedRuns(20, 8, random);
  expect(found).toMatchObject({ runs: 20, done: 20, equal: 20, once: 20 * ONCE_PER_RUN, onceRepeated: 0 });
}, 120_000);
