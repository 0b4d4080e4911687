import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spend, withFuel } from '../../src/manifest/fuel.js';
import { linearPattern } from '../../src/manifest/linear-pattern.js';

const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'abab',
  'aXb',
  'a\nb',
  'foo-bar',
  'foo bar',
  '2024-02-30',
  'aa=aa',
  'a😀b',
  '😀',
  '\ud83d',
  'ſ_9',
  'àé',
];

const PATTERNS = [
  '^(a+)+$',
  '(a|ab)(c|bcd)?$',
  '(?:a|b)*?b',
  '^(?=.*\\d)(?=.*[a-z]).{3,}$',
  '^(?!.*foo).*$',
  '(?<=a)b',
  '(?<!a)b',
  '(?<=^a{1,2})b',
  '\\bbar\\b',
  '\\Bo',
  '^(a*)=\\1$',
  '^(?<x>a+)=\\k<x>$',
  '^(?:(a)|b)*\\1$',
  '^(?:(a)|(b))+\\2$',
  '(a*)*b',
  '(?:a?){3}b',
  '^[^\\W_]{2,4}$|^$',
  '^.$',
  '^(.)(.)$',
  '^\\p{L}+$',
  '[\\u{1F600}-\\u{1F64F}]',
  '\\ud83d$',
  '^(\\d{4})-(\\d{2})-(\\d{2})$',
  '(?:)',
  '|a',
  '(?=(a+))a*b\\1',
  '(?<=(\\w)(\\w))b',
  '(?<=\\1(a))b',
];

describe('a pattern that ends says what the native engine says', () => {
  test.each(PATTERNS)('%s', (source) => {
    const native = new RegExp(source, 'u');
    const ours = linearPattern(source);
    for (const text of TEXTS) expect([text, ours.test(text)]).toEqual([text, native.test(text)]);
  });

  test('whatever it is made of', () => {
    const leaf = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\b', '\\B', '^', '$', '\\1', '\\w', 'é');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{0,2}', '{2}', '*?', '+?', '??'))
          .map(([a, times]) => `(?:${a})${times}`),
        tie('pattern').map((a) => `(${a})`),
        fc.tuple(fc.constantFrom('=', '!', '<=', '<!'), tie('pattern')).map(([kind, a]) => `(?${kind}${a})`),
      ),
    }));
    // Nothing beyond the first plane: V8 also looks in the middle of a surrogate pair, which the standard does not.
    const text = fc.array(fc.constantFrom('a', 'b', 'é', ' '), { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
        // The back reference needs a group to speak of.
        const whole = source.includes('\\1') && !/\((?!\?)/.test(source) ? `(a)?${source}` : source;
        const native = new RegExp(whole, 'u');
        const ours = linearPattern(whole);
        for (const one of texts) expect([whole, one, ours.test(one)]).toEqual([whole, one, native.test(one)]);
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  test('what is no pattern is refused in its words', () => {
    expect(() => linearPattern('(a')).toThrow(SyntaxError);
  });
});

describe('the steps of a pattern', () => {
  test.each(['^a*x', '^[a-z0-9-]+$', '^\\p{L}{1,64}$', '^a{3}-[0-9]{1,3}-x$', '^\\w{1,60000}$'])(
    '%s: are few where the native engine need not go back',
    (source) => {
      const text = 'a'.repeat(50_000);
      expect(() => withFuel(100_000, () => linearPattern(source).test(text))).not.toThrow();
    },
  );

  test('a backslash before a digit is no back reference when another stands before it', () => {
    const text = `${'a'.repeat(5_000)}!`;
    const test = (): boolean => linearPattern('^(a*)*(a*)*\\\\1$').test(text);
    expect(withFuel(1_000_000, test)).toBe(false);
  });

  test('of a check inside another are taken off what the outer one has', () => {
    const inner = (): void => withFuel(600, () => spend(500));
    expect(() =>
      withFuel(1_000, () => {
        inner();
        inner();
        inner();
      }),
    ).toThrow(expect.objectContaining({ name: 'FuelError' }));
    expect(() => spend(10_000)).not.toThrow();
  });

  test.each(['^(a+)+$', '^(a|aa)+$', '^((a|b|ab)+)+$', '(a*)*b', '(?=(?:a*)*b)c', '(.*)(.*)(.*)(.*)x'])(
    '%s: grow with the text only',
    (source) => {
      const text = `${'a'.repeat(5_000)}!`;
      expect(withFuel(1_000_000, () => linearPattern(source).test(text))).toBe(false);
    },
  );

  test.each([
    ['back references', '^(a*)*\\1b$', 'a'.repeat(60)],
    ['more states than are made', '(?:(?:a{1,200}){1,200}){1,200}', 'a'.repeat(60)],
    ['a counted repetition behind an open one', '^a*a{20000}x', 'a'.repeat(50_000)],
    ['a counted class behind an open one', '^[ab]*[ab]{20000}x', 'a'.repeat(50_000)],
    ['a counted repetition behind a lazy one', '^a*?a{20000}x', 'a'.repeat(50_000)],
    ['as many characters behind an open part', `^a*${'a'.repeat(20_000)}x`, 'a'.repeat(50_000)],
    ['counted repetitions in each other', '^(?:a{100}){200}x', 'a'.repeat(50_000)],
    ['counted repetitions in alternatives', '^(?:a{5000}|a{5001}|a{5002})*x', 'a'.repeat(50_000)],
    ['a counted repetition in a look ahead', '(?=a{2000}x)a', 'a'.repeat(50_000)],
    ['a counted repetition in a look behind', '(?<=xa{2000})a', 'a'.repeat(50_000)],
    ['a group that is empty a million times', '(?:){1000000}', 'a'],
    ['a group that is empty and held', '(a)(?:){1000000}\\1', 'aa'],
    ['classes that take long to compile', '[\\p{L}a](?:\\p{L}|\\p{N})'.repeat(50), 'a'],
  ])('with %s end in an error', (_, source, text) => {
    expect(() => withFuel(1_000_000, () => linearPattern(source).test(text))).toThrow(
      expect.objectContaining({ name: 'FuelError' }),
    );
  });
});
