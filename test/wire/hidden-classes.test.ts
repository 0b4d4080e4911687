import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HiddenClasses } from '../../src/wire/hidden-classes.js';
import { parseIntoTables, parseWithFewClasses } from '../../src/wire/parse-json.js';

setFlagsFromString('--allow-natives-syntax');
const hasClasses = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;
afterAll(() => setFlagsFromString('--no-allow-natives-syntax'));

/** Objects of twenty keys, each with its keys in another order. */
function inManyOrders(objects: number): string {
  const keys = Array.from({ length: 20 }, (_, i) => `"key ${i}":${i}`);
  const one = (n: number): string => {
    const left = [...keys];
    let seed = n;
    const order: string[] = [];
    while (left.length > 0) {
      seed = (seed * 48_271 + 11) % 2_147_483_647;
      order.push(...left.splice(seed % left.length, 1));
    }
    return `{${order.join()}}`;
  };
  return `[${Array.from({ length: objects }, (_, n) => one(n + 1)).join()}]`;
}

describe('hidden classes', () => {
  test('are counted once, however many objects have them', () => {
    const classes = new HiddenClasses();
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'n', tags: [{ id }] }));
    expect(classes.admits(JSON.stringify(rows))).toBe(true);
  });

  test('are counted by the order of keys, by their number, and by what keys say up to their end', () => {
    const orders = inManyOrders(1_000);
    const lengths = JSON.stringify(
      Array.from({ length: 200 }, (_, length) =>
        Object.fromEntries(Array.from({ length: length % 128 }, (_, i) => [`a${i}`, 0])),
      ),
    );
    const longKeys = JSON.stringify(
      Array.from({ length: 20_000 }, (_, i) => ({ [`${'k'.repeat(40)}${i + 10_000}`]: 0, a: 0 })),
    );
    expect(new HiddenClasses().admits(orders)).toBe(false);
    expect(new HiddenClasses().admits(longKeys)).toBe(false);
    for (const before of ['{', '{\\"', '\\"}', '\\\\'])
      expect(new HiddenClasses().admits(`["${before}",${longKeys}]`)).toBe(false);
    const classes = new HiddenClasses();
    expect(classes.admits(lengths)).toBe(true);
    // Eight thousand are counted; of others there is not so much room any more.
    const others = JSON.stringify(Array.from({ length: 9_000 }, (_, i) => ({ [`other ${i}`]: 0, a: 0 })));
    expect(classes.admits(others)).toBe(false);
  });

  test('are no matter for objects of one key, of which the engine itself makes few', () => {
    const classes = new HiddenClasses();
    for (let n = 0; n < 20_000; n++) expect(classes.admits(`{"${n}":0}`)).toBe(true);
  });

  test('are none for objects of so many keys that the engine keeps them in a table', () => {
    const large = (n: number): string => {
      const pairs = Array.from({ length: 130 }, (_, i) => `"${n} ${i}":0`);
      expect(hasClasses(JSON.parse(`{${pairs.join()}}`) as object)).toBe(false);
      return `{${pairs.join()}}`;
    };
    expect(new HiddenClasses().admits(`[${Array.from({ length: 200 }, (_, n) => large(n)).join()}]`)).toBe(
      true,
    );
  });

  test('are counted for objects of few names and many numbers, however those are written', () => {
    for (const number of ['0', '\\u0030']) {
      const numbers = `"${number}":0,`.repeat(128);
      const one = `{${numbers}"a":0,"b":0}`;
      expect(hasClasses(JSON.parse(one) as object)).toBe(true);
      const objects = Array.from({ length: 9_000 }, (_, n) => one.replace('"a"', `"a${n}"`));
      const classes = new HiddenClasses();
      expect(objects.every((text) => classes.admits(text))).toBe(false);
    }
    const rows = Array.from({ length: 20_000 }, (_, n) => `{"${n}":0,"a":0,"${n + 1}":0}`);
    expect(new HiddenClasses().admits(`[${rows.join()}]`)).toBe(true);
  });

  test('are counted anew after an hour', () => {
    let now = 0;
    const classes = new HiddenClasses(() => now);
    const one = (n: number): string => `{"a":0,"n${n}":0}`;
    let admitted = 0;
    while (classes.admits(one(admitted))) admitted++;
    expect(admitted).toBeGreaterThan(16_000);
    expect(classes.admits(one(0))).toBe(true);
    // The hash of one may collide, as it may with one in sixty-four: not those of all.
    const more = [-1, -2, -3, -4, -5, -6].map(one);
    now = 3_599_999;
    expect(more.every((text) => classes.admits(text))).toBe(false);
    now = 3_600_000;
    expect(more.every((text) => classes.admits(text))).toBe(true);
  });

  test('are counted in few of the texts while nothing new turns up, in proportion to their length', () => {
    let random = 0.5;
    const classes = new HiddenClasses(undefined, () => random);
    const known = '{"a":0,"b":0}';
    // At first, all are looked through.
    let looked = 0;
    for (; classes.isLookedAt(known.length); looked++) classes.admits(known);
    expect(looked * known.length).toBeGreaterThan(262_144);
    expect(classes.isLookedAt(16_384)).toBe(false);
    expect(classes.isLookedAt(16_385)).toBe(true);
    random = 1 - Number.EPSILON;
    expect(classes.isLookedAt(32_768)).toBe(true);
    expect(classes.admits('{"b":0,"a":0}')).toBe(true);
    // It had new ones.
    expect(classes.isLookedAt(1)).toBe(true);
  });

  test('are counted in each text once there are too many', () => {
    const classes = new HiddenClasses(undefined, () => 0.999);
    while (classes.admits(inManyOrders(1_000)));
    for (let left = 300; left > 0; left--) expect(classes.isLookedAt(1_000)).toBe(true);
  });

  test('are not made once there are too many: objects are tables then, and those with known keys are not', () => {
    const known = '{"known":1,"keys":2}';
    expect(hasClasses(parseWithFewClasses(known) as object)).toBe(true);
    const objects = parseWithFewClasses(inManyOrders(2_000)) as object[];
    expect(objects.filter(hasClasses)).toHaveLength(0);
    expect(objects).toEqual(JSON.parse(inManyOrders(2_000)));
    expect(hasClasses(parseWithFewClasses('{"unlike":1,"all":2,"others":3}') as object)).toBe(false);
    expect(hasClasses(parseWithFewClasses(known) as object)).toBe(true);
  });
});

describe('text that is parsed into tables', () => {
  test('has the value that JSON.parse reads', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'toString', '0', '7', '4294967295', '"', '\\', ':{'),
    );
    const value = fc.anything({
      key,
      values: [fc.jsonValue(), fc.constant({}), fc.constant([])],
      withNullPrototype: false,
      maxDepth: 4,
      maxKeys: 6,
    });
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (read, indent) => {
        const text = JSON.stringify(read, null, indent);
        const found = parseIntoTables(text);
        expect(JSON.stringify(found)).toBe(JSON.stringify(JSON.parse(text)));
        expect(found).toEqual(JSON.parse(text));
      }),
    );
  });

  test('has the last value of a key that stands in it twice, and its own __proto__', () => {
    const text = '{"b":1,"a":{"__proto__":{"x":1},"2":0,"1":0},"b":[{"b":{}}]}';
    const value = parseIntoTables(text) as { a: object };
    expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype);
    expect(Object.hasOwn(value.a, '__proto__')).toBe(true);
  });

  test.each([
    '',
    '{',
    '}',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1]',
    '["a":1]',
    '{"a","b"}',
    '{"a":1,}',
    '{"a":1:2}',
    '{:1}',
    '{"a" "b":1}',
    '{"a":"b":1}',
    '{1:2}',
    '{"a":1}}',
    '[{"a":1]}',
    '"a":1',
    '{"a\n":1}',
    '{"\\x":1}',
    '{"a\\":1}',
    '{"":{"a":1}',
  ])('is refused where JSON.parse refuses it: %j', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(() => parseIntoTables(text)).toThrow(SyntaxError);
  });

  test('is refused at random places as JSON.parse refuses it', () => {
    const part = fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '"b"', '1', ' ', '"', '\\');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const outcome = (parse: (text: string) => unknown): string => {
          try {
            return JSON.stringify(parse(parts.join('')));
          } catch (error) {
            return (error as Error).name;
          }
        };
        expect(outcome(parseIntoTables)).toBe(outcome(JSON.parse));
      }),
      { numRuns: 20_000 },
    );
  });

  test('takes no room for the numbers before a key that is one', () => {
    const before = process.memoryUsage().heapUsed;
    const objects = parseIntoTables(`[${'{"400":0},'.repeat(20_000)}0]`) as unknown[];
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(objects.length * 1_500);
  });
});
