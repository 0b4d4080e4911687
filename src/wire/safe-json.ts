import { PhlowError } from '../errors.js';
import { nestsAtMost, textNestsAtMost } from './nesting.js';
import { parseUnshared } from './unshared-texts.js';

/** Short text is parsed before its depth is known, which costs less; a megabyte of brackets would keep the host for a tenth of a second. */
const LONG_TEXT = 16 * 1024;

/**
 * Parses JSON text that is not trusted and whose length was checked: refuses what nests deeper than `maxDepth` before any recursive walker
 * could meet it (the parser itself is none), and drops keys that could touch a prototype. Throws PHLOW_WIRE_VIOLATION. It does so in one piece:
 * text that may be long is read by `SlicedParse` where others wait.
 */
export function parseSafely(text: string, maxDepth: number): unknown {
  const isLong = text.length > LONG_TEXT;
  if (isLong && !textNestsAtMost(text, maxDepth)) throw tooDeep(maxDepth);
  const value = parseWithoutRiskyKeys(text);
  // Each level takes two brackets.
  if (!isLong && text.length > 2 * maxDepth && !nestsAtMost(value, maxDepth)) throw tooDeep(maxDepth);
  return value;
}

/** As `parseSafely`, for text whose depth is known. */
export function parseWithoutRiskyKeys(text: string): unknown {
  const value = parseJson(text);
  if (mayHoldRiskyKey(text)) dropRiskyKeys(value);
  return value;
}

/** JSON.parse with an error of ours. */
export function parseJson(text: string): unknown {
  try {
    return parseUnshared(text);
  } catch (error) {
    throw notJson(error);
  }
}

const RISKY_KEYS = ['__proto__', 'constructor', 'prototype'];

/** An object with the shortest of them, or with an escape in place of a character of it, is at least this long. */
const MIN_RISKY_LENGTH = '{"prototype":0}'.length;

/** True for a key that could touch a prototype. */
export function isRiskyKey(key: string): boolean {
  return RISKY_KEYS.includes(key);
}

/** An escape may spell any key, so text with one is walked as well. */
function mayHoldRiskyKey(text: string): boolean {
  if (text.length < MIN_RISKY_LENGTH) return false;
  return text.includes('\\u') || RISKY_KEYS.some((key) => text.includes(key));
}

/** Walks without recursion; the width is bounded by the length of the text. */
function dropRiskyKeys(root: unknown): void {
  const queue: unknown[] = [root];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const inner of value as unknown[])
        if (typeof inner === 'object' && inner !== null) queue.push(inner);
      continue;
    }
    // Lists of its keys and values would be made for each object. Additions to `Object.prototype` would be met in every object.
    for (const key in value) {
      const inner = (value as Record<string, unknown>)[key];
      if (isRiskyKey(key)) Reflect.deleteProperty(value, key);
      else if (typeof inner === 'object' && inner !== null && Object.hasOwn(value, key)) queue.push(inner);
    }
  }
}

/** What is said of text that is no JSON. */
export function notJson(cause?: unknown): PhlowError {
  return violation('text that is not JSON', cause);
}

/** What is said of a value that nests too deep. */
export function tooDeep(maxDepth: number): PhlowError {
  return violation(`a value nested more than ${maxDepth} levels deep`);
}

/** What is said of a number that nobody would write, or of as many blanks. */
export function tooLongNumber(maxLength: number): PhlowError {
  return violation(`a number or blanks of more than ${maxLength} characters`);
}

function violation(found: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`, {
    cause,
  });
}
