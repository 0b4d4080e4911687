import { describe, expect, test } from '@jest/globals';
import { jsonText, resultText } from '../../src/cli/json-text.js';
import { fixtureModule } from '../support/fixtures.js';
import { runPhlow } from '../support/run-phlow.js';

class Point {
  readonly x = 1;
  get [Symbol.toStringTag](): string {
    return 'Point';
  }
}

const time = new Date('2026-01-31T12:00:00.000Z');

describe('a value that JSON has no word for', () => {
  test.each<[string, unknown, string, string]>([
    ['NaN', Number.NaN, '{"$":"number","of":"NaN"}', 'NaN'],
    ['Infinity', -Infinity, '{"$":"number","of":"-Infinity"}', '-Infinity'],
    ['-0', -0, '-0', '-0'],
    ['a bigint', 9007199254740993n, '9007199254740993', '9007199254740993'],
    ['a Date', time, '{"$":"Date","of":"2026-01-31T12:00:00.000Z"}', 'Date(2026-01-31T12:00:00.000Z)'],
    ['an invalid Date', new Date(Number.NaN), '{"$":"Date","of":null}', 'Date(invalid)'],
    [
      'a Map',
      new Map<unknown, unknown>([[{ k: 1 }, time]]),
      '{"$":"Map","of":[[{"k":1},{"$":"Date","of":"2026-01-31T12:00:00.000Z"}]]}',
      'Map([\n  [\n    {\n      "k": 1\n    },\n    Date(2026-01-31T12:00:00.000Z)\n  ]\n])',
    ],
    ['a Set', new Set([1n, 'a']), '{"$":"Set","of":[1,"a"]}', 'Set([\n  1,\n  "a"\n])'],
    ['an empty Set', new Set(), '{"$":"Set","of":[]}', 'Set([])'],
    ['a RegExp', /a"+\n/gi, String.raw`{"$":"RegExp","of":"/a\"+\\n/gi"}`, String.raw`/a"+\n/gi`],
    ['a Buffer', Buffer.from([1, 2]), '{"$":"Uint8Array","of":"AQI="}', 'Uint8Array(base64 "AQI=")'],
    ['an ArrayBuffer', new ArrayBuffer(1), '{"$":"ArrayBuffer","of":"AA=="}', 'ArrayBuffer(base64 "AA==")'],
    [
      'a DataView',
      new DataView(new ArrayBuffer(2), 1),
      '{"$":"DataView","of":"AA=="}',
      'DataView(base64 "AA==")',
    ],
    [
      'a Float32Array',
      new Float32Array([0.5, Number.NaN]),
      '{"$":"Float32Array","of":[0.5,{"$":"number","of":"NaN"}]}',
      'Float32Array([\n  0.5,\n  NaN\n])',
    ],
    ['a BigInt64Array', new BigInt64Array(1), '{"$":"BigInt64Array","of":[0]}', 'BigInt64Array([\n  0\n])'],
    [
      'an Error',
      new TypeError('no "x"', { cause: 1 }),
      String.raw`{"$":"Error","of":{"name":"TypeError","message":"no \"x\"","cause":1}}`,
      'Error {\n  "name": "TypeError",\n  "message": "no \\"x\\"",\n  "cause": 1\n}',
    ],
    ['a boxed number', Object(1), '{"$":"Number","of":1}', 'Number(1)'],
    [
      'an object of a class that has a name',
      new Point(),
      '{"$":"Point","of":{"x":1}}',
      'Point {\n  "x": 1\n}',
    ],
    ['a function', time.getTime, '{"$":"function","of":"getTime"}', 'function("getTime")'],
    ['a symbol', Symbol('s'), '{"$":"symbol","of":"s"}', 'symbol("s")'],
    [
      'an object that has the mark itself',
      { $: 'Date', of: 1 },
      '{"$":"Object","of":{"$":"Date","of":1}}',
      'Object {\n  "$": "Date",\n  "of": 1\n}',
    ],
  ])('%s', (_name, value, json, text) => {
    expect(resultText(value, true)).toBe(json);
    expect(() => JSON.parse(json) as unknown).not.toThrow();
    expect(resultText(value, false)).toBe(text);
    // Inside of something else it reads the same.
    expect(resultText([value], true)).toBe(`[${json}]`);
    expect(resultText({ member: value }, false)).toBe(`{\n  "member": ${text.replaceAll('\n', '\n  ')}\n}`);
  });

  test('no value at all prints nothing, or null as JSON; inside of a value it is undefined', () => {
    expect([resultText(undefined, false), resultText(undefined, true)]).toEqual([undefined, 'null']);
    // eslint-disable-next-line no-sparse-arrays -- the subject
    const value = { a: undefined, b: [1, , undefined] };
    expect(resultText(value, true)).toBe('{"a":{"$":"undefined"},"b":[1,{"$":"hole"},{"$":"undefined"}]}');
    expect(resultText(value, false)).toBe(
      '{\n  "a": undefined,\n  "b": [\n    1,\n    hole,\n    undefined\n  ]\n}',
    );
  });

  test('hidden characters are shown in all of them', () => {
    const value = new Map<unknown, unknown>([
      ['\u202e', new Error('\u001b[2J')],
      ['\u061c', /\u{e0041}/u],
    ]);
    for (const json of [true, false]) expect(resultText(value, json)).toMatch(/^[\n -~]*$/);
  });

  test('is null in a report of ours', () => {
    expect(jsonText({ a: undefined, b: Number.NaN, c: -0 })).toBe('{"a":null,"b":null,"c":-0}');
  });
});

test.each(['inline', 'trusted', 'sandboxed'])(
  'a reply of a module at %s is printed as what it is',
  async (level) => {
    const { stdout } = await runPhlow(['call', fixtureModule('exotic'), '--json', '--isolation', level]);
    expect(stdout).toBe(
      '{"date":{"$":"Date","of":"2026-01-31T12:00:00.000Z"},"map":{"$":"Map","of":[["a",{"$":"Set","of":[1]}]]},' +
        '"bytes":{"$":"Uint8Array","of":"AQI="},"pattern":{"$":"RegExp","of":"/a/g"},"big":12345678901234567890,' +
        '"none":{"$":"undefined"},"nan":{"$":"number","of":"NaN"},"zero":-0,' +
        '"error":{"$":"Error","of":{"name":"RangeError","message":"too much"}}}\n',
    );
  },
);
