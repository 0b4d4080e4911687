import { PhlowError } from '../errors.js';
import { isMap } from '../values.js';
import { boundedRun } from './bounded-run.js';
import type { JsonSchema } from './dialect.js';
import { isNativelyLinear } from './native-pattern.js';
import type { Validator } from './validator.js';

/** What one check may take: some 50 ms. */
const MAX_STEPS = 5_000_000;
/** After this many checks that took too long nothing is checked, and so nothing passes, any more. */
const MAX_FAILURES = 3;
/** Keywords whose check can take longer than a few looks at each part of the value. */
const SLOW_KEYWORDS: readonly string[] = [
  'pattern',
  'patternProperties',
  'uniqueItems',
  '$ref',
  '$dynamicRef',
];

/**
 * The same check with an end, for a schema that somebody else has written and that is checked on the host's own thread: a pattern can backtrack
 * for longer than anybody waits. Schemas without such keywords, and those whose patterns cannot backtrack, are checked as they were.
 */
export function boundedCheck(check: Validator, schema: JsonSchema): Validator {
  if (!canBeSlow(schema)) return check;
  let failures = 0;
  return (value) => {
    if (failures >= MAX_FAILURES)
      return tooSlow(`its schema took more than ${MAX_STEPS} steps ${MAX_FAILURES} times`);
    try {
      return boundedRun(() => check(value), MAX_STEPS, refuse);
    } catch (error) {
      if (!(error instanceof PhlowError)) throw error;
      failures++;
      return tooSlow(error.message);
    }
  };
}

function refuse(reason: string, cause: unknown): PhlowError {
  return new PhlowError('PHLOW_INPUT_INVALID', reason, { cause });
}

function tooSlow(reason: string): ReturnType<Validator> {
  const message = `the value cannot be checked against the manifest: ${reason}; simplify its patterns`;
  return [{ path: '', keyword: 'timeout', message }];
}

/** A schema up to this length as JSON, without such keywords, looks at each of a few thousand values a few hundred times at most. */
const MAX_PLAIN_LENGTH = 2_000;

/** True when a check of few values can take long all the same, because of its keywords or because there is so much of it. */
export function isCostly(schema: JsonSchema): boolean {
  return canBeSlow(schema) || JSON.stringify(schema).length > MAX_PLAIN_LENGTH;
}

/** True when a part of the schema has a keyword that may take long. A property that is called like one costs time, nothing else. */
export function canBeSlow(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(canBeSlow);
  if (!isMap(schema)) return false;
  return Object.entries(schema).some(([key, value]) => {
    if (key === 'pattern' && typeof value === 'string') return !isNativelyLinear(value);
    return SLOW_KEYWORDS.includes(key) || canBeSlow(value);
  });
}
