import type { Log } from '../../../src/sdk/index.js';
import { textOf } from '../../../src/values.js';
import { isJson } from '../../../src/wire/tagged.js';
import type { ListQuery } from './list.js';

/** The actions of the cache, with every field in the form it computes with. */
export type Action =
  | {
      readonly action: 'set';
      readonly key: string;
      readonly value: unknown;
      readonly ttlMs: number | undefined;
    }
  | { readonly action: 'get' | 'remove' | 'exists'; readonly key: string }
  | { readonly action: 'clear' | 'cleanup' | 'stats' }
  | { readonly action: 'list'; readonly query: ListQuery };

/** An input that `phlow.yaml` has let pass: the action is known, and what the action needs is there. */
export interface CacheInput {
  readonly action: Action['action'];
  readonly key?: unknown;
  readonly value?: unknown;
  readonly ttl?: unknown;
  readonly filter_type?: unknown;
  readonly filter_value?: unknown;
  readonly filter_prefix?: unknown;
  readonly filter_suffix?: unknown;
  readonly order?: unknown;
  readonly limit?: unknown;
  readonly offset?: unknown;
}

/**
 * Brings a checked input into the form of its action. Optional fields that cannot be used are left out, as the original does; since
 * that is seldom what their author meant, a warning says so.
 */
export function actionOf(input: CacheInput, log: Log): Action {
  const { action } = input;
  switch (action) {
    case 'set':
      return { action, key: keyText(input.key), value: input.value, ttlMs: ttlMsOf(input, log) };
    case 'get':
    case 'remove':
    case 'exists':
      return { action, key: keyText(input.key) };
    case 'list':
      return { action, query: queryOf(input, log) };
    default:
      return { action };
  }
}

/** Most levels of a key that is an object or a list. */
const MAX_KEY_DEPTH = 64;

/**
 * What is wrong with the key of an input; undefined for a good one, and where there is none. Keys go by their text form, which the original has
 * for JSON only. What else there is has none of its own and would share an entry with others: every Date, Map or NaN with every other one.
 */
export function keyProblem({ key }: CacheInput): string | undefined {
  const hasText =
    key === undefined || typeof key === 'bigint' || Object.is(key, -0) || isJson(key, MAX_KEY_DEPTH);
  if (hasText) return undefined;
  const kind = Object.prototype.toString.call(key).slice(8, -1);
  return `the key is or holds what has no text form (${kind}); use a text, a number, or plain JSON`;
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? key : textOf(key);
}

function ttlMsOf(input: CacheInput, log: Log): number | undefined {
  if (input.ttl === undefined) return undefined;
  const ttl = wholeNumber(input.ttl);
  if (ttl === undefined) {
    log.warn(
      `Ignored the ttl of key '${keyText(input.key)}': expected whole seconds of at least 0, got ${kindOf(input.ttl)}`,
    );
    return undefined;
  }
  return ttl * 1000;
}

function queryOf(input: CacheInput, log: Log): ListQuery {
  return {
    ...filterOf(input, log),
    isDescending: input.order === 'desc',
    offset: wholeNumber(input.offset) ?? 0,
    limit: wholeNumber(input.limit) ?? null,
  };
}

/** The filter a list asks for. One that is incomplete or unknown matches every key (docs/spec/modules.md 5.3), with a warning. */
function filterOf(input: CacheInput, log: Log): { prefix: string; suffix: string } {
  const prefix = optionalText(input.filter_prefix);
  const suffix = optionalText(input.filter_suffix);
  const value = optionalText(input.filter_value);
  const type = optionalText(input.filter_type);
  switch (type) {
    case 'prefix':
      if ((prefix ?? value) !== undefined) return { prefix: prefix ?? value ?? '', suffix: '' };
      break;
    case 'suffix':
      if ((suffix ?? value) !== undefined) return { prefix: '', suffix: suffix ?? value ?? '' };
      break;
    case 'pattern':
      if (prefix !== undefined && suffix !== undefined) return { prefix, suffix };
      break;
    case 'none':
      return EVERY_KEY;
    case undefined:
      if ((prefix ?? suffix ?? value) === undefined) return EVERY_KEY;
  }
  log.warn(`Listed every key: ${FILTER_ADVICE.get(type) ?? `unknown filter_type '${type ?? ''}'`}`);
  return EVERY_KEY;
}

const EVERY_KEY = { prefix: '', suffix: '' } as const;

/** What is missing, for each `filter_type` (undefined: none given) that leads here. */
const FILTER_ADVICE: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'a filter field is given without a filter_type'],
  ['prefix', "filter_type 'prefix' needs filter_prefix or filter_value"],
  ['suffix', "filter_type 'suffix' needs filter_suffix or filter_value"],
  ['pattern', "filter_type 'pattern' needs both filter_prefix and filter_suffix"],
]);

function optionalText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value);
}

/** The number when it is whole and not negative (uint of docs/spec/modules.md 1.2), otherwise undefined. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) return undefined;
  // Minus zero would show in replies.
  return Math.abs(number);
}

function kindOf(value: unknown): string {
  if (typeof value === 'number' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
