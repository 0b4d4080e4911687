import { DEFAULT_LIMITS } from '../support/default-limits.js';
import { collectYoungGeneration } from '../../src/host/executors/guest/young-generation.js';
import { PLANE } from '../../src/wire/frame.js';
import { UP, tagOf } from '../../src/wire/protocol.js';
import { fewForPlainHash } from '../support/plain-hash.js';
import { beginScripted, ScriptedWarmPool } from '../support/scripted-guest.js';

/** Text that a module sends which has come by the channel itself: no code of ours has had a say in what is in it. */
export interface WireFlood {
  readonly name: string;
  /** The value of the reply as JSON text; of the nth one. */
  readonly text: (n: number) => string;
  /** How many replies are sent, and kept by the owner; default: one. */
  readonly replies?: number;
}

const LENGTH = 16 * 1_048_576 - 100;
/** The most that a manifest may ask for. */
const LIMITS = { ...DEFAULT_LIMITS, replyBytes: 16 * 1_048_576 };

/** As many of these as sixteen megabytes hold, or so many characters. */
function filled(like: (i: number) => string, size = LENGTH): string {
  const parts: string[] = [];
  for (let i = 0, length = 2; length < size; i++) {
    const part = like(i);
    length += part.length + 1;
    if (length < size) parts.push(part);
  }
  return parts.join();
}

const list = (like: (i: number) => string) => (): string => `[${filled(like)}]`;
const row = (id: number): string =>
  JSON.stringify({ id, name: `row number ${id}`, tags: ['a', 'b', 'c'], isOpen: true, total: id * 1.25 });

/** An object of twenty keys in an order of its own. */
function inAnyOrder(seed: number): string {
  const pairs = Array.from({ length: 20 }, (_, i) => `"${String.fromCharCode(97 + i)}":0`);
  // With one key before all others, which the classes of all of them then have in common.
  const order = ['"_":0'];
  for (let left = seed * 2_654_435_761; pairs.length > 0; left = Math.floor(left / 3) + seed * 40_503)
    order.push(...pairs.splice(left % pairs.length, 1));
  return `{${order.join()}}`;
}
/** What the first key of those has been in none of them. */
const OTHER_KINDS = Array.from({ length: 19 }, (_, i) => `,"${String.fromCharCode(97 + i)}":0`).join('');

/** Replies of sixteen megabytes, each as costly as text of its kind can be. */
export const WIRE_FLOODS: readonly WireFlood[] = [
  { name: 'ordinary rows', text: list(row) },
  { name: 'empty objects', text: list(() => '{}') },
  { name: 'empty objects, as many as there may be', text: () => `[${filled(() => '{}', 3.6 * 1_048_576)}]` },
  { name: 'empty arrays', text: list(() => '[]') },
  {
    name: 'empty arrays, as many as there may be',
    text: () => `[[${filled(() => '[]', 3.1 * 1_048_576)}],[${filled(() => '[]', 3.1 * 1_048_576)}]]`,
  },
  { name: 'empty texts, as many as there may be', text: () => `[${filled(() => '""', 4 * 1_048_576)}]` },
  { name: 'empty texts', text: list(() => '""') },
  { name: 'objects with one key', text: () => `[${filled(() => '{"ab":0}', 7 * 1_048_576)}]` },
  { name: 'objects with an escaped key', text: () => `[${filled(() => '{"\\u0061":0}', 10 * 1_048_576)}]` },
  {
    name: 'objects with a key that is dropped',
    text: () => `[${filled(() => '{"__proto__":{}}', 8 * 1_048_576)}]`,
  },
  { name: 'arrays in arrays', text: () => `[${filled(() => '[[1],[2]]', 3.9 * 1_048_576)}]` },
  { name: 'fractions', text: list(() => '1.5') },
  { name: 'fractions, and one text behind them', text: () => `[${filled(() => '1.5')},""]` },
  { name: 'integers, and one fraction behind them', text: () => `[${filled(() => '7')},1.5]` },
  { name: 'long numbers', text: list(() => `1${'0'.repeat(400)}e-300`) },
  {
    name: 'short texts, each another',
    text: () => `[${filled((i) => `"${i.toString(36).padStart(5, '0')}"`, 12 * 1_048_576)}]`,
  },
  {
    name: 'fifty replies of a megabyte of short texts, each another',
    text: (n) => `[${filled((i) => `"${(n * 200_000 + i).toString(36).padStart(5, '0')}"`, 1_048_576)}]`,
    replies: 50,
  },
  {
    name: 'short texts, each another, few for a hash without a secret',
    text: () =>
      `[${fewForPlainHash(900_000)
        .map((text) => `"${text}"`)
        .join()}]`,
  },
  { name: 'longer texts, each another', text: list((i) => `"${i.toString(36).padStart(14, '0')}"`) },
  {
    name: 'objects, each with another key',
    text: () => `[${filled((i) => `{"${i.toString(36)}":0}`, 4.4 * 1_048_576)}]`,
  },
  { name: 'one object of a million keys', text: () => `{${filled((i) => `"${i.toString(36)}":0`)}}` },
  { name: 'one object of a million numbers', text: () => `{${filled((i) => `"${i * 7}":0`)}}` },
  {
    name: 'objects of two numbers far from each other',
    text: () => `[${filled(() => '{"9":0,"130":1}', 7.5 * 1_048_576)}]`,
  },
  {
    name: 'objects with their keys in ever other orders, and in the last ones another kind of member',
    text: () =>
      `[${filled(inAnyOrder, LENGTH - 2_000)},${['"x"', 'null', '[]', '1.5', '{}'].map((kind) => `{"_":${kind}${OTHER_KINDS},"t":0},{"_":${kind}}`).join()}]`,
  },
  {
    name: 'objects of two keys, with more kinds of them before than there are classes for',
    text: () =>
      `[${filled((i) => `{"${i}":0,"b":0}`, 300_000)},${filled((i) => `{"${String.fromCharCode(97 + (i % 26))}":0,"0":0}`.replace('"0"', `"${String.fromCharCode(97 + ((i + 1 + (i % 7)) % 26))}"`), 10 * 1_048_576)}]`,
  },
  {
    name: 'five hundred short replies of objects with their keys in ever other orders',
    text: (n) => `[${filled((i) => inAnyOrder(n * 1_000 + i), 14_000)}]`,
    replies: 500,
  },
  {
    name: 'one object of a hundred thousand keys, each of them long',
    text: () => `{${filled((i) => `"${'k'.repeat(120)}${i}":0`)}}`,
  },
  {
    name: 'objects with a key of half a megabyte',
    text: () => `[${filled((i) => `{"${'\\"'.repeat(262_000)}${i}":0}`)}]`,
  },
  { name: 'one text of quotes', text: () => `"${'\\"'.repeat(LENGTH / 2 - 8)}"` },
  { name: 'one text of escapes', text: () => `"${'\\u0001'.repeat(LENGTH / 6 - 8)}"` },
  { name: 'one text, plain', text: () => `"${'x'.repeat(LENGTH - 16)}"` },
  { name: 'one text of three-byte characters', text: () => `"${'\u20ac'.repeat(LENGTH / 2 - 16)}"` },
  { name: 'nothing but blanks', text: () => `[1${' '.repeat(LENGTH - 16)}]` },
  {
    name: 'two hundred and fifty levels, over and over',
    text: list(() => '['.repeat(250) + ']'.repeat(250)),
  },
  { name: 'brackets that are never closed', text: () => '['.repeat(LENGTH) },
  { name: 'a text that never ends', text: () => `["${'x'.repeat(LENGTH - 16)}` },
];

/** Sends one; resolves with how it ended for the owner. */
export async function sendOnWire({ text, replies = 1 }: WireFlood, onReady: () => void): Promise<string> {
  const warmPool = new ScriptedWarmPool();
  const { container } = warmPool;
  let end = 'answered';
  const instance = beginScripted(warmPool, LIMITS, (cause) => (end = cause));
  container.say(PLANE.locked, '');
  container.say(PLANE.data, JSON.stringify([tagOf(0, UP.ready), [{ isCallable: true }]]));
  await instance.ready;
  const calls = Array.from({ length: replies }, () => instance.call({}, undefined));
  await new Promise((resolve) => setImmediate(resolve));
  // Bytes, as they come from a process.
  const frames = calls.map((_, n) => Buffer.from(`[${tagOf(n + 1, UP.reply)},[${text(n)}]]`));
  // What writing all that left behind is no flood.
  for (let i = 0; i < 2; i++) collectYoungGeneration();
  onReady();
  // A pipe is not read while its reader is behind.
  for (const [n, frame] of frames.entries()) {
    container.sayBytes(PLANE.data, frame);
    await calls[n]?.catch(() => undefined);
  }
  await Promise.allSettled(calls);
  await instance.terminate();
  return end === 'it was stopped' ? 'answered' : end;
}
