import type { Diagnostics } from '../diagnostics.js';
import type { PhlowErrorCode } from '../../errors.js';
import { parseDuration } from '../../manifest/units.js';
import { didYouMean } from '../../nearest.js';
import { textOf, type Value } from '../../values.js';
import { valueOf, type MapEntry, type MapNode } from '../node.js';
import type { RetryPolicy } from './flow-document.js';

const MAX_RETRIES = 1_000;

const DEFAULTS: RetryPolicy = {
  count: 1,
  delayMs: 0,
  backoff: 1,
  maxDelayMs: 60_000,
  jitter: 0,
  totalMs: Infinity,
  on: undefined,
};

/** How one key of `retry` is read: undefined for a value that it does not take. */
type ReadKey = (value: Value) => Partial<RetryPolicy> | undefined;

const KEYS: Readonly<Record<string, { readonly takes: string; readonly read: ReadKey }>> = {
  count: { takes: `a whole number from 0 to ${MAX_RETRIES}`, read: countOf },
  delay: { takes: 'a length of time such as 200ms or 5s', read: duration((delayMs) => ({ delayMs })) },
  backoff: {
    takes: 'a number of at least 1',
    read: (backoff) =>
      typeof backoff === 'number' && Number.isFinite(backoff) && backoff >= 1 ? { backoff } : undefined,
  },
  max_delay: {
    takes: 'a length of time such as 200ms or 5s',
    read: duration((maxDelayMs) => ({ maxDelayMs })),
  },
  jitter: { takes: 'true, false or a number from 0 to 1', read: jitterOf },
  total: {
    takes: 'a length of time above 0 such as 30s',
    read: duration((totalMs) => (totalMs > 0 ? { totalMs } : undefined)),
  },
  on: { takes: 'a code such as PHLOW_MODULE_BUSY, or a list of codes', read: codesOf },
};

/** Words that other tools use for some of the keys. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  attempts: 'count',
  times: 'count',
  interval: 'delay',
  factor: 'backoff',
  max_duration: 'total',
};

/** What steps fail with for the most part: a code that looks like one of these is checked against them. */
const STEP_CODES: ReadonlySet<string> = new Set<PhlowErrorCode>([
  'PHLOW_MODULE_ERROR',
  'PHLOW_MODULE_BUSY',
  'PHLOW_MODULE_DOWN',
  'PHLOW_MODULE_CRASHED',
  'PHLOW_MODULE_HUNG',
  'PHLOW_CALL_TIMED_OUT',
  'PHLOW_CALL_CANCELLED',
  'PHLOW_INPUT_INVALID',
  'PHLOW_INPUT_TOO_LARGE',
  'PHLOW_OUTPUT_INVALID',
  'PHLOW_REPLY_TOO_LARGE',
  'PHLOW_PERMISSION_DENIED',
  'PHLOW_CAPABILITY_FAILED',
  'PHLOW_PHS_RUNTIME',
  'PHLOW_PHS_LIMIT',
  'PHLOW_FLOW_STEP_FAILED',
  'PHLOW_FLOW_TIMED_OUT',
]);

/** Reads `retry`: a number of further attempts, or a mapping. What is wrong is reported at its own key. */
export function readRetry(entry: MapEntry | undefined, diagnostics: Diagnostics): RetryPolicy | undefined {
  if (entry === undefined) return undefined;
  if (entry.value.kind === 'map') return readMapping(entry.value, diagnostics);
  const count = countOf(valueOf(entry.value));
  if (count !== undefined) return { ...DEFAULTS, ...count };
  diagnostics.error(
    `"retry" must be a number of further attempts (at most ${MAX_RETRIES}), or a mapping with ${Object.keys(KEYS).join(', ')}: found ${textOf(valueOf(entry.value))}`,
    entry.range,
  );
  return undefined;
}

function readMapping(node: MapNode, diagnostics: Diagnostics): RetryPolicy {
  let policy = DEFAULTS;
  for (const { key, value, range } of node.entries.values()) {
    const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (known === undefined) {
      const meant = Object.hasOwn(OTHER_WORDS, key) ? (OTHER_WORDS[key] ?? key) : key;
      const hint = didYouMean(meant, Object.keys(KEYS));
      const about = meant === 'count' && hint !== '' ? ' (it counts the attempts after the first)' : '';
      diagnostics.error(`"retry" has no key "${key}".${hint}${about}`, range);
      continue;
    }
    const read = known.read(valueOf(value));
    if (read === undefined) {
      const found = textOf(valueOf(value));
      diagnostics.error(`"${key}" of "retry" must be ${known.takes}: found ${found}`, value.range ?? range);
      continue;
    }
    policy = { ...policy, ...read };
    for (const code of read.on ?? []) {
      const hint = STEP_CODES.has(code) ? '' : didYouMean(code, STEP_CODES);
      if (hint !== '') diagnostics.warning(`no step fails with the code "${code}".${hint}`, value.range);
    }
  }
  return policy;
}

function countOf(count: Value): Partial<RetryPolicy> | undefined {
  const isWhole = typeof count === 'number' && Number.isInteger(count);
  return isWhole && count >= 0 && count <= MAX_RETRIES ? { count } : undefined;
}

function duration(use: (ms: number) => Partial<RetryPolicy> | undefined): ReadKey {
  return (value) => {
    const ms = parseDuration(value);
    return ms === undefined ? undefined : use(ms);
  };
}

function jitterOf(value: Value): Partial<RetryPolicy> | undefined {
  if (typeof value === 'boolean') return { jitter: value ? 1 : 0 };
  return typeof value === 'number' && value >= 0 && value <= 1 ? { jitter: value } : undefined;
}

function codesOf(value: Value): Partial<RetryPolicy> | undefined {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const on = given.filter((code): code is string => typeof code === 'string' && code !== '');
  return on.length > 0 && on.length === given.length ? { on } : undefined;
}
