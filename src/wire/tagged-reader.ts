import { PhlowError } from '../errors.js';
import { fromBase64 } from './base64.js';
import { ERRORS } from './cloneable-classes.js';
import { isIndex, tableOf } from './object-of.js';
import { BYTES, KIND } from './tagged.js';
import {
  KeyCost,
  MAX_PARTS,
  OBJECT_PARTS,
  PAIR_PARTS,
  partsOf,
  partsOfDigits,
  partsOfPattern,
} from './tagged-cost.js';

/** What tagged data stands for, and how many parts it counted; it was read from text and is not trusted. Throws PHLOW_WIRE_VIOLATION. */
export function fromTagged(data: unknown): { readonly value: unknown; readonly parts: number } {
  let parts = 0;
  const count = (more: number): void => {
    if ((parts += more) > MAX_PARTS) throw violation('a tagged value of too many parts');
  };
  const read = (item: unknown): unknown => {
    count(1);
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return readArray(item as unknown[]);
    const given = item as Record<string, unknown>;
    if (!Object.hasOwn(given, KIND)) {
      count(OBJECT_PARTS);
      // In place: it has been read for us alone, and the engine's reader keeps members under numbers in little room.
      for (const key of Object.keys(given)) {
        const member = given[key];
        const value = read(member);
        // Most members are what they say.
        if (value !== member) given[key] = value;
      }
      return given;
    }
    count(partsOf(given[KIND]));
    return revive(given[KIND], given['of']);
  };
  const readKey = (item: unknown, cost: KeyCost): unknown => {
    const key = read(item);
    count(cost.add(key));
    return key;
  };
  const readArray = (items: readonly unknown[]): unknown[] => {
    const array = new Array<unknown>(items.length);
    items.forEach((item, i) => {
      if (!isHole(item)) array[i] = read(item);
      else count(1);
    });
    return array;
  };
  const revive = (kind: unknown, of: unknown): unknown => {
    try {
      switch (kind) {
        case 'undefined':
          return undefined;
        case 'number':
          return numberOf(of);
        case 'bigint':
          count(partsOfDigits(textIn(of)));
          return bigintOf(of as string);
        case 'date':
          if (of !== null && typeof of !== 'number') throw new Error('no time');
          return new Date(of ?? NaN);
        case 'map': {
          const cost = new KeyCost();
          const entries = of as [unknown, unknown][];
          return new Map(entries.map(([key, value]) => [readKey(key, cost), read(value)] as const));
        }
        case 'set': {
          const cost = new KeyCost();
          return new Set((of as unknown[]).map((key) => readKey(key, cost)));
        }
        case 'regexp': {
          const [source, flags] = (of as unknown[]).map(textIn) as [string, string];
          count(partsOfPattern(source, flags));
          return new RegExp(source, flags);
        }
        case 'object':
          count((of as unknown[]).length * PAIR_PARTS);
          return tableOf((of as [unknown, unknown][]).map(([key, value]) => [textIn(key), read(value)]));
        case 'list': {
          const [items, pairs] = of as [unknown[], [string, unknown][]];
          count(pairs.length * PAIR_PARTS);
          const list = readArray(items);
          for (const [key, value] of pairs) {
            // An item that stands far behind the others makes a list that takes minutes to walk over.
            if (isIndex(textIn(key)) || key === 'length') throw new Error("no key of an array's own");
            Object.defineProperty(list, key, {
              value: read(value),
              writable: true,
              enumerable: true,
              configurable: true,
            });
          }
          return list;
        }
        case 'bytes':
          return bytesOf(...((of as unknown[]).map(textIn) as [string, string]));
        case 'error':
          return errorOf(of as [string, string, string | null, unknown?], read);
        case 'boxed':
          return Object(read(of));
      }
    } catch (error) {
      if (error instanceof PhlowError) throw error;
      // Whatever it is, it is not what our side would have written.
    }
    throw violation('a tagged value that cannot be read');
  };
  const value = read(data);
  return { value, parts };
}

function isHole(item: unknown): boolean {
  return typeof item === 'object' && item !== null && (item as Record<string, unknown>)[KIND] === 'hole';
}

/** Whatever should be text: a list in its place would be put together into text, of megabytes, and counted as one part. */
function textIn(given: unknown): string {
  if (typeof given !== 'string') throw new Error('no text');
  return given;
}

const NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['-0', -0],
  ...[NaN, Infinity, -Infinity].map((number) => [String(number), number] as const),
]);

function numberOf(text: unknown): number {
  const number = NUMBERS.get(text);
  if (number === undefined) throw new Error('no such number');
  return number;
}

function bigintOf(text: string): bigint {
  if (!/^-?[\da-f]+$/.test(text)) throw new Error('no such number');
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}

function bytesOf(name: string, text: string): unknown {
  const { buffer } = fromBase64(text);
  if (name === 'ArrayBuffer') return buffer;
  if (!Object.hasOwn(BYTES, name)) throw new Error('no such kind');
  const kind = BYTES[name as keyof typeof BYTES] as new (buffer: ArrayBuffer) => unknown;
  return new kind(buffer);
}

function errorOf(of: readonly unknown[], read: (item: unknown) => unknown): Error {
  const [name, message, stack] = of;
  if (!Object.hasOwn(ERRORS, textIn(name))) throw new Error('no such kind');
  const kind = ERRORS[name as keyof typeof ERRORS];
  const options = of.length > 3 ? { cause: read(of[3]) } : undefined;
  const error = withoutStack(() => new kind(textIn(message), options));
  Object.defineProperty(error, 'stack', {
    value: stack === null ? undefined : textIn(stack),
    writable: true,
    configurable: true,
  });
  return error;
}

/** To take a stack that is not kept costs twenty times as much as all else. */
function withoutStack<T>(make: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`);
}
