import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The codes of `PhlowErrorCode`, in the order of the source. */
const [, UNION = ''] = /export type PhlowErrorCode =([^;]*);/.exec(textOf('src/errors.ts')) ?? [];
const CODES = [...UNION.matchAll(/'(PHLOW_\w+)'/g)].map(([, code = '']) => code);

describe('docs/errors.md', () => {
  test('has a row for each code there is, and no other', () => {
    const rows = [...textOf('docs/errors.md').matchAll(/^\| `(PHLOW_\w+)` \| (.+) \| (.+) \|$/gm)];
    expect(CODES.length).toBeGreaterThan(50);
    expect(rows.map(([, code]) => code).toSorted()).toEqual(CODES.toSorted());
  });
});

test('each code is one that something throws', () => {
  const sources = ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/^(?:errors|cli[\\/]exit-code)\.ts$/.test(name))
      .map((name) => textOf(join(folder, name))),
  );
  expect(CODES.filter((code) => !sources.some((text) => text.includes(`'${code}'`)))).toEqual([]);
});
