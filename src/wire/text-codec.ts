import { PhlowError } from '../errors.js';
import type { Codec } from './codec.js';
import { isTag } from './tag.js';

/** What one text frame may hold at most. */
export interface TextLimits {
  /** UTF-16 units in one frame. */
  readonly maxLength: number;
  /** Nested arrays and objects. */
  readonly maxDepth: number;
}

export const DEFAULT_TEXT_LIMITS: TextLimits = Object.freeze({ maxLength: 8 * 1024 * 1024, maxDepth: 64 });

/** Stands in a frame for "no value at all", which JSON cannot say; a value is wrapped in a one-item array. */
const ABSENT = 0;

/**
 * Batches cross as JSON text whose length and depth are checked before it is parsed, for levels whose code is not trusted: no
 * exotica of structured clone ever reaches the host. Keys that could touch a prototype are dropped.
 */
export function createTextCodec(limits: TextLimits = DEFAULT_TEXT_LIMITS): Codec {
  return {
    name: 'text',
    encode(batch) {
      const parts: string[] = [];
      for (let i = 0; i < batch.length; i += 2) {
        const value = batch[i + 1];
        const text = value === undefined ? undefined : (JSON.stringify(value) as string | undefined);
        if (value !== undefined && text === undefined) {
          throw new PhlowError(
            'PHLOW_INPUT_UNCLONABLE',
            `Cannot write a value as text: found a ${typeof value}`,
          );
        }
        parts.push(String(batch[i]), text === undefined ? String(ABSENT) : `[${text}]`);
      }
      const frame = `[${parts.join(',')}]`;
      if (frame.length > limits.maxLength) throw tooLong(frame.length, limits.maxLength);
      return frame;
    },
    decode(frame) {
      if (typeof frame !== 'string') throw violation(`a message of type ${typeof frame}, not text`);
      if (frame.length > limits.maxLength) throw tooLong(frame.length, limits.maxLength);
      const hasRiskyKey = checkDepth(frame, limits.maxDepth);
      let pairs: unknown;
      try {
        pairs = JSON.parse(frame);
      } catch (error) {
        throw new PhlowError(
          'PHLOW_WIRE_VIOLATION',
          'Cannot read a message of the module: found text that is not JSON',
          {
            cause: error,
          },
        );
      }
      if (!Array.isArray(pairs) || pairs.length % 2 !== 0) throw violation('a message that is not a batch');
      const batch: unknown[] = [];
      for (let i = 0; i < pairs.length; i += 2) {
        const tag: unknown = pairs[i];
        const boxed: unknown = pairs[i + 1];
        if (!isTag(tag)) throw violation('a batch with a tag that is not a number');
        if (boxed === ABSENT) {
          batch.push(tag, undefined);
        } else if (Array.isArray(boxed) && boxed.length === 1) {
          if (hasRiskyKey) dropRiskyKeys(boxed);
          batch.push(tag, boxed[0]);
        } else {
          throw violation('a value that is not boxed');
        }
      }
      return batch;
    },
  };
}

const RISKY_KEYS = ['__proto__', 'constructor', 'prototype'];
const MAYBE_RISKY = /__proto__|constructor|prototype|\\u/;

/** Refuses text that is nested too deeply, before any parser recurses over it. Returns whether a risky key may be in it. */
function checkDepth(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (unit === 0x5b || unit === 0x7b) {
      // The batch and the box around each value are two levels of their own.
      if (++depth > maxDepth + 2) throw violation(`a value nested more than ${maxDepth} levels deep`);
    } else if (unit === 0x5d || unit === 0x7d) {
      depth--;
    }
  }
  return MAYBE_RISKY.test(text);
}

/** Walks without recursion; the depth was checked, the width is bounded by the length of the frame. */
function dropRiskyKeys(root: unknown): void {
  const queue: unknown[] = [root];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const key of RISKY_KEYS) {
      if (!Array.isArray(value) && Object.hasOwn(value, key)) Reflect.deleteProperty(value, key);
    }
    for (const inner of Object.values(value) as unknown[]) {
      if (typeof inner === 'object' && inner !== null) queue.push(inner);
    }
  }
}

function violation(found: string): PhlowError {
  return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot read a message of the module: found ${found}`);
}

function tooLong(found: number, limit: number): PhlowError {
  return new PhlowError(
    'PHLOW_REPLY_TOO_LARGE',
    `Cannot pass a message of ${found} characters: the limit is ${limit}; send less or raise the limit`,
    { details: { found, limit } },
  );
}
