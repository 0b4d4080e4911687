import { expect, test } from '@jest/globals';
import type { WireCounts } from '../fuzz/wire/wire-counts.js';
import { fuzzCloneWire } from '../fuzz/wire/clone-wire.js';
import { fuzzTextWire } from '../fuzz/wire/text-wire.js';

/** How many packages ended with what only a mutated message can have brought. */
const forged = ({ settled }: WireCounts): number =>
  Object.entries(settled).reduce((sum, [how, count]) => sum + (how.endsWith('CRASHED') ? 0 : count), 0);

test('mutated text reaches the packages that wait, and each of them settles', async () => {
  const counts = await fuzzTextWire({ runs: 3_000, seed: 20_261_123 });
  expect(counts.read / counts.messages).toBeGreaterThan(0.9);
  expect(forged(counts)).toBeGreaterThan(100);
});

test('mutated messages of a thread reach the packages that wait, and its neighbour is served throughout', async () => {
  const { counts, neighbourReplies } = await fuzzCloneWire({ runs: 2_000, seed: 20_261_123 });
  expect(counts.read / counts.messages).toBeGreaterThan(0.9);
  expect(forged(counts)).toBeGreaterThan(100);
  expect(neighbourReplies).toBeGreaterThan(0);
});
