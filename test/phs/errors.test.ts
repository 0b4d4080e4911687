import { describe, expect, test } from '@jest/globals';
import { errorOf, messageOf, valueOf } from './running.js';

describe('an error', () => {
  test('of syntax has a code, a place and a frame', () => {
    const error = errorOf('let a = 1;\nlet b = [1 2];');
    expect(error.code).toBe('PHLOW_PHS_SYNTAX');
    expect(error.place).toMatchObject({ file: 'expression', line: 2, column: 12 });
    expect(error.place?.frame).toBe(
      ['  1 | let a = 1;', '> 2 | let b = [1 2];', '    |            ^'].join('\n'),
    );
  });

  test('at run time underlines the name it is about', () => {
    const error = errorOf('1 +\n  fooo');
    expect(error.code).toBe('PHLOW_PHS_RUNTIME');
    expect(error.message).toBe('Variable not found: fooo (line 2, position 3)');
    expect(error.place?.frame).toContain('> 2 |   fooo\n    |   ^^^^');
  });

  test('counts code points', () => expect(messageOf('"😀😀" + foo')).toContain('(line 1, position 8)'));

  test.each([
    ['let counter = 1; countr', 'Did you mean "counter"?'],
    ['payloda.x', 'Did you mean "payload"?'],
    ['"a".to_uper()', 'Did you mean "to_upper"?'],
    ['fn total(a) { a } totl(1)', 'Function not found: totl (i64)'],
  ])('of %s suggests the nearest name', (code, message) => expect(messageOf(code)).toContain(message));

  test('thrown by a script carries the value', () => {
    expect(errorOf('throw {code: 7, at: [1.0]}').details).toMatchObject({ thrown: { code: 7, at: [1] } });
    expect(errorOf('throw |x| x').details).toMatchObject({ thrown: null });
  });

  test('tells the calls that led to it, innermost first, and not hundreds of them', () => {
    expect(messageOf('fn f() { throw "x"; }\nfn g() { f() }\ng()')).toBe(
      "Runtime error: x (line 1, position 10)\nin call to function 'f' (line 2, position 10)\nin call to function 'g' (line 3, position 1)",
    );
    expect(messageOf('fn f(n) { if n == 0 { throw 1; } f(n - 1) } f(100)').split('\n')).toHaveLength(10);
  });

  test('in a branch that is not taken does not exist', () => {
    expect(valueOf('if false { nope(nope2) } else { 1 }')).toBe(1);
  });
});

describe('a limit', () => {
  const turns = (body: string): string => `let l = ""; l.pad(500, "ab"); for i in 0..500 { ${body} }`;

  test.each([
    ['"ab".search("((a{1,20}){1,20})b")'],
    ['"aaaaaaaaaaaaaaaaaaaaaaaaa".search("((a{1,20}){1,20})b")'],
    ['"ab".search(`(?i)[a-z]+${i}`)'],
    [`'{"a":[1,2,3],"b":"text"}'.parse()`],
    [`'{"a":[1,2,3],"b":text'.parse()`],
    ['l.parse()'],
    ['l[10..400] + l[0..1]'],
    ['l < l + "x"'],
    ['1700000000.format("%Y-%m-%d %H:%M")'],
    ['"helloWorld".to_snake_case()'],
    ['try { throw 1 } catch { 2 }'],
    ['let n = i; n[1..4] = 7'],
    ['let s = "abc"; s[0..2] = "z"'],
    ['3 ** 20'],
  ])('is reached sooner by what takes longer than a turn of a loop: %s', (body) => {
    const limits = { steps: 5_000 };
    expect(valueOf(turns('i'), {}, { limits })).toBeNull();
    expect(errorOf(turns(body), {}, { limits }).code).toBe('PHLOW_PHS_LIMIT');
  });

  test.each<[string, string, object]>([
    ['loop {}', 'more than 1000 steps', { steps: 1000 }],
    ['while true {}', 'more than 1000 steps', { steps: 1000 }],
    ['for i in 0..9223372036854775807 {}', 'more than 1000 steps', { steps: 1000 }],
    ['[1, 2].map(|x| { loop {} })', 'more than 1000 steps', { steps: 1000 }],
    ['let a = [1]; for i in 0..60 { a = [a, a]; } `${a}`', 'steps', { steps: 100_000 }],
    ['let a = [1]; for i in 0..60 { a = [a, a]; } a == a', 'steps', { steps: 100_000 }],
    ['let s = "xx"; loop { s += s; }', 'Cannot make the string: larger than 100', { stringLength: 100 }],
    ['let s = "xxxxxxxx"; `${s}${s}`', 'Cannot make the string', { stringLength: 10 }],
    ['let s = ""; s.pad(1000, "x")', 'Cannot make the string', { stringLength: 100 }],
    ['let a = []; loop { a.push(1); }', 'Cannot make the array: larger than 10', { arrayItems: 10 }],
    ['let a = [1]; loop { a += a; }', 'Cannot make the array', { arrayItems: 10 }],
    ['let a = [1]; loop { a = a + a; }', 'Cannot make the array', { arrayItems: 10 }],
    ['let a = [1]; loop { a = [...a, ...a]; }', 'Cannot make the array', { arrayItems: 10 }],
    ['let m = {}; let i = 0; loop { m[`k${i}`] = i; i += 1; }', 'Cannot make the map', { mapEntries: 10 }],
    ['fn f(n) { f(n) } f(0)', 'Stack overflow', { callDepth: 20 }],
    ['let f = |g| g.call(g); f.call(f)', 'Stack overflow', { callDepth: 20 }],
    ['let e = "1"; for i in 0..9 { eval(e); }', 'steps', { steps: 1000 }],
    [`${'('.repeat(100)}1${')'.repeat(100)}`, 'nested deeper than 50', { depth: 50 }],
    [Array.from({ length: 100 }, () => '1').join('+'), 'a chain of more than 50', { depth: 50 }],
    ['[1, 2, 3, 4, 5, 6, 7, 8, 9]', 'more than 5 nodes', { nodes: 5 }],
    ['"0123456789"', 'longer than 10 characters', { codeLength: 10 }],
  ])('ends %s', (code, message, limits) => {
    const error = errorOf(code, {}, { limits });
    expect([error.code, error.message]).toEqual(['PHLOW_PHS_LIMIT', expect.stringContaining(message)]);
  });

  test('cannot be caught', () => {
    expect(errorOf('try { loop {} } catch { 1 }', {}, { limits: { steps: 100 } }).code).toBe(
      'PHLOW_PHS_LIMIT',
    );
    expect(errorOf('fn f() { try { f() } catch { 1 } } f()').code).toBe('PHLOW_PHS_LIMIT');
  });

  test('holds anew in each run', () => {
    const limits = { steps: 100 };
    for (let i = 0; i < 5; i++) expect(valueOf('for i in 0..50 {} 1', {}, { limits })).toBe(1);
  });

  test('must be a number', () => {
    expect(errorOf('1', {}, { limits: { steps: Number.NaN } }).code).toBe('PHLOW_OPTION_INVALID');
  });

  test('of a deep value is an error of its own', () => {
    expect(errorOf('let a = []; for i in 0..100000 { a = [a]; } `${a}`').code).toBe('PHLOW_PHS_LIMIT');
    expect(errorOf('let a = []; for i in 0..5000 { a = [a]; } a').code).toBe('PHLOW_PHS_LIMIT');
    expect(errorOf('let a = [1]; for i in 0..60 { a = [a, a]; } a').code).toBe('PHLOW_PHS_LIMIT');
  });
});
