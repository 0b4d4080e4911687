import { ALL, callMany, GUESTS, LARGEST, readAll, type Flood } from './flood.js';

const reply = (name: string, value: string, manifest = LARGEST): Flood => ({
  name,
  manifest,
  levels: GUESTS,
  // Made while the module is loaded: its own work is not what is measured.
  source: `const value = ${value};\nexport default () => value;`,
});

/** `like` is put together to some sixteen megabytes. */
const filled = (like: string, length: number): string =>
  `Array.from({ length: ${Math.floor((15.5 * 1_048_576) / length)} }, (_, i) => ${like})`;

const UNIQUE = `output:
  type: object
  properties:
    list: { type: array, uniqueItems: true, items: { type: any } }`;
const BRANCHES = `output:
  type: object
  properties:
    deep:
      anyOf:
        - { type: array, items: { anyOf: [ { type: array, items: { anyOf: [ { type: array, contains: { const: 1 }, minContains: 1 }, { type: array, contains: { enum: [2, 3] } } ] } }, { type: array, contains: { const: 4 } } ] } }
        - { type: array, contains: { const: 5 } }`;
const PLAIN = `output:
  type: array
  items: { type: object, properties: { a: { type: integer, minimum: 0 }, b: { type: string } } }`;
const PATTERN = `output:
  type: object
  properties:
    text: { type: string, pattern: "^(a|aa|b?)+$" }`;

/** What comes back from calls. */
export const REPLIES: readonly Flood[] = [
  reply(
    'empty objects beside a key that is looked for',
    `['\\u0001', Array(2_600_000).fill({}), { x: { a: 0 } }]`,
  ),
  reply('empty arrays', `Array(5_000_000).fill([])`),
  reply('objects with one key', filled('({ ab: 0 })', 9)),
  reply('arrays in arrays', filled('[[1], [2]]', 10)),
  reply('fractions', filled('1.5', 4)),
  reply('short texts, each another', filled("i.toString(36).padStart(5, '0')", 8)),
  reply('objects, each with another key', filled('({ [i.toString(36)]: [] })', 10)),
  reply('one object with a million keys', `Object.fromEntries(${filled('[i.toString(36), 0]', 8)})`),
  reply(
    'ordinary rows',
    filled("({ id: i, name: 'row number ' + i, tags: ['a', 'b', 'c'], isOpen: true, total: i })", 95),
  ),
  reply('one text of escapes', `'\\u0001'.repeat(2_600_000)`),
  reply('one text of quotes', `'"'.repeat(8_000_000)`),
  reply('one text of three-byte characters', `'\\u20ac'.repeat(8_000_000)`),
  reply('keys that could touch a prototype', filled(`JSON.parse('{"__proto__":{"constructor":0}}')`, 35)),
  reply(
    'patterns with many properties',
    `Array.from({ length: 40 }, (_, i) => new RegExp('\\\\p{L}'.repeat(50) + i, 'u'))`,
    '',
  ),
  reply(
    'a pattern that pretends to be another',
    `Object.defineProperty(/x/u, 'source', { value: '\\\\p{L}'.repeat(50_000) })`,
    '',
  ),
  reply(
    'numbers that an engine hashes to one place',
    `new Set(Array.from({ length: 20_000 }, (_, i) => (BigInt(i) << 64n) + 1n))`,
    '',
  ),
  reply('empty objects at the default limits', `Array(340_000).fill({})`, ''),
  {
    ...reply(
      'fifty replies at once, each of a megabyte of empty objects',
      `Array(340_000).fill({})`,
      'limits: { memory: 512MiB }',
    ),
    drive: callMany(50),
  },
  {
    ...reply(
      'five hundred replies at once, each short enough to be read in one piece',
      `Array(20_000).fill({})`,
      '',
    ),
    drive: callMany(500),
  },
  {
    name: 'a stream of a thousand items of a megabyte of empty objects',
    manifest: LARGEST,
    levels: GUESTS,
    source: `export default async function* () { const item = Array(340_000).fill({}); for (let i = 0; i < 1_000; i++) yield item; }`,
    drive: readAll,
    watchMs: 15_000,
  },
  {
    name: 'a stream of a hundred thousand items',
    levels: ALL,
    source: `export default async function* () { for (let i = 0; i < 100_000; i++) yield {}; }`,
    drive: readAll,
    watchMs: 15_000,
  },
  {
    ...reply(
      'sixty thousand items that must differ',
      `({ list: Array.from({ length: 60_000 }, (_, i) => [i]) })`,
      UNIQUE,
    ),
    load: { checkOutput: true },
  },
  {
    ...reply(
      'a hundred replies of items that must differ',
      `({ list: Array.from({ length: 8_000 }, (_, i) => [i]) })`,
      UNIQUE,
    ),
    load: { checkOutput: true },
    drive: callMany(100),
  },
  {
    ...reply(
      'alternatives within alternatives',
      `({ deep: Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => Array.from({ length: 8 }, () => 7))) })`,
      BRANCHES,
    ),
    load: { checkOutput: true },
  },
  {
    ...reply('a million rows to check', filled("({ a: i, b: 'x' })", 20), `${LARGEST}\n${PLAIN}`),
    load: { checkOutput: true },
  },
  {
    ...reply('a pattern that goes back and forth', `({ text: 'a'.repeat(40) + '!' })`, PATTERN),
    load: { checkOutput: true },
    drive: callMany(50),
  },
];
