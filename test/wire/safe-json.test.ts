import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSafely } from '../../src/wire/safe-json.js';

const MAX_DEPTH = 64;

const RISKY = ['__proto__', 'constructor', 'prototype'];

/** The definition, written with what it must not need: recursion and a reviver. */
function withoutRiskyKeys(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => (RISKY.includes(key) ? undefined : value));
}

const key = fc.oneof(fc.string(), fc.constantFrom(...RISKY, '\\u0061', 'proto', '__proto__ '));
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.constantFrom(...RISKY)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** The same JSON with every key and text spelt in escapes. */
function escaped(text: string): string {
  return text.replace(/[a-z_]/g, (letter, at: number) =>
    isInText(text, at) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter,
  );
}

function isInText(text: string, at: number): boolean {
  let isIn = false;
  for (let i = 0; i < at; i++) {
    if (isIn && text[i] === '\\') i++;
    else if (text[i] === '"') isIn = !isIn;
  }
  return isIn && text[at - 1] !== '\\';
}

describe('text from a module', () => {
  test('is parsed as JSON, without the keys that could touch a prototype', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value);
        expect(parseSafely(text, MAX_DEPTH)).toEqual(withoutRiskyKeys(text));
      }),
    );
  });

  test('loses those keys however they are spelt', () => {
    const text =
      '{"a":{"__proto__":{"isAdmin":true},"b":[{"constructor":{"prototype":{"x":1}},"prototype":2,"c":3}]}}';
    const expected = { a: { b: [{ c: 3 }] } };
    for (const spelt of [text, escaped(text)]) {
      const value = parseSafely(spelt, MAX_DEPTH) as { a: object };
      expect(value).toEqual(expected);
      expect([Object.keys(value.a), Object.getPrototypeOf(value.a)]).toEqual([['b'], Object.prototype]);
    }
  });

  test('keeps those words where they are texts', () => {
    expect(parseSafely('["__proto__",{"a":"constructor"}]', MAX_DEPTH)).toEqual([
      '__proto__',
      { a: 'constructor' },
    ]);
  });

  test('may nest as deep as it is let, and no deeper', () => {
    const nested = (depth: number): string => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);
    expect(() => parseSafely(nested(10), 10)).not.toThrow();
    expect(() => parseSafely(nested(12), 10)).toThrow(
      'Cannot read a message of the module: found a value nested more than 10 levels deep',
    );
    expect(() => parseSafely(nested(400_000), MAX_DEPTH)).toThrow('levels deep');
  });

  test('nests no deeper for brackets in its texts', () => {
    expect(parseSafely('["[[[[[{{{{\\"[[[["]', 1)).toEqual(['[[[[[{{{{"[[[[']);
  });

  test('is refused when it is no JSON', () => {
    for (const text of ['', '{', '[1,]', 'undefined', '{"a":1}}', '[[[']) {
      expect(() => parseSafely(text, MAX_DEPTH)).toThrow(
        expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }),
      );
    }
  });

  test('nests no deeper for being long: what is refused is not parsed first', () => {
    for (const length of [1_000, 100_000]) {
      const text = JSON.stringify(`${'x'.repeat(length)}[[[\\"[`);
      const nested = (levels: number): string => '['.repeat(levels) + text + ']'.repeat(levels);
      expect(parseSafely(nested(MAX_DEPTH), MAX_DEPTH)).toHaveLength(1);
      expect(() => parseSafely(nested(MAX_DEPTH + 1), MAX_DEPTH)).toThrow(/nested more than/);
    }
    // Its end is missing, and nobody has come that far.
    expect(() => parseSafely('['.repeat(1_000_000), MAX_DEPTH)).toThrow(/nested more than/);
  });
});
