import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileRegex } from '../../../src/phs/regex/program.js';
import { matches } from '../../../src/phs/regex/search.js';
import { RegexError } from '../../../src/phs/regex/syntax.js';
import { LoneRun, call, callOn } from '../builtins/dispatch.js';

const search = (text: string, pattern: string): boolean =>
  matches(compileRegex(pattern), text, () => undefined);

describe('search', () => {
  test.each<[string, string, boolean]>([
    ['hello123', '\\d+', true],
    ['hello', '\\d+', false],
    ['abc', '^b', false],
    ['abc', '^a.c$', true],
    ['ABC', 'abc', false],
    ['ABC', '(?i)abc', true],
    ['', '', true],
    ['', '^$', true],
    ['abc', 'a|x', true],
    ['abc', '(x|y|)z?c', true],
    ['user@example.com', '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$', true],
    ['user@example', '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$', false],
  ])('%p in %p: %p', (text, pattern, expected) => {
    expect(search(text, pattern)).toBe(expected);
  });
});

describe('repetitions', () => {
  test.each<[string, string, boolean]>([
    ['aaa', '^a{3}$', true],
    ['aaa', '^a{4,}$', false],
    ['aaa', '^a{2,4}$', true],
    ['aaa', '^a{,2}$', false],
    ['ac', '^ab*c$', true],
    ['ac', '^ab+c$', false],
    ['abbc', '^ab+?c$', true],
    ['abab', '^(ab){2}$', true],
    ['ab', '^(?:a|b|ab)*$', true],
    ['aaa', '^(a*)*$', true],
    ['aaa', '^a**$', true],
    ['b', '^(a?){0}b', true],
    ['', '^(){1000000}$', true],
    ['x', '^(^){3}x', true],
  ])('%p in %p: %p', (text, pattern, expected) => {
    expect(search(text, pattern)).toBe(expected);
  });
});

describe('anchors and boundaries', () => {
  test.each<[string, string, boolean]>([
    ['a\nb', '^b', false],
    ['a\nb', '(?m)^b$', true],
    ['a\r\nb', '(?m)^a$', false],
    ['a\r\nb', '(?mR)^a$', true],
    ['a\r\nb', '(?mR)^\\nb', false],
    ['a\nb', 'a$', false],
    ['a\n', 'a\\z', false],
    ['ab', '\\Aab\\z', true],
    ['foo bar', '\\bbar\\b', true],
    ['foobar', '\\bbar', false],
    ['foobar', '\\Bbar', true],
    ['été x', '\\bt', false],
    ['été x', '(?-u:\\b)t', true],
    ['foo bar', '\\<bar\\>', true],
    ['foobar', '\\b{start}bar', false],
    ['foo!', '\\b{end}!', true],
    ['a!b', '\\b{start-half}!', false],
    ['!b', '\\b{start-half}b', true],
    ['a!', 'a\\b{end-half}', true],
  ])('%p in %p: %p', (text, pattern, expected) => {
    expect(search(text, pattern)).toBe(expected);
  });
});

describe('characters and classes', () => {
  test.each<[string, string, boolean]>([
    ['\n', '^.$', false],
    ['\n', '^(?s).$', true],
    ['\r', '^.$', true],
    ['\r', '^(?R).$', false],
    ['😀', '^.$', true],
    ['٣', '^\\d$', true],
    ['٣', '^(?-u:\\d)$', false],
    ['é', '^\\w$', true],
    ['\u00a0', '^\\s$', true],
    ['-', '^[^\\w\\s]$', true],
    ['a', '^\\x61\\z', true],
    ['é', '^\\u00e9$', true],
    ['😀', '^\\x{1F600}$', true],
    ['😀', '^\\U0001F600$', true],
    ['\t\n\r\f\v\u0007', '^\\t\\n\\r\\f\\v\\a$', true],
    ['a.b', '^a\\.b$', true],
    ['a/b-c"', '^a\\/b\\-c\\"$', true],
    [']', '^[]]$', true],
    ['-', '^[a-]$', true],
    ['-', '^[-a]$', true],
    ['^', '^[a^]$', true],
    ['b', '^[[a-c]&&[b-d]]$', true],
    ['a', '^[a-c&&b-d]$', false],
    ['b', '^[a-z--aeiou]$', true],
    ['e', '^[a-z--aeiou]$', false],
    ['d', '^[a-c~~b-d]$', true],
    ['b', '^[a-c~~b-d]$', false],
    ['x', '^[^a-c]$', true],
    ['1', '^[[:digit:]]$', true],
    ['1', '^[[:^alpha:]]$', true],
    ['é', '^[[:alpha:]]$', false],
    ['[:', '^[\\[:]+$', true],
    ['λ', '^\\p{Greek}$', true],
    ['λ', '^\\p{Script=Greek}$', true],
    ['λ', '^\\p{sc!=Latin}$', true],
    ['λ', '^\\p{greek}$', true],
    ['a', '^\\pL$', true],
    ['a', '^\\PL$', false],
    ['A', '^\\p{Lu}$', true],
    ['a', '^\\p{lowercase letter}$', true],
    ['a', '^\\p{^Lu}$', true],
    ['a', '^[\\p{L}--\\p{Lu}]$', true],
    ['x', '^\\p{any}$', true],
  ])('%p in %p: %p', (text, pattern, expected) => {
    expect(search(text, pattern)).toBe(expected);
  });
});

describe('flags', () => {
  test.each<[string, string, boolean]>([
    ['aB', '^a(?i)b$', true],
    ['AB', '^a(?i)b$', false],
    ['aB', '^a(?i:b)$', true],
    ['aBC', '^a(?i:b)c$', false],
    ['aBC', '(?i)^ab(?-i)c$', false],
    ['É', '(?i)^[à-ö]$', true],
    ['\u212a', '(?i)^k$', true],
    ['ς', '(?i)^Σ$', true],
    ['B', '(?i)^[^b]$', false],
    ['ab', '(?x) a  b # a comment', true],
    ['a b', '(?x)a\\ b', true],
    ['ab', '(?x)^ [ a b ]{ 2 } $', true],
    ['a', '(?U)^a+$', true],
    ['a', '(?P<name>a)', true],
    ['a', '(?<name>a)', true],
    ['xa', '(?i)x|A', true],
  ])('%p in %p: %p', (text, pattern, expected) => {
    expect(search(text, pattern)).toBe(expected);
  });
});

describe('a pattern that is not valid', () => {
  test.each([
    '[',
    '[a',
    '[z-a]',
    '[\\d-z]x[',
    '(',
    ')',
    '(a',
    'a)',
    '*',
    '+a',
    '|*',
    '(?i)*',
    'a{2,1}',
    'a{',
    'a{x}',
    'a{}',
    '\\',
    '\\q',
    '\\1',
    '\\0',
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<!a)',
    '(?>a)',
    '(?P=name)',
    '\\k<name>',
    '(?z)',
    '(?)',
    '(?i-)',
    '(?--i)',
    '(?ii)',
    '\\p{Nope}',
    '\\p{}',
    '\\x{110000}',
    '\\x{D800}',
    '\\xZZ',
    '\\b{nope}',
    '(?-u:\\W)',
    '(?-u:.)',
    '(?<1a>x)',
    'a{5000000000}',
    '(a{1000}){1000}',
    '('.repeat(1000),
    '['.repeat(1000),
  ])('%p is refused, and search finds nothing', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow(RegexError);
    expect(call('search', 'anything at all', pattern)).toBe(false);
  });
});

test('a pattern that is slow elsewhere takes time in proportion to the text', () => {
  expect(search('a'.repeat(50_000), '^(a+)+$')).toBe(true);
  expect(search(`${'a'.repeat(50_000)}b`, '^(a|aa)+$')).toBe(false);
  expect(search('x'.repeat(20_000), 'x*x*x*x*x*x*x*x*y')).toBe(false);
});

test('search pays for its work', () => {
  const run = new LoneRun({ steps: 1_000 });
  expect(() => callOn(run, 'search', 'a'.repeat(10_000), 'b')).toThrow('out of steps');
});

test('search remembers patterns without mixing them up', () => {
  const patterns = Array.from({ length: 300 }, (_, i) => `^${i}$`);
  const found = [...patterns, ...patterns].map((pattern, i) => call('search', String(i % 300), pattern));
  expect(found.every((each) => each === true)).toBe(true);
  expect(call('search', '1', '^2$')).toBe(false);
});

/** Patterns that mean the same to JavaScript and to us; without `\B`, which V8 finds inside of surrogate pairs. */
const { pattern: commonPattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '[a-b]', '^', '$', '\\b', '\\n', 'é', '😀'),
    fc.tuple(fc.constantFrom('(?:', '('), tie('pattern')).map(([open, inner]) => `${open}${inner})`),
  ),
  pattern: fc
    .array(
      fc.tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,1}', '*?', '|')),
      {
        maxLength: 5,
      },
    )
    .map((parts) =>
      parts
        .map(([atom, suffix]) => (/^(?:[$^]|\\[bB])$/.test(atom) && suffix !== '|' ? atom : atom + suffix))
        .join(''),
    ),
}));

test('agrees with the engine of JavaScript where both speak the same syntax', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', ' ', '😀'), maxLength: 8 });
  fc.assert(
    fc.property(commonPattern, text, fc.constantFrom('', 's', 'm'), (pattern, given, flag) => {
      // In JavaScript a dot stands before no line separator at all; the texts hold none but \n.
      const theirs = new RegExp(pattern, `u${flag}`).test(given);
      expect(search(given, flag === '' ? pattern : `(?${flag})${pattern}`)).toBe(theirs);
    }),
    { numRuns: 5_000, seed: 7 },
  );
});
