import type { WireFlood } from './wire.js';

const many = (count: number, like: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => like(i)).join();
const tag = (kind: string, of: string): string => `{"$":"${kind}","of":${of}}`;
/** The box of a value that says what JSON has no word for: a one behind it. */
const tagged = (value: string) => (): string => `${value},1`;
const NUMBERS = `[${many(5, () => `[${many(150_000, () => '1.7')}]`)}]`;

/** Replies that hold as much as may be of what JSON has no word for. Each value is made in one piece. */
export const TAGGED_FLOODS: readonly WireFlood[] = [
  {
    name: 'a pattern whose flags are a list',
    text: tagged(tag('regexp', `["${'\\\\p{L}'.repeat(60_000)}",[["u"]]]`)),
  },
  { name: 'an object whose key is a list', text: tagged(tag('object', `[[${NUMBERS},0]]`)) },
  { name: 'an error whose message is a list', text: tagged(tag('error', `["Error",${NUMBERS},null]`)) },
  { name: 'a number that is a list', text: tagged(tag('number', NUMBERS)) },
  { name: 'a bigint of a million digits', text: tagged(tag('bigint', `"${'f'.repeat(1_000_000)}"`)) },
  { name: 'a bigint as long as may be', text: tagged(tag('bigint', `"${'f'.repeat(3_900_000)}"`)) },
  {
    name: 'bigints of three hundred digits',
    text: tagged(`[${many(8_500, () => tag('bigint', `"${'f'.repeat(300)}"`))}]`),
  },
  {
    name: 'bytes as long as may be',
    text: tagged(tag('bytes', `["Uint8Array","${'A'.repeat(16_000_000)}"]`)),
  },
  {
    name: 'short bytes',
    text: tagged(`[${many(7_200, () => tag('bytes', `["Uint8Array","${'A'.repeat(1_200)}"]`))}]`),
  },
  { name: 'objects without members', text: tagged(`[${many(14_500, () => tag('object', '[]'))}]`) },
  { name: 'objects of one number', text: tagged(`[${many(8_200, () => tag('object', '[["7",0]]'))}]`) },
  {
    name: 'an object of as many keys as may be',
    text: (n) => `${tag('object', `[${many(19_000, (i) => `["${n}k${i}",0]`)}]`)},1`,
  },
  {
    name: 'an object of as many numbers as may be',
    text: tagged(tag('object', `[${many(19_000, (i) => `["${i * 95_000}",0]`)}]`)),
  },
  {
    name: 'a list with as many keys as may be',
    text: tagged(tag('list', `[[],[${many(19_000, (i) => `["k${i}",0]`)}]]`)),
  },
  { name: 'lists with a key', text: tagged(`[${many(7_000, (i) => tag('list', `[[],[["k${i}",0]]]`))}]`) },
  { name: 'plain objects', text: tagged(`[${many(27_000, (i) => `{"k${i % 15_000}":1,"a":2}`)}]`) },
  { name: 'errors', text: tagged(`[${many(4_900, (i) => tag('error', `["RangeError","k${i}",null]`))}]`) },
  {
    name: 'dates',
    text: tagged(`[${many(22_000, (i) => tag('date', String(i)))}]`),
  },
  {
    name: 'a Map of numbers as texts',
    text: tagged(tag('map', `[${many(19_000, (i) => `["${i * 131_072}",0]`)}]`)),
  },
];
