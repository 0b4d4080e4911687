import type { Log } from '../../../src/sdk/index.js';
import type { Cache, Stats } from './cache.js';
import type { CacheConfig } from './config.js';
import type { Action } from './input.js';
import { endOf, type ListQuery, type Page } from './list.js';

/** A reply, complete as docs/spec/modules.md 5.3 has it. */
export type Reply = Readonly<Record<string, unknown>>;

/** Performs one kind of action; what it returns is the reply. */
type Perform<A extends Action['action']> = (
  action: Extract<Action, { action: A }> & { readonly action: A },
  cache: Cache,
  log: Log,
) => Reply | Promise<Reply>;

/** What an empty cache is estimated to take, and what each place for an entry adds, filled or not (docs/spec/modules.md 5.3). */
const BASE_BYTES = 200;
const PLACE_BYTES = 8;

const ACTIONS = {
  set: ({ key, value, ttlMs }, cache, log) => {
    if (!cache.set(key, value, ttlMs)) return tooLarge(key, cache.config.maxBytes, log);
    cache.stats.sets++;
    return { success: true, key, cached: true };
  },

  get: ({ key }, cache) => {
    const value = cache.store.get(key);
    const found = value !== undefined;
    cache.stats.lookedUp(found);
    return { success: true, found, key, value: found ? value : null };
  },

  remove: ({ key }, cache) => {
    if (!cache.store.delete(key)) return { success: true, key, removed: false, error: 'Key not found' };
    cache.stats.removes++;
    return { success: true, key, removed: true };
  },

  clear: (_action, cache) => {
    return { success: true, cleared: true, previous_size: cache.store.clear() };
  },

  exists: ({ key }, cache) => {
    const found = cache.store.has(key);
    cache.stats.lookedUp(found);
    return { success: true, key, found };
  },

  list: ({ query }, cache) => {
    const page = cache.list(query);
    return page instanceof Promise
      ? page.then((answered) => pageReply(answered, query, cache))
      : pageReply(page, query, cache);
  },

  cleanup: (_action, cache) => {
    return { success: true, cleaned_count: cache.expire() };
  },

  stats: (_action, { config, stats, store }) => figuresReply(config, stats, store),
} satisfies { [A in Action['action']]: Perform<A> };

function pageReply({ keys, total }: Page, query: ListQuery, { store }: Cache): Reply {
  return {
    success: true,
    items: keys.map((key) => ({ key, value: store.peek(key) })),
    total_count: total,
    offset: query.offset,
    limit: query.limit,
    has_more: endOf(query, total) < total,
  };
}

/** The reply to `stats`. */
export function figuresReply(
  config: CacheConfig,
  stats: Stats,
  { size, bytes }: { readonly size: number; readonly bytes: number },
): Reply {
  const figures = {
    size,
    capacity: config.capacity,
    hit_rate: stats.hitRate,
    memory_usage: BASE_BYTES + PLACE_BYTES * config.capacity + bytes,
    total_gets: stats.gets,
    total_hits: stats.hits,
    total_sets: stats.sets,
    total_removes: stats.removes,
  };
  const isBounded = config.maxBytes !== Number.POSITIVE_INFINITY;
  return { success: true, stats: isBounded ? { ...figures, max_bytes: config.maxBytes } : figures };
}

/** The reply to a `set` whose entry alone is larger than the cache may be. */
export function tooLarge(key: string, maxBytes: number, log: Log): Reply {
  const error = `The entry of key '${key}' is larger than max_bytes, which is ${maxBytes}`;
  log.error(`Cache operation failed: ${error}`);
  return { success: false, error };
}

/** Performs an action and returns the reply; a list may have to wait for its page. */
export function perform(action: Action, cache: Cache, log: Log): Reply | Promise<Reply> {
  // The table pairs each kind with its own function; the compiler cannot follow that through an index.
  const run = ACTIONS[action.action] as Perform<Action['action']>;
  return run(action, cache, log);
}
