import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import type { DoctorReport, LevelReport } from '../../src/index.js';
import { runPhlow } from '../support/run-phlow.js';

describe('phlow doctor', () => {
  test('tells what each level denies on this machine, and leaves nothing behind', async () => {
    const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('phlow-doctor-'));
    const before = left();
    const { code, stdout } = await runPhlow(['doctor', '--json']);
    const report = JSON.parse(stdout) as DoctorReport;
    const level = (name: string): LevelReport => report.levels.find((one) => one.level === name)!;
    const open = (name: string): string[] =>
      level(name)
        .findings.filter(({ isDenied }) => !isDenied)
        .map(({ probe }) => probe);
    expect(report.levels.map((one) => one.level)).toEqual([
      'trusted',
      'guarded',
      'sandboxed',
      'isolated',
      'isolated with a jail',
    ]);
    // The probes work: where nothing is denied, each of them gets through.
    expect(open('trusted')).toEqual([
      'env',
      'readFile',
      'listFolder',
      'writeFile',
      'spawn',
      'connect',
      'signal',
    ]);
    expect([level('sandboxed').holds, open('sandboxed')]).toEqual([true, []]);
    expect([level('isolated').holds, open('isolated')]).toEqual([true, []]);
    expect(level('isolated').findings).toHaveLength(9);
    // Where a level is not to be had (guarded on a Node that cannot hold it), the doctor says so instead of claiming it.
    expect(code).toBe(level('guarded').holds ? 0 : 1);
    expect(left()).toEqual(before);
  }, 120_000);
});
