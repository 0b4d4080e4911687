import { messageOf, PhlowError, type PhlowErrorCode } from './errors.js';

/** Nested deeper than this, or in a circle, the engine's own copy goes on: it does not recurse. */
const MAX_DEPTH = 200;
/** Thrown by the copy of members, whose place does not matter. */
const TOO_DEEP = new Error('too deep');
/** Members that a message names. */
const MAX_PATH = 20;

/**
 * A copy of data that shares nothing with it. Plain data is copied member by member, which costs a fraction of the engine's own structured
 * clone; what else can be cloned is.
 *
 * @throws PhlowError with `code` when there is something in it that cannot be copied; `name` is what the value is called in the message.
 */
export function copyOf(value: unknown, code: PhlowErrorCode, name: string): unknown {
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return value;
  const parts: string[] = [];
  try {
    return copy(value, 0, parts);
  } catch (cause) {
    if (cause === TOO_DEEP) return wholeCopy(value, code, name);
    const path = name + shortened(parts.reverse()).join('');
    const message = `Cannot copy ${path}: ${messageOf(cause)}; use plain data`;
    throw new PhlowError(code, message, { cause, details: { path } });
  }
}

/** By the engine alone, which keeps circles as they are. */
function wholeCopy(value: unknown, code: PhlowErrorCode, name: string): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    const message = `Cannot copy ${name}: ${messageOf(cause)}; use plain data`;
    throw new PhlowError(code, message, { cause, details: { path: name } });
  }
}

/** `parts` are filled from the inside out with where a failure was. */
function copy(value: unknown, depth: number, parts: string[]): unknown {
  if (typeof value === 'function') throw new Error('it is a function');
  if (typeof value === 'symbol') throw new Error('it is a symbol');
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw TOO_DEEP;
  if (Array.isArray(value)) return copyArray(value, depth, parts);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    // Plain objects of another realm have a prototype of their own with nothing above it.
    if (Object.getPrototypeOf(prototype) !== null || isExotic(value)) return structuredClone(value);
  }
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    try {
      const member = copy((value as Record<string, unknown>)[key], depth + 1, parts);
      if (key === '__proto__')
        Object.defineProperty(copied, key, {
          value: member,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      else copied[key] = member;
    } catch (error) {
      parts.push(/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);
      throw error;
    }
  }
  return copied;
}

function copyArray(value: readonly unknown[], depth: number, parts: string[]): unknown[] {
  const copied = new Array<unknown>(value.length);
  for (let i = 0; i < value.length; i++) {
    try {
      // A hole stays one.
      if (i in value) copied[i] = copy(value[i], depth + 1, parts);
    } catch (error) {
      parts.push(`[${i}]`);
      throw error;
    }
  }
  return copied;
}

/** Of a very long path its beginning. */
function shortened(parts: readonly string[]): readonly string[] {
  return parts.length <= MAX_PATH ? parts : [...parts.slice(0, MAX_PATH), '…'];
}

/** True for a Date, a Map and the like: what their kind is does not depend on their prototype. */
function isExotic(value: object): boolean {
  return Object.prototype.toString.call(value) !== '[object Object]';
}
