import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseUnshared } from '../../src/wire/unshared-texts.js';
import { fewForPlainHash } from '../support/plain-hash.js';

// Compiled when it is called first.
setFlagsFromString('--allow-natives-syntax');
const isInTable = runInThisContext('(text) => %IsInternalizedString(text)') as (text: unknown) => boolean;
afterAll(() => setFlagsFromString('--no-allow-natives-syntax'));

/** So many that they do not go into the table of the engine. */
const MANY = Array.from({ length: 300 }, (_, i) => `m${i}`);

/** This many make a text that is looked through whatever came before. */
const LARGE = 20_000;

function countInTable(texts: readonly unknown[]): number {
  let count = 0;
  for (const text of texts) if (isInTable(text)) count++;
  return count;
}

describe('short texts, each another', () => {
  test.each([
    ['plain', (i: number) => `u${i.toString(36)}`],
    ['of two characters', (i: number) => String.fromCharCode(0x4e00 + i, 0x6e00 + i)],
    ['with an escape', (i: number) => `e\\n${i}`],
    ['spelt with escapes', (i: number) => `\\u00${(0x41 + (i % 26)).toString(16)}s${i}`],
  ])('do not fill the table of the engine: %s', (_name, like) => {
    const text = `[${Array.from({ length: LARGE }, (_, i) => `"${like(i)}"`).join()}]`;
    expect(countInTable(parseUnshared(text) as unknown[])).toBe(0);
    // Two-byte texts are spared by newer engines.
    if (like(0).startsWith('u')) expect(countInTable(JSON.parse(text) as unknown[])).toBe(LARGE);
  });

  test('are counted one by one, whatever a hash without a secret makes of them', () => {
    const text = JSON.stringify(fewForPlainHash(LARGE));
    expect(countInTable(parseUnshared(text) as unknown[])).toBe(0);
  });

  test('are shared while they are few, however often they come', () => {
    const text = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => `few ${i % 90}`));
    expect(countInTable(parseUnshared(text) as unknown[])).toBe(10_000);
  });
});

test('after a text of many short ones, small texts are looked through too', () => {
  parseUnshared(JSON.stringify(Array.from({ length: LARGE }, (_, i) => `v${i}`)));
  expect(countInTable(parseUnshared(JSON.stringify(MANY.map((text) => `${text}w`))) as unknown[])).toBe(0);
});

describe('what is read', () => {
  // Small texts are looked through from now on.
  beforeEach(() => {
    parseUnshared(JSON.stringify(Array.from({ length: LARGE }, (_, i) => `v${i}`)));
  });

  const ends = fc.constantFrom(
    '',
    '~',
    '~~~~~~~~~~~',
    '~~~~~~~~~~~~~~~',
    '\\',
    '"',
    '\u0001',
    '\ud800',
    '":',
  );
  const text = fc.tuple(ends, fc.string({ maxLength: 14 }), ends).map((parts) => parts.join(''));
  const key = fc.oneof(text, fc.constantFrom('__proto__', '1'));
  const tree = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(text, fc.integer(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs)),
    ),
  })).value;

  test('is what JSON.parse reads', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const whole = JSON.stringify([MANY, value], undefined, indent);
        expect(JSON.stringify(parseUnshared(whole))).toBe(JSON.stringify(JSON.parse(whole)));
        expect(parseUnshared(whole)).toEqual(JSON.parse(whole));
        // Every character may be spelt as an escape.
        const spelt = whole.replaceAll('~', '\\u007e');
        expect(JSON.stringify(parseUnshared(spelt))).toBe(JSON.stringify(JSON.parse(spelt)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is refused as by JSON.parse, with the same words', () => {
    const put = fc.constantFrom('', ',', ']', '}', '{', '[', '"', ':', '\\', '0', ' ', '\n', '~');
    const outcome = (read: (from: string) => unknown, from: string): unknown => {
      try {
        return JSON.stringify(read(from));
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(3), put, (value, place, cut, damage) => {
        const whole = JSON.stringify([value, MANY]);
        const at = place % whole.length;
        const damaged = whole.slice(0, at) + damage + whole.slice(at + cut);
        expect(outcome(parseUnshared, damaged)).toBe(outcome(JSON.parse, damaged));
      }),
      { numRuns: 1_000 },
    );
  });
});
