import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { IsolationLevel } from '../../src/index.js';
import { readAttacks } from './attack.js';
import { isContained } from './judge.js';
import { runAttack } from './run-attack.js';

const FOLDER = fileURLToPath(new URL('../../../test/fixtures/attacks', import.meta.url));

/** One attack of each kind that takes little time; `npm run attacks` runs all of them. */
const QUICK: readonly (readonly [IsolationLevel, readonly string[]])[] = [
  [
    'isolated',
    [
      'a01-ctor-chain-function',
      'b30-cap-path-traversal',
      'c06-patch-json-stringify',
      'd01-proto-key-reply',
      'e06-bigint-bomb',
      'e11-map-growth-fatal',
    ],
  ],
  [
    'sandboxed',
    ['a07-error-name-symbol', 'b02-dynamic-import-fs', 'd03-deep-nesting', 'f04-error-proto-pollution'],
  ],
];

describe.each(QUICK)('a module at level %s', (level, names) => {
  test.each(names)('is contained: %s', async (name) => {
    const attack = readAttacks(FOLDER).find((one) => one.name === name);
    const verdict = attack && (await runAttack(attack, level));
    expect(verdict !== undefined && isContained(verdict) ? 'contained' : verdict).toBe('contained');
  });
});

describe('the judge', () => {
  test('sees an escape where there is one: a trusted module reads what it likes', async () => {
    const attack = readAttacks(FOLDER).find(({ name }) => name === 'a01-ctor-chain-function');
    expect(attack && (await runAttack(attack, 'trusted'))).toMatchObject({
      outcome: 'escape',
      because: 'leaked: file',
    });
  });

  test('expects nothing to get out of isolated, and at most two memory aborts of sandboxed', () => {
    const path = fileURLToPath(new URL('../../../test/attacks/expected.json', import.meta.url));
    const { notContained } = JSON.parse(readFileSync(path, 'utf8')) as {
      notContained: Record<string, readonly string[]>;
    };
    expect(notContained['isolated']).toEqual([]);
    expect(notContained['sandboxed']).toEqual(['e12-array-fill-fatal', 'e26-string-flatten']);
  });
});
