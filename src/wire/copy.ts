import { messageOf, PhlowError, type PhlowErrorCode } from '../errors.js';
import { obstacleIn } from './obstacle.js';
import { shownBy } from './shown.js';

/** Nested deeper than this, or in a circle, the engine's own copy goes on: it does not recurse. */
const MAX_DEPTH = 200;
/** Longer arrays are taken to have items only: looking for other keys is a walk over all of them. */
const MAX_WALKED_ITEMS = 1_024;
/** Thrown by the copy of members, whose place does not matter. */
const TOO_DEEP = new Error('too deep');
/** Members that a message names. */
const MAX_PATH = 20;

/**
 * A copy of data that shares nothing with it. Plain data is copied member by member, which costs a fraction of the engine's own structured
 * clone; what else crosses to a module is cloned, and what would not arrive there as it is is refused here too.
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
    throw refusal(code, path, `it ${messageOf(cause)}`, cause);
  }
}

function wholeCopy(value: unknown, code: PhlowErrorCode, name: string): unknown {
  const parts: string[] = [];
  try {
    return clone(value, parts);
  } catch (cause) {
    throw refusal(code, name + parts.join(''), `it ${messageOf(cause)}`, cause);
  }
}

function refusal(code: PhlowErrorCode, path: string, problem: string, cause: unknown): PhlowError {
  return new PhlowError(code, `Cannot copy ${path}: ${problem}; use plain data`, {
    cause,
    details: { path },
  });
}

/** By the engine, unless something would be lost. */
function clone(value: unknown, parts: string[]): unknown {
  const obstacle = obstacleIn(value, '', true);
  if (obstacle !== undefined) {
    parts.push(obstacle.path);
    throw new Error(obstacle.problem);
  }
  try {
    return structuredClone(value);
  } catch {
    // The engine refuses proxies of what it takes.
    return structuredClone(shownBy(value));
  }
}

/** `parts` are filled from the inside out with where a failure was. Errors are the end of a sentence about that place. */
function copy(value: unknown, depth: number, parts: string[]): unknown {
  if (typeof value === 'function') throw new Error('is a function');
  if (typeof value === 'symbol') throw new Error('is a symbol');
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw TOO_DEEP;
  if (Object.getOwnPropertySymbols(value).length > 0) return clone(value, parts);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value))
    return prototype === Array.prototype ? copyArray(value, depth, parts) : clone(value, parts);
  if (prototype !== null && prototype !== Object.prototype) return clone(value, parts);
  return copyRecord(value as Readonly<Record<string, unknown>>, depth, parts);
}

function copyRecord(record: Readonly<Record<string, unknown>>, depth: number, parts: string[]): unknown {
  const copied: Record<string, unknown> = {};
  const keys = Object.keys(record);
  let at = '';
  try {
    for (const key of keys) {
      at = key;
      const member = record[key];
      const isText = typeof member === 'string';
      setMember(copied, key, isText || typeof member === 'number' ? member : copy(member, depth + 1, parts));
    }
  } catch (error) {
    parts.push(stepTo(at));
    throw error;
  }
  return copied;
}

function setMember(copied: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(copied, key, { value, enumerable: true, writable: true, configurable: true });
  else copied[key] = value;
}

function stepTo(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function copyArray(value: readonly unknown[], depth: number, parts: string[]): unknown[] {
  const copied = new Array<unknown>(value.length);
  let count = 0;
  for (let i = 0; i < value.length; i++) {
    try {
      // A hole stays one.
      if (!(i in value)) continue;
      count++;
      copied[i] = copy(value[i], depth + 1, parts);
    } catch (error) {
      parts.push(`[${i}]`);
      throw error;
    }
  }
  // Keys of an array's own, as a match of a pattern has, are copied by the engine.
  const hasOwnKeys = count <= MAX_WALKED_ITEMS && Object.keys(value).length !== count;
  return hasOwnKeys ? (clone(value, parts) as unknown[]) : copied;
}

/** Of a very long path its beginning. */
function shortened(parts: readonly string[]): readonly string[] {
  return parts.length <= MAX_PATH ? parts : [...parts.slice(0, MAX_PATH), '…'];
}
