import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { IsolationLevel } from '../../src/index.js';
import { readAttacks } from './attack.js';
import { expectedAt, surprisesOf } from './expectation.js';
import { isContained, type Verdict } from './judge.js';
import { runAttack } from './run-attack.js';

const OWN = fileURLToPath(new URL('../../../test/attacks/own', import.meta.url));
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

describe.each(['isolated', 'sandboxed'] as const)('an attack on this very code base at level %s', (level) => {
  test.each(['h01-credit-lie', 'h08-error-forged', 'h15-write-through-links', 'h22-manifest-pattern'])(
    'is contained: %s',
    async (name) => {
      const attack = readAttacks(OWN).find((one) => one.name === name);
      const verdict = attack && (await runAttack(attack, level));
      expect(verdict !== undefined && isContained(verdict) ? 'contained' : verdict).toBe('contained');
    },
  );
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
    expect(expectedAt('corpus', 'isolated')).toEqual({});
    expect(expectedAt('own', 'isolated')).toEqual({});
    // One step of the engine that takes two gigabytes: a thread cannot be ended within it. Its process survives.
    expect(Object.keys(expectedAt('own', 'sandboxed'))).toEqual(['h61-one-giant-buffer']);
    expect(Object.keys(expectedAt('corpus', 'sandboxed'))).toEqual([
      'e12-array-fill-fatal',
      'e26-string-flatten',
    ]);
  });
});

describe('what is known of attacks', () => {
  const verdicts = (outcome: 'escape' | 'blocked'): Map<string, Verdict> =>
    new Map([['e26-string-flatten', { outcome, because: '' }]]);

  test('a name that is not listed is a surprise', () => {
    expect(surprisesOf('corpus', 'isolated', verdicts('escape'), '20').worse).toEqual(['e26-string-flatten']);
  });

  test('a name that is listed for this Node is none', () => {
    expect(surprisesOf('corpus', 'sandboxed', verdicts('escape'), '20').worse).toEqual([]);
  });

  test('a Node that nobody has looked at is held to what is known of any', () => {
    expect(surprisesOf('corpus', 'sandboxed', verdicts('escape'), '99').worse).toEqual([]);
    expect(surprisesOf('corpus', 'sandboxed', verdicts('blocked'), '99').better).toEqual([]);
  });
});
