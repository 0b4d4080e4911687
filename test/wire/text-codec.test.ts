import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Batch } from '../../src/wire/protocol.js';
import { parseSafely } from '../../src/wire/safe-json.js';
import { batchOf, encodeBatch, encodeFrames, OWN_DEPTH } from '../../src/wire/text-codec.js';

const LIMITS = { maxLength: 8 * 1_048_576, maxDepth: 64 };

const encode = (batch: Batch, limits = LIMITS): string => encodeBatch(batch, limits);

/** As the host reads a short frame of a guest. */
const decode = (frame: string, maxDepth = LIMITS.maxDepth): Batch =>
  batchOf(parseSafely(frame, maxDepth + OWN_DEPTH));

const tag = fc.nat();
const value = fc.option(fc.jsonValue({ maxDepth: 4 }), { nil: undefined });

describe('batches as text', () => {
  test('come back as they were sent, "no value" included', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, value), { maxLength: 6 }), (pairs) => {
        const batch = pairs.flat();
        expect(decode(encode(batch))).toEqual(batch);
      }),
    );
  });

  test('are cut into frames that hold one value or are short, in their order', () => {
    const text = fc.integer({ min: 0, max: 20_000 }).map((length) => 'x'.repeat(length));
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, text), { minLength: 1, maxLength: 12 }), (pairs) => {
        const frames = encodeFrames(pairs.flat(), LIMITS);
        const batches = frames.map((frame) => decode(frame));
        expect(batches.flat()).toEqual(pairs.flat());
        for (const [i, batch] of batches.entries()) {
          const length = frames[i]?.length ?? 0;
          if (batch.length > 2) expect(length).toBeLessThanOrEqual(8_192);
          const next = frames[i + 1];
          if (next !== undefined)
            expect(length + encode(batches[i + 1]?.slice(0, 2) ?? []).length).toBeGreaterThan(8_192);
        }
      }),
    );
  });

  test('are refused as too long together, so that they are written one by one, once they are as long as the longest frame', () => {
    const half = 'x'.repeat(LIMITS.maxLength / 2);
    expect(() => encodeFrames([1, half, 2, half, 3, half], LIMITS)).toThrow(
      expect.objectContaining({ code: 'PHLOW_REPLY_TOO_LARGE' }),
    );
    expect(encodeFrames([1, half.slice(20), 2, half.slice(20)], LIMITS)).toHaveLength(2);
  });

  test('are refused whole when one of several frames cannot be written', () => {
    const long = 'x'.repeat(10_000);
    expect(() => encodeFrames([1, long, 2, () => undefined, 3, long], LIMITS)).toThrow(
      expect.objectContaining({ code: 'PHLOW_INPUT_UNCLONABLE' }),
    );
  });

  test('are refused by the sender when an error in them says something that is no text', () => {
    const error = Object.assign(new Error('m'), { message: { not: 'text' } });
    expect(() => encode([1, error])).toThrow('it is an Error whose message is no text');
  });

  test('are refused by the sender when they are too long', () => {
    expect(() => encode([1, 'x'.repeat(20)], { maxLength: 20, maxDepth: 4 })).toThrow(
      expect.objectContaining({ code: 'PHLOW_REPLY_TOO_LARGE' }),
    );
  });

  test('are refused by the sender when they take more bytes than characters by half', () => {
    const limits = { maxLength: 1_000, maxDepth: 4 };
    for (const [text, most] of [
      ['a', 992],
      ['\u0430', 746],
      ['\u20ac', 497],
      ['\u{1f600}', 373],
      ['\ud800', 165],
    ] as const) {
      expect(decode(encode([1, text.repeat(most)], limits))).toEqual([1, text.repeat(most)]);
      expect(() => encode([1, text.repeat(most + 1)], limits)).toThrow(
        text === 'a' || text === '\ud800'
          ? 'characters: the limit is 1000'
          : 'bytes of UTF-8: the limit is 1500',
      );
    }
  });

  test('are refused by the sender when their value would take too much of the heap of the reader', () => {
    const crumbs = new Array<object>(3_500_000).fill({});
    expect(() => encode([1, crumbs], { maxLength: 16 * 1_048_576, maxDepth: 4 })).toThrow(
      expect.objectContaining({ code: 'PHLOW_REPLY_TOO_LARGE' }),
    );
  });

  test('are refused by the sender for their keys where the reader takes no more, and only there', () => {
    const limits = { maxLength: 16 * 1_048_576, maxDepth: 64 };
    const keyed = Object.fromEntries(Array.from({ length: 200_001 }, (_, i) => [`k${i}`, 0]));
    const longKey = { ['k'.repeat(524_289)]: 'x'.repeat(500_000) };
    for (const [value, found] of [
      [keyed, 'an object of more than 200000 keys'],
      [longKey, 'a key of more than 524288 characters'],
    ] as const) {
      expect(() => encodeBatch([1, value], { ...limits, isReadInSlices: true })).toThrow(found);
      expect(encodeBatch([1, value], limits)).toBe(JSON.stringify([1, [value]]));
    }
  });

  test('are refused by the sender when their values are each below what the reader takes, and above it together', () => {
    const crumbs = Array.from({ length: 1_000_000 }, () => ({}));
    const limits = { maxLength: 16 * 1_048_576, maxDepth: 64 };
    expect(encodeBatch([1, crumbs], limits).length).toBeGreaterThan(2_900_000);
    expect(() => encodeBatch([1, crumbs, 2, crumbs], limits)).toThrow(
      expect.objectContaining({ code: 'PHLOW_REPLY_TOO_LARGE' }),
    );
  });

  test.each([
    ['plain', '{"1000":0}'],
    ['with risky keys', '{"$":"object","of":[["1000",0],["$",1]]}'],
  ])('take little room where members stand under large numbers: %s', (_, object) => {
    const text = `[1,[[${`${object},`.repeat(4_000)}{"$":"undefined","of":0}],1]]`;
    const parsed: unknown = JSON.parse(text);
    const before = process.memoryUsage().heapUsed;
    const [, list] = batchOf(parsed) as [number, readonly Record<string, unknown>[]];
    // A list of places for all numbers up to that one takes twelve kilobytes in each object.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
    expect([list.length, list[3_999]?.['1000']]).toEqual([4_001, 0]);
  });

  test('hold members under numbers beside risky keys, in the order of objects', () => {
    const value = { $: 1, '1000': 'a', '7': 'b', z: 'c', '4294967295': 'd' };
    const [, read] = batchOf(JSON.parse(encodeBatch([1, value], { maxLength: 1_000, maxDepth: 8 })));
    expect(read).toEqual(value);
    expect(Object.keys(read as object)).toEqual(Object.keys(value));
    expect(Object.getOwnPropertyDescriptor(read, '7')).toEqual({
      value: 'b',
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  test('are refused when too many keys stand beside their values, by the sender and by the reader', () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `k${i}`);
    const value = Object.fromEntries([['$', 0], ...keys.map((key) => [key, 0])] as [string, number][]);
    expect(() => encodeBatch([1, value], { maxLength: 8e6, maxDepth: 8 })).toThrow('too many parts');
    const pairs = keys.map((key) => [key, 0]);
    expect(() => batchOf([1, [{ $: 'object', of: pairs }, 1]])).toThrow('too many parts');
  });

  test('are refused when they hold more values than a sender puts into one', () => {
    const batch = Array.from({ length: 1_026 }, () => 0);
    expect(() => decode(encode(batch))).toThrow('a batch of 513 values');
  });

  test('hold values of the depth that is let through, and none deeper', () => {
    const shallow = { maxLength: 1_000, maxDepth: 3 };
    expect(decode(encode([1, [[['x'.repeat(30)]]]], shallow), 3)).toEqual([1, [[['x'.repeat(30)]]]]);
    const deeper = [[[['x'.repeat(30)]]]];
    expect(() => encode([1, deeper], shallow)).toThrow('nests more than 3 levels deep');
    expect(() => decode(encode([1, deeper]), 3)).toThrow('nested more than 5 levels deep');
  });

  test.each([
    ['no list', '{"0":1,"1":[2],"length":2}'],
    ['half a pair', '[1]'],
    ['a tag that is none', '["1",[2]]'],
    ['a tag below zero', '[-1,[2]]'],
    ['a value without its box', '[1,2]'],
    ['two values in a box', '[1,[2,3]]'],
    ['an empty box', '[1,[]]'],
    ['a tagged value of no kind', '[1,[{"$":"nothing","of":1},1]]'],
    ['a tagged value without content', '[1,[{"$":"map"},1]]'],
    ['a number that is none', '[1,[{"$":"bigint","of":"1.5"},1]]'],
    ['a number in decimal digits with an exponent', '[1,[{"$":"bigint","of":"1e+5"},1]]'],
    ['keys of an array that are none', '[1,[{"$":"list","of":[[1],7]},1]]'],
    ['bytes of no kind', '[1,[{"$":"bytes","of":["constructor","AA=="]},1]]'],
    ['a list for a pattern', '[1,[{"$":"regexp","of":[["(a)|(b)"],""]},1]]'],
    ['a list for the flags of a pattern', '[1,[{"$":"regexp","of":["\\\\p{L}",[["u"]]]},1]]'],
    ['a list for a key', '[1,[{"$":"object","of":[[[1,2],0]]},1]]'],
    ['a list for a key of an array', '[1,[{"$":"list","of":[[],[[["a"],0]]]},1]]'],
    ['a list for a number', '[1,[{"$":"number","of":[1.5]},1]]'],
    ['a number that JSON has a word for', '[1,[{"$":"number","of":"1"},1]]'],
    ['a list for a bigint', '[1,[{"$":"bigint","of":["ff"]},1]]'],
    ['a text for a date', '[1,[{"$":"date","of":"2020-01-01"},1]]'],
    ['a list for bytes', '[1,[{"$":"bytes","of":["Uint8Array",["AA=="]]},1]]'],
    ['a list for what an error says', '[1,[{"$":"error","of":["Error",["m"],null]},1]]'],
    ['an error of no kind', '[1,[{"$":"error","of":["toString","m",null]},1]]'],
  ])('are refused when they are %s', (_, frame) => {
    expect(() => decode(frame)).toThrow(expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }));
  });

  test('name the place of what cannot be written', () => {
    expect(() => encode([1, () => 1])).toThrow('Cannot write a value as text: it is a function');
    const nested = { items: [1, { fn: () => 1 }] };
    expect(() => encode([1, nested])).toThrow('its items[1].fn is a function');
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => encode([1, circle])).toThrow('its [0] is a value that it stands in itself, in a circle');
  });

  test('are refused when what JSON has no word for stands in too many places, by the sender and by the reader', () => {
    const many = new Array<undefined>(500_000).fill(undefined);
    expect(() => encode([1, many])).toThrow(expect.objectContaining({ code: 'PHLOW_INPUT_UNCLONABLE' }));
    const forged = `[1,[[${new Array<number>(500_000).fill(1).join(',')}],1]]`;
    expect(() => decode(forged)).toThrow(expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }));
  });

  test('are refused when what is costly to read stands in too many places', () => {
    for (const costly of [
      '{"$":"error","of":["Error","m",null]}',
      '{"$":"bytes","of":["Uint8Array","AA=="]}',
    ]) {
      const forged = `[1,[[${new Array<string>(20_000).fill(costly).join(',')}],1]]`;
      expect(() => decode(forged)).toThrow(expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }));
    }
    const errors = Array.from({ length: 20_000 }, () => new Error('a'));
    expect(() => encode([1, errors])).toThrow('has too many parts');
  });

  test.each([
    ['a pattern whose classes take long to write out', new RegExp('\\p{L}'.repeat(200), 'u')],
    [
      'many keys that an engine may hash to one place',
      new Set(Array.from({ length: 5_000 }, (_, i) => i + 0.5)),
    ],
    ['the same in a Map', new Map(Array.from({ length: 5_000 }, (_, i) => [BigInt(i) << 64n, 1]))],
  ])('are refused by the sender when they hold %s', (_, costly) => {
    expect(() => encode([1, costly])).toThrow('has too many parts');
  });

  const keys = Array.from({ length: 5_000 }, (_, i) => `[${i}.5,1]`).join(',');
  test.each([
    ['such a pattern', `{"$":"regexp","of":["${'\\\\p{L}'.repeat(200)}","u"]}`],
    ['such keys', `{"$":"map","of":[${keys}]}`],
  ])('are refused by the reader when they hold %s', (_, forged) => {
    expect(() => decode(`[1,[${forged},1]]`)).toThrow(
      expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }),
    );
  });

  test('are written for the pattern that one is, whatever it says of itself', () => {
    const hides = Object.defineProperty(/x/u, 'source', { value: '\\p{L}'.repeat(200) });
    expect(decode(encode([1, hides]))).toEqual([1, /x/u]);
  });

  test('say what objects hold, not what members of their own pretend', () => {
    const pretend = { value: () => 7 };
    const sent = [
      Object.defineProperty(new Date(5), 'getTime', pretend),
      Object.defineProperties(/a/gs, { source: { value: 'b' }, flags: { value: 'i' } }),
      Object.defineProperty(new Uint8Array([1, 2]), 'byteLength', { value: 1 }),
      Object.defineProperty(new Map([[1, 2]]), Symbol.iterator, pretend),
      Object.defineProperty(Object(3n), 'valueOf', pretend),
    ];
    expect(decode(encode([1, sent]))).toEqual([
      1,
      [new Date(5), /a/gs, new Uint8Array([1, 2]), new Map([[1, 2]]), Object(3n)],
    ]);
  });

  test('are refused when a key of an array is one of its items, or its length', () => {
    for (const key of ['4294967294', 'length'])
      expect(() => decode(`[1,[{"$":"list","of":[[],[["${key}",1]]]},1]]`)).toThrow(
        expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }),
      );
  });

  test('are refused when one part of theirs stands in a billion places', () => {
    let twice: unknown = [1];
    for (let i = 0; i < 40; i++) twice = [twice, twice];
    expect(() => encode([1, twice])).toThrow('has too many parts');
  });

  test('leave the limit of stacks as it is when they hold errors', () => {
    const before = Error.stackTraceLimit;
    decode(encode([1, new Error('a')]));
    expect(Error.stackTraceLimit).toBe(before);
  });

  test('make own members of keys that are risky elsewhere, and touch no prototype', () => {
    const value: unknown = JSON.parse(
      '{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": {} } }',
    );
    const [, read] = decode(encode([1, value])) as [number, object];
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
  });
});
