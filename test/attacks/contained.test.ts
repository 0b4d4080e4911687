import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { IsolationLevel } from '../../src/index.js';
import { readAttacks, type Attack } from './attack.js';
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

/** How an attack ended. How long a host stands still is for `npm run attacks` to judge, on a machine that has time for it. */
async function endOf(attack: Attack, level: IsolationLevel): Promise<Verdict | 'contained'> {
  const verdict = await runAttack(attack, level);
  const isSlowOnly =
    verdict.outcome === 'degraded' && /^the host stood still for \d+ ms$/.test(verdict.because);
  return isSlowOnly || isContained(verdict) ? 'contained' : verdict;
}

describe.each(QUICK)('a module at level %s', (level, names) => {
  test.each(names)('is contained: %s', async (name) => {
    const attack = readAttacks(FOLDER).find((one) => one.name === name);
    expect(attack === undefined ? 'not found' : await endOf(attack, level)).toBe('contained');
  });
});

/** Of our own attacks, those that take little time. */
const QUICK_OWN = [
  'h01-credit-lie',
  'h08-error-forged',
  'h15-write-through-links',
  'h22-manifest-pattern',
  'h36-stack-ends-in-ours',
  'h39-weak-references',
  'h66-nothing-shared-is-open',
];

describe.each(['isolated', 'sandboxed'] as const)('an attack on this very code base at level %s', (level) => {
  test.each(QUICK_OWN)('is contained: %s', async (name) => {
    const attack = readAttacks(OWN).find((one) => one.name === name);
    expect(attack === undefined ? 'not found' : await endOf(attack, level)).toBe('contained');
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

  test('expects nothing to get out of isolated, and of sandboxed only the memory aborts that docs/security.md tells of', () => {
    expect(expectedAt('corpus', 'isolated')).toEqual({});
    expect(expectedAt('own', 'isolated')).toEqual({});
    expect(Object.keys(expectedAt('own', 'sandboxed'))).toEqual([
      'h59-buffers-at-once',
      'h98-work-where-the-stack-ends',
    ]);
    expect(Object.keys(expectedAt('corpus', 'sandboxed'))).toEqual([
      'e12-array-fill-fatal',
      'e26-string-flatten',
    ]);
  });
});

describe('what is known of attacks', () => {
  const majors = ['20', '22', '24', '26'];
  const levels = ['isolated', 'sandboxed', 'guarded', 'trusted'];

  test.each([
    ['corpus', FOLDER, 92],
    ['own', OWN, 98],
  ] as const)(
    'speaks of attacks of the %s that are there, and of Nodes that are tried',
    (collection, folder, least) => {
      const names = readAttacks(folder).map(({ name }) => name);
      expect(names.length).toBeGreaterThanOrEqual(least);
      for (const level of levels)
        for (const [name, text] of Object.entries(expectedAt(collection, level))) {
          expect(names).toContain(name);
          expect([...majors, 'sometimes']).toEqual(expect.arrayContaining(text.split(' ')));
        }
    },
  );

  test.each(majors)('what gets out of trusted and guarded on Node %s is listed', (major) => {
    for (const level of ['guarded', 'trusted'])
      for (const collection of ['corpus', 'own'] as const)
        expect(
          Object.values(expectedAt(collection, level)).some((text) => text.split(' ').includes(major)),
        ).toBe(true);
  });

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
