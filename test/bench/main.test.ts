import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BenchDocument } from '../../bench/document.js';

const MAIN = fileURLToPath(new URL('../../bench/index.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...args],
      { maxBuffer: 2 ** 24 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('npm run bench', () => {
  const dir = mkdtempSync(join(tmpdir(), 'phlow-bench-'));
  const saved = join(dir, 'run.json');
  const page = join(dir, 'run.html');
  let run: Ended;

  // One short run for all that follows; its figures mean nothing, its shape is what counts.
  beforeAll(async () => {
    const args = [
      '--scope',
      'wire',
      '--rounds',
      '1',
      '--round-ms',
      '2',
      '--warmup-ms',
      '2',
      '--json',
      '--out',
      saved,
      '--html',
      page,
    ];
    run = await bench(...args);
  }, 120_000);

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('--json prints exactly one document on stdout, with the machine and every case at every width', () => {
    expect(run.code).toBe(0);
    const { machine, results, failures } = JSON.parse(run.stdout) as BenchDocument;
    expect(failures).toEqual([]);
    expect(machine.node).toBe(process.version);
    for (const name of [
      'floor',
      'raw',
      'comlink',
      'piscina',
      'tinypool',
      'workerpool',
      'child_process',
      'inline',
    ]) {
      for (const inFlight of [1, 64, 256]) {
        const rows = results.filter((row) => row.case === name && row.inFlight === inFlight);
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({ scope: 'wire' });
        expect(rows[0]?.perSecond).toBeGreaterThan(0);
        expect(rows[0]?.p99Us).toBeGreaterThanOrEqual(rows[0]?.p50Us ?? Infinity);
      }
    }
  });

  test('--out saves the document that was printed, --html a page', () => {
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toEqual(JSON.parse(run.stdout));
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('names no host and no directory', () => {
    expect(run.stdout).not.toContain(dir);
    expect(run.stdout).not.toContain(process.cwd());
  });

  test.each(['--out', '--html', '--svg'])(
    '%s into no folder is refused before anything is measured',
    async (option) => {
      const { code, stdout, stderr } = await bench(option, join(dir, 'nowhere', 'file'));
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('Cannot save to');
    },
  );

  test.each([
    ['an object of another kind', '{"results": 1}'],
    ['a list', '[]'],
    ['cut off', '{"machine": {}, "results": ['],
    [
      'without rounds',
      '{"machine": {}, "results": [{"scope": "s", "case": "c", "inFlight": 1, "rounds": []}]}',
    ],
  ])('--compare refuses a file that is %s before it measures anything', async (_what, text) => {
    const other = join(dir, 'other.json');
    writeFileSync(other, text);
    const { code, stdout, stderr } = await bench('--compare', other);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`Cannot compare with ${other}`);
  });

  test('--compare ends with 1 and names the cases that became slower', async () => {
    const baseline = join(dir, 'baseline.json');
    const short = ['--scope', 'pool', '--rounds', '5', '--round-ms', '20', '--warmup-ms', '1', '--json'];
    await bench(...short, '--out', baseline);
    const before = JSON.parse(readFileSync(baseline, 'utf8')) as BenchDocument;
    // As if everything but the floor had been a thousand times as fast.
    const results = before.results.map((row) =>
      row.isFloor === true ? row : { ...row, rounds: row.rounds.map((rate) => rate * 1000) },
    );
    writeFileSync(baseline, JSON.stringify({ ...before, results }));
    const { code, stdout, stderr } = await bench(...short, '--compare', baseline);
    expect(code).toBe(1);
    expect(stderr).toContain('slower: pool phlow, 64 in flight');
    const { comparison } = JSON.parse(stdout) as BenchDocument;
    const floors = results.filter(({ isFloor }) => isFloor === true).map((row) => row.case);
    const slower = comparison?.changes.filter(
      (one) => one.verdict === 'slower' && !floors.includes(one.case),
    );
    expect(slower?.length).toBe(results.filter(({ isFloor }) => isFloor !== true).length);
  }, 60_000);

  test('an unknown option ends with 2 and a suggestion', async () => {
    const { code, stderr } = await bench('--jsn');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "json"?');
  });

  test('--help names the scopes', async () => {
    const { code, stdout } = await bench('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('wire');
  });
});
