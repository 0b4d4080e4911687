import type { JsonSchema } from '../../manifest/dialect.js';
import { numbersOf, type Parts } from '../schema/schema-parts.js';
import type { Arbitrary, FastCheck } from './fast-check.js';

/** Texts at which programs break: empty, blank, what reads as something else, names that objects have, quotes, controls, signs of more than one unit. */
const EDGES = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  "'",
  '"',
  '\\',
  '../..',
  '%s%n',
  '<b>',
  '\0',
  '\n',
  '\u202e',
  'ä',
  'e\u0301',
  '💩',
  '👩‍👩‍👧',
] as const;

/** The longest text where a schema names no limit. */
const MAX_LENGTH = 200;

/** Formats that are made, not looked for. */
const FORMATS: Readonly<Record<string, (fc: typeof FastCheck) => Arbitrary<string>>> = {
  'date-time': (fc) => moments(fc),
  date: (fc) => moments(fc).map((text) => text.slice(0, 10)),
  time: (fc) => moments(fc).map((text) => text.slice(11)),
  duration: (fc) => fc.tuple(fc.nat(400), fc.nat(100)).map(([days, minutes]) => `P${days}DT${minutes}M`),
  email: (fc) => fc.emailAddress(),
  hostname: (fc) => fc.domain(),
  ipv4: (fc) => fc.ipV4(),
  ipv6: (fc) => fc.ipV6(),
  uri: (fc) => fc.webUrl({ withQueryParameters: true, withFragments: true }),
  'uri-reference': (fc) => fc.oneof(fc.webUrl(), fc.webPath()),
  'uri-template': (fc) =>
    fc
      .array(fc.constantFrom('a', 'users', '{id}', '{?q,page}', '{+path}'), { maxLength: 3 })
      .map((parts) => `/${parts.join('/')}`),
  uuid: (fc) => fc.uuid(),
  'json-pointer': (fc) => pointers(fc),
  'relative-json-pointer': (fc) =>
    fc.tuple(fc.nat(9), pointers(fc)).map(([up, pointer]) => `${up}${pointer}`),
  regex: (fc) => fc.constantFrom('', 'a', '^a+$', '[a-z]{2,3}', '(?<x>a)|b', '\\p{L}'),
};

function moments(fc: typeof FastCheck): Arbitrary<string> {
  const range = {
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  };
  return fc.date(range).map((date) => date.toISOString());
}

function pointers(fc: typeof FastCheck): Arbitrary<string> {
  const segment = fc
    .string({ maxLength: 8 })
    .map((text) => `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return fc.array(segment, { maxLength: 3 }).map((segments) => segments.join(''));
}

/**
 * Texts that parts of a schema allow: of the right length, format and pattern.
 *
 * @param notSupported called with what cannot be made, and has to be looked for among texts of any kind
 */
export function textsOf(
  fc: typeof FastCheck,
  parts: Parts,
  notSupported: (what: string) => void,
): Arbitrary<string> {
  const minLength = Math.max(0, ...numbersOf(parts, 'minLength'));
  const maxLength = Math.min(...numbersOf(parts, 'maxLength'), Math.max(MAX_LENGTH, minLength + 8));
  const format = keywordOf(parts, 'format').find((name) => Object.hasOwn(FORMATS, name));
  const [pattern] = keywordOf(parts, 'pattern');
  if (pattern !== undefined) {
    const matching = matchingTexts(fc, pattern, maxLength);
    if (matching !== undefined) return matching;
    notSupported(`pattern ${pattern}`);
  }
  if (format !== undefined) return FORMATS[format]?.(fc) ?? fc.string();
  return freeTexts(fc, minLength, maxLength);
}

function keywordOf(parts: Parts, keyword: string): readonly string[] {
  return parts.map((part: JsonSchema) => part[keyword]).filter((value) => typeof value === 'string');
}

/** Undefined for a pattern with parts that nobody can go backwards: look-arounds, back references. */
function matchingTexts(
  fc: typeof FastCheck,
  pattern: string,
  maxLength: number,
): Arbitrary<string> | undefined {
  try {
    const texts = fc.stringMatching(new RegExp(pattern, 'u'), { maxLength });
    // It finds out what it cannot do when it is asked for the first text.
    fc.sample(texts, { numRuns: 1, seed: 1 });
    return texts;
  } catch {
    return undefined;
  }
}

function freeTexts(fc: typeof FastCheck, minLength: number, maxLength: number): Arbitrary<string> {
  const edges = EDGES.filter((text) => [...text].length >= minLength && [...text].length <= maxLength);
  const longest = fc.constant('x'.repeat(maxLength));
  return fc.oneof(
    { arbitrary: fc.string({ minLength, maxLength, unit: 'grapheme-ascii' }), weight: 4 },
    { arbitrary: fc.string({ minLength, maxLength, unit: 'binary' }), weight: 2 },
    ...(edges.length === 0 ? [] : [{ arbitrary: fc.constantFrom(...edges), weight: 3 }]),
    { arbitrary: longest, weight: 1 },
  );
}
