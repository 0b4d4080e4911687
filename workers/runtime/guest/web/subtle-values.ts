import { fromBase64, toBase64 } from './base64.js';
import { bytesOf } from './buffer-source.js';
import { createKey, handleOf } from './crypto-key.js';
import type { SubtleKeyDescription, SubtleValue } from './natives.js';

/** No dictionary of the standard is deeper, and none has more members. */
const MAX_DEPTH = 6;
const MAX_MEMBERS = 64;

/** An argument as it crosses. Reading it may run code of the module; what crosses is a copy. */
export function toSubtleValue(value: unknown, depth = 0): SubtleValue {
  if (depth > MAX_DEPTH) throw new TypeError('Cannot pass an argument: it is nested too deep');
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value !== 'object') throw new TypeError(`Cannot pass an argument: it is a ${typeof value}`);
  const handle = handleOf(value);
  if (handle !== undefined) return { $key: handle };
  const bytes = bytesOf(value);
  if (bytes !== undefined) return { $bytes: toBase64(bytes) };
  const keys = Object.keys(value);
  if (keys.length > MAX_MEMBERS) throw new TypeError('Cannot pass an argument: it has too many members');
  if (Array.isArray(value))
    return keys.map((key) => toSubtleValue((value as unknown as Record<string, unknown>)[key], depth + 1));
  const members: [string, SubtleValue][] = [];
  for (const key of keys) {
    if (key.startsWith('$')) throw new TypeError(`Cannot pass an argument: it has a member "${key}"`);
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) members.push([key, toSubtleValue(member, depth + 1)]);
  }
  return Object.fromEntries(members);
}

/** What a method resolves with. */
export function fromSubtleValue(value: SubtleValue): unknown {
  const read = readValue(value);
  return read instanceof Uint8Array ? read.buffer : read;
}

function readValue(value: SubtleValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(readValue);
  if ('$bytes' in value && typeof value.$bytes === 'string') return fromBase64(value.$bytes);
  if ('$key' in value) {
    const { type, extractable, algorithm, usages } = value.description as SubtleKeyDescription;
    const read = readValue(algorithm) as object;
    const description = { type, extractable, algorithm: read, usages: [...usages] };
    return createKey(Number(value.$key), Number(value.bytes), description);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, readValue(member)]));
}

function isList(value: SubtleValue): value is readonly SubtleValue[] {
  return Array.isArray(value);
}
