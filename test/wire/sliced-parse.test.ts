import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSafely } from '../../src/wire/safe-json.js';
import { SlicedParse } from '../../src/wire/sliced-parse.js';

const DEPTH = 64;
const key = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'prototype', '1', 'a"b\\', ':,{'),
);
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(fc.integer(), fc.double(), fc.string({ maxLength: 60 }), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
const pieceLength = fc.integer({ min: 1, max: 40 });
const space = fc.constantFrom(undefined, 1, '\t');

function readInSlices(text: string, length?: number): { readonly value: unknown; readonly steps: number } {
  const parse = new SlicedParse(text, DEPTH, length);
  let steps = 1;
  while (!parse.step()) steps++;
  return { value: parse.value, steps };
}

/** What came of it: the value, or the code of the error. */
function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}

describe('text that is parsed in slices', () => {
  test('becomes what it becomes in one piece, wherever it is cut', () => {
    fc.assert(
      fc.property(tree, pieceLength, space, (value, length, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const read = readInSlices(text, length).value;
        expect(read).toEqual(parseSafely(text, DEPTH));
        expect(JSON.stringify(read)).toBe(JSON.stringify(parseSafely(text, DEPTH)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is refused when it would be in one piece, and only then', () => {
    const damage = fc.record({
      at: fc.nat(),
      length: fc.nat(3),
      put: fc.constantFrom('', ',', ']', '}', '{', '[', '"', ':', '\\', '0', ' ', 'null', '-'),
    });
    fc.assert(
      fc.property(tree, pieceLength, damage, (value, length, { at, length: cut, put }) => {
        const whole = JSON.stringify(value);
        const from = at % (whole.length + 1);
        const text = whole.slice(0, from) + put + whole.slice(from + cut);
        expect(outcome(() => readInSlices(text, length).value)).toEqual(
          outcome(() => parseSafely(text, DEPTH)),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    '',
    ' ',
    '{',
    '[1,]',
    '[,1]',
    '{"a":1}}',
    '{"a":-[1]}',
    '{"a":1[1]}',
    '[1}',
    '{"a":[1},"b":2]',
    '"a',
    '"\\',
    '1 2',
    '[] []',
    '[],',
    '{"a"}',
    '{[1]}',
    '{"__proto__":1,}',
    '{"__proto__":[1],}',
  ])('is refused when it is no JSON: %s', (text) => {
    for (let length = 1; length < 20; length++)
      expect(() => readInSlices(text, length)).toThrow(
        expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }),
      );
  });

  test('loses keys that could touch a prototype, however they are spelt and wherever they are cut', () => {
    const text =
      '{"a":{"__proto__":{"isAdmin":true},"b":[{"c\\u006fnstructor":{"prototype":{"x":1}},"prototype":2,"c":3}]}}';
    for (let length = 1; length < 60; length++) {
      const value = readInSlices(text, length).value as { readonly a: object };
      expect(value).toEqual({ a: { b: [{ c: 3 }] } });
      expect([Object.keys(value.a), Object.getPrototypeOf(value.a)]).toEqual([['b'], Object.prototype]);
    }
  });

  test('may nest as deep as it is let, and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    for (const length of [1, 7, 1_000]) {
      expect(readInSlices(nested(DEPTH), length).value).toHaveLength(1);
      expect(() => readInSlices(nested(DEPTH + 1), length)).toThrow(`nested more than ${DEPTH} levels deep`);
    }
  });

  test('takes many steps when it is costly, each over a piece of bounded length', () => {
    expect(readInSlices(`[${'{},'.repeat(100_000)}0]`).steps).toBeGreaterThan(15);
    const long = 'x\\n\\u0041'.repeat(100_000);
    const { value, steps } = readInSlices(`{"a":"${long}"}`);
    expect(value).toEqual({ a: 'x\nA'.repeat(100_000) });
    expect(steps).toBeGreaterThan(40);
  });

  test('is refused when its parts would take more of the heap than one message may', () => {
    expect(() => readInSlices(`[${'{},'.repeat(5_000_000)}0]`)).toThrow(
      expect.objectContaining({ code: 'PHLOW_REPLY_TOO_LARGE' }),
    );
  });

  test('has nothing of what an application has put on Object.prototype', () => {
    const text = `{"addition":"own",${Array.from({ length: 3_000 }, (_, i) => `"key ${i}":0`).join()}}`;
    Object.defineProperty(Object.prototype, 'addition', { value: 1, enumerable: true, configurable: true });
    try {
      expect((readInSlices(text).value as { addition: unknown }).addition).toBe('own');
      const other = readInSlices(text.replace('addition', 'other')).value as object;
      expect(Object.hasOwn(other, 'addition')).toBe(false);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'addition');
    }
  });

  test('is refused when its keys are a great many different ones, not when they are the same ones over and over', () => {
    const different = Array.from({ length: 1_100_000 }, (_, i) => `{"${i.toString(36)}":0}`);
    expect(() => readInSlices(`[${different.join()}]`)).toThrow('this many small parts');
    const same = Array.from({ length: 500_000 }, (_, i) => `{"${i % 50}":0}`);
    expect(readInSlices(`[${same.join()}]`).value).toHaveLength(500_000);
  });

  test('is refused when what cannot be cut is longer than anybody would write it', () => {
    for (const text of [
      `[1${' '.repeat(200_000)}]`,
      `[${'1'.repeat(200_000)}]`,
      `{"a":${' '.repeat(200_000)}1}`,
    ])
      expect(() => readInSlices(text)).toThrow('a number or blanks of more than 65536 characters');
    expect(readInSlices(`[1${' '.repeat(50_000)}]`).value).toEqual([1]);
  });

  test('is refused when an object in it has more keys than a table can take in one piece', () => {
    const keys = Array.from({ length: 250_000 }, (_, i) => `"${i.toString(36)}":0`);
    expect(() => readInSlices(`{${keys.join()}}`)).toThrow('more than 200000 keys');
    expect(() => readInSlices(`{"${'k'.repeat(524_289)}":0}`)).toThrow('a key of more than');
    const { value } = readInSlices(`{"${'k'.repeat(500_000)}":0}`);
    expect(Object.keys(value as object).map(({ length }) => length)).toEqual([500_000]);
  });
});
