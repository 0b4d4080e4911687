import { describe, expect, test } from '@jest/globals';
import {
  bodyOf,
  cookiesOf,
  formOf,
  headersOf,
  targetOf,
} from '../../../../workers/modules/http_server/event.js';

describe('a target', () => {
  test.each([
    ['/', '/', ''],
    ['/a%20b?x=1&y', '/a%20b', 'x=1&y'],
    ['/a?', '/a', ''],
    ['/a?b?c', '/a', 'b?c'],
    ['http://host/a?b', '/a', 'b'],
    ['http://host', '/', ''],
    ['http://host?b', '/', 'b'],
    ['HTTPS://host:1/a', '/a', ''],
    ['*', '*', ''],
  ])('%s', (target, path, query) => {
    expect(targetOf(target)).toEqual({ path, query });
  });
});

describe('Q-HTTP-QUERY: a query', () => {
  test.each([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=1&a=2', { a: '2' }],
    ['a', { a: '' }],
    ['a=%C3%A9+x', { a: 'é x' }],
    ['a=%zz', { a: '%zz' }],
  ])('%s', (text, expected) => {
    expect(formOf(text)).toEqual(expected);
  });

  test('makes own members of all names', () => {
    const query = formOf('__proto__=1&constructor=2');
    expect(Object.entries(query)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

describe('headers', () => {
  test('are in lower case, the last of equal ones counts, and what is no ASCII is left out', () => {
    expect(headersOf(['Host', 'a', 'X', '1', 'x', '2', 'y', '\xe9'])).toEqual({ host: 'a', x: '2' });
  });

  test('give cookies: the first of equal ones counts', () => {
    expect(cookiesOf('a=1; b="2"; a=3; c=%20x; d; =e')).toEqual({ a: '1', b: '2', c: ' x' });
    expect(cookiesOf(undefined)).toEqual({});
  });
});

describe('a body', () => {
  const read = (text: string): unknown => bodyOf(Buffer.from(text))?.value;

  test.each([
    ['', ''],
    ['  padded ', 'padded'],
    ['123', '123'],
    ['"x"', '"x"'],
    [' {"a":1} ', { a: 1 }],
    ['[1,2]', [1, 2]],
    ['{"a":', '{"a":'],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('Q-JSON-RAW: escapes are decoded, and integers beyond 32 bits are whole', () => {
    expect(read(String.raw`{"a":"x\ny \"q\" \u00e9","n":4294967296}`)).toEqual({
      a: 'x\ny "q" é',
      n: 4294967296,
    });
  });

  test('that is no UTF-8 is null, with its bytes as base64', () => {
    expect(bodyOf(new Uint8Array([0xff, 0x00]))).toEqual({ value: undefined, base64: '/wA=', bytes: 2 });
  });

  test('that nests a thousand times is refused', () => {
    expect(bodyOf(Buffer.from('['.repeat(1_000) + ']'.repeat(1_000)))).toBeUndefined();
  });

  test('with __proto__ in it pollutes nothing', () => {
    const body = read('{"__proto__":{"polluted":1}}') as object;
    expect(Object.keys(body)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
