import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withoutCommands } from '../src/foreign-output.js';
import { hiddenIn, visibleBlock, visibleJson, visibleLine, visibleText } from '../src/visible-text.js';

/** Written down here once more, so that a gap in the classes of the code is seen. */
const NEVER = new RegExp(
  [
    String.raw`\p{Cc}|\p{Cs}|\p{Co}|\p{Cn}|\p{Zl}|\p{Zp}|\p{Bidi_Control}`,
    String.raw`\u00ad|\u034f|\u061c|\u115f|\u1160|\u17b4|\u17b5|\u180e|\u200b|\u200e|\u200f|[\u2028-\u202e]|[\u2060-\u206f]`,
    String.raw`\u2800|\u3164|[\ufe00-\ufe0d]|\ufeff|\uffa0|[\ufff9-\ufffb]|[\u{13430}-\u{1343f}]|\u{1d159}|[\u{1d173}-\u{1d17a}]|[\u{e0100}-\u{e01ef}]`,
  ].join('|'),
  'u',
);
/** Those that are spelling in some places. */
const JOINERS = /\u200c|\u200d|\ufe0e|\ufe0f|[\u180b-\u180d]|\u180f|[\u{e0000}-\u{e007f}]/u;

const ODD = [
  0, 7, 8, 9, 10, 13, 27, 127, 133, 155, 173, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e,
  0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2064, 0x2066, 0x2069,
  0x206a, 0x206f, 0x2800, 0x3164, 0xd800, 0xdfff, 0xe000, 0xfe00, 0xfe0e, 0xfe0f, 0xfeff, 0xffa0, 0xfff9,
  0xfffb, 0xfffe, 0x13430, 0x1343f, 0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xe01ef, 0x10ffff,
];
const character = fc.oneof(
  fc.constantFrom(...ODD).map((code) => String.fromCodePoint(code)),
  fc.constantFrom('a', ' ', '\\', 'u', '{', '}', '2', 'ب', '😀', '\u0301', 'क', '\u094d', '#', '[', ':'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const anyText = fc.array(character, { maxLength: 60 }).map((parts) => parts.join(''));

/** What a shown line was made of. */
function meantBy(shown: string): string {
  return shown.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));
}

describe('a line of foreign text', () => {
  test('holds nothing that hides, reorders, draws or ends the line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visibleLine(text)).not.toMatch(NEVER);
        expect(visibleText(text).replace(/[\n\t]/g, '')).not.toMatch(NEVER);
      }),
      { numRuns: 2_000 },
    );
  });

  test('means one text only, however often escapes stand in that text itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(meantBy(visibleLine(text, 10_000))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    expect(visibleLine('\\u{202e}')).not.toBe(visibleLine('\u202e'));
  });

  test('is no longer than asked for, and says when it was cut', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, max) => {
        const shown = visibleLine(text, max);
        expect(shown.length).toBeLessThanOrEqual(max + 1);
        expect(shown).not.toMatch(/\\u\{[0-9a-f]*…?$/);
        const isWhole = meantBy(shown) === text;
        expect(shown.endsWith('…')).toBe(!isWhole || text.endsWith('…'));
      }),
      { numRuns: 2_000 },
    );
    expect(visibleLine('\u202e'.repeat(1_000_000)).length).toBeLessThanOrEqual(301);
  });

  test.each([
    'Straße, naïve, e\u0301a\u0308, Ελληνικά, Привет',
    '日本語 한국어 中文 ไทย ខ្មែរ',
    'עִבְרִית and العَرَبِيَّة',
    'می\u200cخواهم',
    'क्\u200dष and র\u200d্য',
    'ᠮᠣᠩᠭᠣᠯ\u180b',
    '👩\u200d🚀 👩🏽\u200d💻 👨\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 ❤\ufe0f ☂\ufe0e 1\ufe0f\u20e3 🇳🇴',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    'C:\\users\\me and 100 % [#1]',
  ])('leaves ordinary text alone: %s', (text) => {
    expect(visibleLine(text)).toBe(text);
    expect(hiddenIn(text)).toBeUndefined();
    expect(visibleJson(JSON.stringify(text))).toBe(JSON.stringify(text));
  });

  test.each([
    ['a\u200db', 'a\\u{200d}b'],
    ['a\ufe0f', 'a\\u{fe0f}'],
    ['😀\u200d', '😀\\u{200d}'],
    ['a\u200cb', 'a\\u{200c}b'],
    ['\u{1f3f4}\u{e0068}\u{e0069}\u{e007f}', '\u{1f3f4}\\u{e0068}\\u{e0069}\\u{e007f}'],
    ['\u0301a', '\\u{301}a'],
    ['\u180e\u180b', '\\u{180e}\\u{180b}'],
    ['\u115f\u200d\u094d', '\\u{115f}\\u{200d}\u094d'],
    ['\u094d\u200d', '\\u{94d}\\u{200d}'],
    [`e${'\u0301'.repeat(10)}`, `e${'\u0301'.repeat(8)}\\u{301}\\u{301}`],
    ['a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
  ])('shows what is out of its place: %j', (text, shown) => {
    expect(visibleLine(text)).toBe(shown);
    expect(hiddenIn(text)).toBeDefined();
  });

  test('shows every joiner, selector and tag that is not part of a spelling', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,5}$/), fc.constantFrom(...ODD), (around, code) => {
        const shown = visibleLine(`${around}${String.fromCodePoint(code)}${around}`);
        expect(shown.replace(/[0-9#*]\ufe0f\u20e3/g, '')).not.toMatch(JOINERS);
      }),
    );
  });
});

describe('foreign text of several lines', () => {
  test('is shown once: what was shown already stays', () => {
    fc.assert(
      fc.property(anyText, (text) => expect(visibleText(visibleText(text))).toBe(visibleText(text))),
      { numRuns: 2_000 },
    );
  });

  test('keeps what is spelling among much that is hidden, but not where nearly all of it is', () => {
    const word = 'می\u200cخواهم ';
    expect(visibleText(word.repeat(40) + '\u200b'.repeat(2_000))).toBe(
      word.repeat(40) + '\\u{200b}'.repeat(2_000),
    );
    expect(visibleText('ب\u200cب'.repeat(1_000))).toBe('ب\\u{200c}ب'.repeat(1_000));
    expect(visibleText(`${'e\u0301'.repeat(2)}\n\u0301${'\u200d'.repeat(300)}`)).toBe(
      `${'e\u0301'.repeat(2)}\n\\u{301}${'\\u{200d}'.repeat(300)}`,
    );
  });

  test('cannot begin a line of ours', () => {
    expect(visibleBlock('a\nerror[PHLOW_X]: forged\r\nb')).toBe('a\n  error[PHLOW_X]: forged\n  b');
  });
});

describe('JSON that is shown', () => {
  test('is equal JSON without hidden characters', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.oneof(anyText, fc.jsonValue())), (value) => {
        const text = JSON.stringify(value);
        const shown = visibleJson(text);
        expect(JSON.parse(shown)).toEqual(JSON.parse(text));
        expect(shown).not.toMatch(NEVER);
        expect(shown).not.toContain('##[');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('lines that a build server would obey', () => {
  const inWorkflow = { GITHUB_ACTIONS: 'true' };

  test.each([
    '::set-output name=x::y',
    'a\n  ::stop-commands::x',
    'a\r::error::x',
    'say ##[error] x',
    '\u0085::group::x',
  ])('stand between a stop and a resume of commands: %j', (text) => {
    const [stop = '', ...rest] = withoutCommands(text, inWorkflow).split('\n');
    const token = /^::stop-commands::([\w-]{20,})$/.exec(stop)?.[1];
    expect(token).toBeDefined();
    expect(rest.join('\n')).toBe(`${text}\n::${token}::`);
    expect(withoutCommands(text, inWorkflow)).not.toBe(withoutCommands(text, inWorkflow));
    expect(withoutCommands(text, {})).toBe(text);
  });

  test('others are left alone', () => {
    expect(withoutCommands('a :: b\nstd::vector', inWorkflow)).toBe('a :: b\nstd::vector');
  });
});
