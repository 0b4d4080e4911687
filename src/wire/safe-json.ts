import { PhlowError } from '../errors.js';

/** The deepest nesting that is let through unless a level says otherwise. */
export const DEFAULT_DEPTH = 64;

/**
 * Parses JSON text that is not trusted: refuses what nests deeper than `maxDepth` before any recursive walker could meet it, and drops
 * keys that could touch a prototype. Throws PHLOW_WIRE_VIOLATION.
 */
export function parseSafely(text: string, maxDepth: number): unknown {
  if (!isShallow(text, maxDepth)) throw violation(`a value nested more than ${maxDepth} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw violation('text that is not JSON', error);
  }
  if (mayHoldRiskyKey(text)) dropRiskyKeys(value);
  return value;
}

/** True when JSON text nests at most `maxDepth` arrays and objects. */
export function isShallow(text: string, maxDepth: number): boolean {
  // Most text has fewer brackets than the limit allows levels, and counting them costs far less than reading every character.
  return hasFewOpeners(text, maxDepth) || depthOf(text, maxDepth) <= maxDepth;
}

function hasFewOpeners(text: string, most: number): boolean {
  let found = 0;
  for (const opener of ['[', '{']) {
    for (let at = text.indexOf(opener); at !== -1; at = text.indexOf(opener, at + 1)) {
      if (++found > most) return false;
    }
  }
  return true;
}

/** The nesting of JSON text; stops counting above `enough`. */
function depthOf(text: string, enough: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length && deepest <= enough; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > deepest) deepest = depth;
    } else if (unit === 0x5d || unit === 0x7d) {
      depth--;
    }
  }
  return deepest;
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

function violation(found: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`, {
    cause,
  });
}
