/** What the flat estimate charges for an entry, whatever it holds (docs/spec/modules.md 5.3). */
const FLAT_BYTES = 220;
/** Keys and values up to this many bytes together are covered by the flat charge. */
const FLAT_COVERS_BYTES = 256;
/** What an entry takes besides its key and value, in the table and in the store's arrays: 66 in a large store, 136 in a small one. */
const ENTRY_BYTES = 100;

/** Deeper values than this are counted as if they ended here. */
const MAX_DEPTH = 32;
/** A longer list is judged by this many of its items, evenly spread. */
const SAMPLED_ITEMS = 16;
/** V8 keeps an object with more members than this as a hash table, with a copy of every name. */
const MIN_TABLE_MEMBERS = 128;
/** No value has more than this many of its parts looked at. */
const MAX_PARTS = 1024;
/** A longer text is judged by its two ends of this length. */
const SAMPLED_TEXT = 128;

/**
 * The bytes an entry counts for. Small entries (key and value up to 256 bytes) count 220 each, as the documented formula has it; a larger
 * one counts what its key and value take on the heap of 64-bit V8, plus the entry itself. Large lists and texts are sampled, so that the
 * price of a `set` stays bounded. Against the heap of Node 20 (test/workers/modules/cache/weight/main.ts): small entries are off by -20 to
 * +140 %, larger ones by 5 % at most in a large store. A list whose items differ much in size can be off by more.
 */
export function weightOf(key: string, value: unknown): number {
  const content = textBytes(key) + valueBytes(value, 0, { left: MAX_PARTS });
  return content <= FLAT_COVERS_BYTES ? FLAT_BYTES : ENTRY_BYTES + Math.ceil(content);
}

function valueBytes(value: unknown, depth: number, parts: { left: number }): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value);
    case 'number':
      // A 32-bit integer stands in its holder's own place; any other number is a box beside it.
      return (value | 0) === value ? 0 : 16;
    case 'bigint':
      return 24;
    case 'object':
      if (value === null || depth === MAX_DEPTH || parts.left <= 0) return 0;
      if (Array.isArray(value)) return listBytes(value, depth, parts);
      return ArrayBuffer.isView(value) ? 200 + value.byteLength : mapBytes(value, depth, parts);
    default:
      return 0;
  }
}

function listBytes(list: readonly unknown[], depth: number, parts: { left: number }): number {
  const sampled = Math.min(list.length, SAMPLED_ITEMS);
  const step = list.length / sampled;
  parts.left -= sampled;
  let items = 0;
  for (let i = 0; i < sampled; i++) items += valueBytes(list[Math.floor(i * step)], depth + 1, parts);
  return 48 + 8 * list.length + (sampled === 0 ? 0 : items * step);
}

function mapBytes(map: object, depth: number, parts: { left: number }): number {
  const names = Object.keys(map);
  parts.left -= names.length;
  const isTable = names.length > MIN_TABLE_MEMBERS;
  // Four members stand in the object itself, the others in a list beside it.
  let bytes = 56 + (names.length > 4 && !isTable ? 16 + 8 * (names.length - 4) : 0);
  for (const name of names) {
    bytes += valueBytes((map as Record<string, unknown>)[name], depth + 1, parts);
    if (isTable) bytes += 120 + textBytes(name);
  }
  return bytes;
}

function textBytes(text: string): number {
  // V8 keeps one copy of each text of a single character.
  if (text.length <= 1) return 0;
  return 16 + 8 * Math.ceil((isLatin(text) ? text.length : 2 * text.length) / 8);
}

/** True when a character takes one byte: all of them are Latin-1. A long text is judged by its ends. */
function isLatin(text: string): boolean {
  const { length } = text;
  const head = Math.min(length, SAMPLED_TEXT);
  for (let i = 0; i < head; i++) if (text.charCodeAt(i) > 0xff) return false;
  for (let i = Math.max(head, length - SAMPLED_TEXT); i < length; i++)
    if (text.charCodeAt(i) > 0xff) return false;
  return true;
}
