import { describe, expect, test } from '@jest/globals';
import { ProcessGrowth } from '../../../src/host/executors/guest/process-growth.js';

const MIB = 1_048_576;
const mib = (rss: number, heapTotal: number, external = 0) => ({
  rss: rss * MIB,
  heapTotal: heapTotal * MIB,
  external: external * MIB,
});

describe('a process has grown', () => {
  test('by what its other threads have taken, and not by what the host has', () => {
    const growth = new ProcessGrowth(mib(100, 40), 0);
    expect(growth.read(mib(900, 840), 0)).toBe(0);
    expect(growth.read(mib(1_400, 840, 100), 0)).toBe(400 * MIB);
    growth.forget();
    expect(growth.read(mib(1_500, 840, 100), 0)).toBe(100 * MIB);
  });

  test('not by what the host has given back, however late the process lets go of it', () => {
    const growth = new ProcessGrowth(mib(900, 840), 0);
    expect(growth.read(mib(900, 40), 0)).toBe(0);
    expect(growth.read(mib(500, 40), 20)).toBe(0);
    expect(growth.read(mib(100, 40), 40)).toBe(0);
    // What comes then counts again.
    expect(growth.read(mib(400, 40), 40)).toBe(300 * MIB);
  });

  test('by what is taken after the host has given back what the process keeps', () => {
    const growth = new ProcessGrowth(mib(900, 40, 800), 0);
    expect(growth.read(mib(900, 40), 0)).toBe(0);
    expect(growth.read(mib(1_200, 40), 0)).toBe(300 * MIB);
  });

  test('not by what comes slowly', () => {
    const growth = new ProcessGrowth(mib(100, 40), 0);
    for (let s = 1; s <= 60; s++) expect(growth.read(mib(100 + 15 * s, 40), 1_000 * s)).toBe(0);
  });
});
