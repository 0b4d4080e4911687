import { describe, expect, test } from '@jest/globals';
import type { PhsValue } from '../../../src/phs/values/value.js';
import { LoneRun, call, callOn } from './dispatch.js';

describe('slice and capitalize', () => {
  test.each<[string, PhsValue[], string]>([
    ['slice', ['abcdef', 1, 4], 'bcd'],
    ['slice', ['abcdef', 2, 10], 'cdef'],
    ['slice', ['abcdef', -3, 2], 'ab'],
    ['slice', ['abcdef', 4, 2], ''],
    ['slice', ['abcdef', 0, -1], ''],
    ['slice', ['abcdef', 10, 12], ''],
    ['slice', ['á😀íóú', 1, 3], '😀í'],
    ['slice', ['', 0, 1], ''],
    ['slice', ['abcdef', 3], 'def'],
    ['slice', ['abcdef', -2], 'ef'],
    ['slice', ['abcdef', -99], 'abcdef'],
    ['slice', ['abcdef', 6], ''],
    ['capitalize', ['ábc def'], 'Ábc def'],
    ['capitalize', ['ABC'], 'ABC'],
    ['capitalize', ['ßa'], 'Sa'],
    ['capitalize', ['😀a'], '😀a'],
    ['capitalize', ['1abc'], '1abc'],
    ['capitalize', [''], ''],
  ])('%s%j is %p', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected);
  });

  test('take strings only', () => {
    expect(() => call('capitalize', 5)).toThrow('Function not found: capitalize (i64)');
    expect(() => call('slice', null, 0, 1)).toThrow('Function not found: slice ((), i64, i64)');
  });
});

describe('case conversions', () => {
  test.each<[string, string, string, string]>([
    ['Meu texto exemplo', 'meu_texto_exemplo', 'meu-texto-exemplo', 'meuTextoExemplo'],
    ['meuTextoExemplo', 'meu_texto_exemplo', 'meu-texto-exemplo', 'meuTextoExemplo'],
    ['MeuTextoExemplo', 'meu_texto_exemplo', 'meu-texto-exemplo', 'meuTextoExemplo'],
    ['meu-texto_exemplo', 'meu_texto_exemplo', 'meu-texto-exemplo', 'meuTextoExemplo'],
    ['item42name', 'item_42_name', 'item-42-name', 'item42Name'],
    ['parseHTTPResponse', 'parse_httpresponse', 'parse-httpresponse', 'parseHttpresponse'],
    ['ação boa', 'a_o_boa', 'a-o-boa', 'aOBoa'],
    [' !! ', '!!', '!!', '!!'],
    [' ÉÉ ', 'éé', 'éé', 'éé'],
    ['__', '__', '__', '__'],
    ['', '', '', ''],
    ['  ', '', '', ''],
  ])('%p is %p, %p and %p', (text, snake, kebab, camel) => {
    const cases = ['to_snake_case', 'to_kebab_case', 'to_camel_case'].map((name) => call(name, text));
    expect(cases).toEqual([snake, kebab, camel]);
  });
});

describe('form encoding', () => {
  test.each<[string, string]>([
    ['a b', 'a+b'],
    ['café & maçã', 'caf%C3%A9+%26+ma%C3%A7%C3%A3'],
    ['A-z_0.9~', 'A-z_0.9~'],
    ["a/b?c=d!'()*", 'a%2Fb%3Fc%3Dd%21%27%28%29%2A'],
    ['1+1', '1%2B1'],
    ['😀', '%F0%9F%98%80'],
    ['', ''],
  ])('%p is written %p and read back', (text, encoded) => {
    expect([call('to_url_encode', text), call('url_decode', encoded)]).toEqual([encoded, text]);
  });

  test.each<[string, string]>([
    ['%ZZ', '%ZZ'],
    ['test%', 'test%'],
    ['test%2', 'test%2'],
    ['%%41', '%%41'],
    ['%é+', '%é+'],
    ['%FF', ''],
    ['%c3%a9', 'é'],
    ['é%20', 'é '],
    ['%EF%BF%BD', '\ufffd'],
    ['%EF%BB%BFa', '\ufeffa'],
  ])('%p is read as %p', (text, expected) => {
    expect(call('url_decode', text)).toBe(expected);
  });
});

describe('base64', () => {
  test.each<[string, string]>([
    ['café', 'Y2Fmw6k='],
    ['😀', '8J+YgA=='],
    ['', ''],
  ])('%p is written %p and read back', (text, encoded) => {
    expect([call('to_base64', text), call('base64_to_utf8', encoded)]).toEqual([encoded, text]);
  });

  test.each<[string, string]>([
    ['SGVsbG8gV29ybGQ', 'Hello World'],
    ['not base64!', ''],
    ['//8=', ''],
    ['8J-YgA==', ''],
    ['Y2Fm w6k=', ''],
    ['Y2Fmw6l=', ''],
    ['A', ''],
    ['Y2Fm=', ''],
  ])('%p is read as %p', (text, expected) => {
    expect(call('base64_to_utf8', text)).toBe(expected);
  });
});

test('encodings keep to the limit of a string', () => {
  expect(() => callOn(new LoneRun({ stringLength: 20 }), 'to_url_encode', 'é'.repeat(10))).toThrow(
    'string too large',
  );
  expect(() => callOn(new LoneRun({ stringLength: 10 }), 'to_base64', 'a'.repeat(10))).toThrow(
    'string too large',
  );
});

describe('like', () => {
  test.each<[string, string, boolean]>([
    ['hello world', '%lo wo%', true],
    ['hello', 'hell', false],
    ['hello', 'hell_', true],
    ['hello', 'h%o', true],
    ['hello', '%', true],
    ['', '%', true],
    ['', '', true],
    ['', '_', false],
    ['abc', 'a.c', false],
    ['abc', '[a-c]%', false],
    ['a\nb', 'a%b', false],
    ['a\nb', 'a_b', false],
    ['a\nb', 'a%\n%b', true],
    ['a\rb', 'a%b', true],
    ['aXbXc', '%X%X%', true],
    ['mississippi', '%iss%ip%', true],
    ['😀x', '_x', true],
    ['100%', '100%', true],
    ['Hello', 'hello', false],
  ])('%p like %p is %p', (text, pattern, expected) => {
    expect([call('like', text, pattern), call('not_like', text, pattern)]).toEqual([expected, !expected]);
  });

  test.each<[string, string, boolean]>([
    ['HELLO World', 'hello%', true],
    ['ÁÉ', 'áé', true],
    ['Σίσυφοσ', 'ΣΊΣΥΦΟΣ', true],
    ['\u212a', 'k', true],
    ['ſ', 'S', true],
    ['ß', 'SS', false],
    ['ı', 'i', false],
    ['abc', 'x%', false],
  ])('%p ilike %p is %p', (text, pattern, expected) => {
    expect([call('ilike', text, pattern), call('not_ilike', text, pattern)]).toEqual([expected, !expected]);
  });

  test('pays for what a hostile pattern costs', () => {
    const run = new LoneRun({ steps: 100_000 });
    expect(() => callOn(run, 'like', 'a'.repeat(100_000), `%${'a'.repeat(5_000)}b`)).toThrow('out of steps');
  });
});
