import { describe, expect, test } from '@jest/globals';
import { injectFaults } from '../fuzz/faults/inject-faults.js';
import { POPULATIONS } from '../fuzz/faults/populations.js';

const slow = (fault: string): boolean => /spin|oom|wait|hang/.test(fault);

describe('faults injected at every step of a package’s way', () => {
  test('leave each of 800 packages settled once, with an outcome that a fault near it allows, and nothing behind', async () => {
    const populations = POPULATIONS.map((one) => ({
      ...one,
      faults: one.faults.filter(({ fault }) => !slow(fault)),
    }));
    const { packages, outcomes, ends, wrong } = await injectFaults({
      packages: 800,
      seed: 20_261_123,
      populations,
      width: 6,
    });
    expect(wrong).toEqual([]);
    expect(packages).toBe(800);
    expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(800);
    expect(ends).toBeGreaterThan(20);
    for (const outcome of [
      'answered',
      'PHLOW_MODULE_CRASHED',
      'PHLOW_MODULE_ERROR',
      'PHLOW_REPLY_UNCLONABLE',
    ])
      expect(outcomes[outcome]).toBeGreaterThan(0);
  }, 120_000);

  test('stand for every step of the protocol', () => {
    const steps = new Set(POPULATIONS.flatMap(({ faults }) => faults.map(({ step }) => step)));
    expect([...steps].sort()).toEqual([
      'ask',
      'between packages',
      'call',
      'close',
      'first load',
      'first start',
      'handle',
      'item passed on',
      'item read',
      'item sent',
      'late reply',
      'load',
      'receive',
      'replace',
      'reply',
      'reply under way',
      'restart',
      'start',
    ]);
  });
});
