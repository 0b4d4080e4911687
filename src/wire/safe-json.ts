import { PhlowError } from '../errors.js';
import { nestsAtMost, textNestsAtMost } from './nesting.js';

/** The deepest nesting that is let through unless a level says otherwise. */
export const DEFAULT_DEPTH = 64;

/** Short text is parsed before its depth is known, which costs less; a megabyte of brackets would keep the host for a tenth of a second. */
const LONG_TEXT = 16 * 1024;

/**
 * Parses JSON text that is not trusted and whose length was checked: refuses what nests deeper than `maxDepth` before any recursive walker
 * could meet it (the parser itself is none), and drops keys that could touch a prototype. Throws PHLOW_WIRE_VIOLATION.
 */
export function parseSafely(text: string, maxDepth: number): unknown {
  const isLong = text.length > LONG_TEXT;
  if (isLong && !textNestsAtMost(text, maxDepth)) throw tooDeep(maxDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw violation('text that is not JSON', error);
  }
  if (!isLong && !nestsAtMost(value, maxDepth)) throw tooDeep(maxDepth);
  if (mayHoldRiskyKey(text)) dropRiskyKeys(value);
  return value;
}

const RISKY_KEYS = ['__proto__', 'constructor', 'prototype'];

/** An escape may spell any key, so text with one is walked as well. */
function mayHoldRiskyKey(text: string): boolean {
  return text.includes('\\u') || RISKY_KEYS.some((key) => text.includes(key));
}

/** Walks without recursion; the width is bounded by the length of the text. */
function dropRiskyKeys(root: unknown): void {
  const queue: unknown[] = [root];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const key of RISKY_KEYS) {
      if (!Array.isArray(value) && Object.hasOwn(value, key)) Reflect.deleteProperty(value, key);
    }
    for (const inner of Object.values(value) as unknown[]) {
      if (typeof inner === 'object' && inner !== null) queue.push(inner);
    }
  }
}

function tooDeep(maxDepth: number): PhlowError {
  return violation(`a value nested more than ${maxDepth} levels deep`);
}

function violation(found: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`, {
    cause,
  });
}
