import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { publint } from 'publint';
import { pack, ROOT } from './offline-packages.js';

jest.setTimeout(120_000);

/** What the tarball may hold. */
const ALLOWED: readonly RegExp[] = [
  /^(?:package\.json|README\.md|LICENSE|SECURITY\.md)$/,
  // The manifest of the cache, and of the other built-in modules.
  /^phlow\.yaml$/,
  /^workers\/modules\/\w+\/phlow\.yaml$/,
  /^schemas\/flow\.schema\.json$/,
  /^docs\/[\w/-]+\.md$/,
  /^docs\/llms\.txt$/,
  /^docs\/pictures\/[\w-]+\.svg$/,
  // Bundles of the library and the command line.
  /^dist\/lib\/[\w-]+\.c?js$/,
  // Types, and what threads and texts are made of.
  /^dist\/(?:src|workers)\/[\w/.-]+\.(?:c?js|d\.ts|txt)$/,
  /^dist\/src\/manifest\/known-manifests\.json$/,
];

/** Beyond this somebody has packed what should not be. */
const MAX_UNPACKED_BYTES = 14_000_000;

/** What are-the-types-wrong finds, with the reason why it stays. */
const KNOWN_PROBLEMS: Readonly<Record<string, string>> = {
  // `moduleResolution: node10` reads no "exports", and so knows no subpath of any package; TypeScript 6 calls it deprecated.
  NoResolution: 'node10',
  // phlow is one copy of itself, as an ES module: two copies would be two lists of errors. Node.js 20.19 and newer require it, and TypeScript 5.8 and
  // newer lets a CommonJS file do so with `module: nodenext` (test/package/consumers.test.ts); with `node16` it needs `await import()`.
  CJSResolvesToESM: 'node16-cjs',
};

interface Problem {
  readonly kind: string;
  readonly resolutionKind?: string;
}

let folder = '';
let tarball = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phlow-contents-'));
  tarball = pack(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  test('holds what is listed here, and nothing else', () => {
    const listing = execFileSync('tar', ['tzvf', tarball], { encoding: 'utf8', maxBuffer: 2 ** 24 });
    const rows = listing
      .trim()
      .split('\n')
      .map((row) => row.split(/\s+/));
    const names = rows.map((row) => (row.at(-1) ?? '').replace(/^package\//, ''));
    expect(names.filter((name) => !ALLOWED.some((pattern) => pattern.test(name)))).toEqual([]);
    const bytes = rows.reduce((sum, row) => sum + Number(row[2]), 0);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThan(MAX_UNPACKED_BYTES);
  });

  test('is what publint recommends', async () => {
    const { buffer } = new Uint8Array(readFileSync(tarball));
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true, level: 'suggestion' });
    expect(messages).toEqual([]);
  });

  test('has types that resolve as its code does, but for what is known and why', () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const args = [attw, tarball, '--format', 'json'];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    const { analysis, problems } = JSON.parse(stdout) as {
      readonly analysis: { readonly entrypoints: object };
      readonly problems: Readonly<Record<string, readonly Problem[]>>;
    };
    expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(['.', './sdk', './testing']));
    const found = Object.values(problems).flat();
    expect(found.filter(({ kind, resolutionKind }) => KNOWN_PROBLEMS[kind] !== resolutionKind)).toEqual([]);
    expect([...new Set(found.map(({ kind }) => kind))].toSorted()).toEqual(
      Object.keys(KNOWN_PROBLEMS).toSorted(),
    );
  });
});
