import type { Log } from '../../../src/sdk/index.js';
import { isPhlowError, messageOf } from '../../../src/errors.js';
import type { Value } from '../../../src/values.js';
import { batchOf, encodeBatch } from '../../../src/wire/text-codec.js';
import type { Argument, RedisConnection, Script } from '../../stores/redis/client.js';
import { figuresReply, type Reply, tooLarge } from './actions.js';
import { Stats } from './cache.js';
import type { CacheConfig } from './config.js';
import type { Action } from './input.js';
import { endOf, type ListQuery } from './list.js';
import * as scripts from './scripts.js';
import { weightOf } from './weight.js';

/** Entries dropped, keys searched and values read by one script: it holds up the whole server for as long as it runs. */
const PER_SCRIPT = 1_000;
const LIMITS = { maxLength: Infinity, maxDepth: 1_000 };

/** A cache whose entries are on a server: each action is one script there, so that all who share it see one order of events. */
export class RedisCache {
  readonly #connection: RedisConnection;
  readonly #config: CacheConfig;
  readonly #keys: readonly string[];
  /** Of this instance, as those of a cache in memory are. */
  readonly #stats = new Stats();

  /** @param prefix what the keys on the server begin with; who has the same one shares the cache */
  constructor(connection: RedisConnection, config: CacheConfig, prefix: string) {
    this.#connection = connection;
    this.#config = config;
    this.#keys = scripts.KEY_NAMES.map((name) => `{${prefix}}:${name}`);
  }

  /** Performs an action and resolves with the reply. Rejects with PHLOW_STORE_DOWN: what cannot be asked for is no miss. */
  async perform(action: Action, log: Log): Promise<Reply> {
    try {
      if ('key' in action && /\p{Surrogate}/u.test(action.key))
        return refused('the key holds half a surrogate pair, which redis cannot tell from another one', log);
      return await this.#perform(action, log);
    } catch (error) {
      if (!isPhlowError(error) || error.code !== 'PHLOW_STORE_FAILED') throw error;
      return refused(messageOf(error), log);
    }
  }

  stop(): void {
    this.#connection.close();
  }

  async #perform(action: Action, log: Log): Promise<Reply> {
    switch (action.action) {
      case 'set':
        return this.#set(action, log);
      case 'get': {
        const { key } = action;
        const text = await this.#run(scripts.GET, key);
        const found = typeof text === 'string';
        this.#stats.lookedUp(found);
        return { success: true, found, key, value: found ? read(text) : null };
      }
      case 'exists': {
        const { key } = action;
        const found = (await this.#run(scripts.EXISTS, key)) === 1;
        this.#stats.lookedUp(found);
        return { success: true, key, found };
      }
      case 'remove': {
        const { key } = action;
        if ((await this.#run(scripts.REMOVE, key)) !== 1)
          return { success: true, key, removed: false, error: 'Key not found' };
        this.#stats.removes++;
        return { success: true, key, removed: true };
      }
      case 'clear':
        return { success: true, cleared: true, previous_size: await this.#run(scripts.CLEAR) };
      case 'cleanup':
        return { success: true, cleaned_count: await this.#expire() };
      case 'list':
        return this.#list(action.query);
      case 'stats': {
        const [size, bytes] = (await this.#run(scripts.FIGURES)) as readonly [number, number];
        return figuresReply(this.#config, this.#stats, { size, bytes });
      }
    }
  }

  async #set({ key, value, ttlMs }: Extract<Action, { action: 'set' }>, log: Log): Promise<Reply> {
    const { maxBytes, capacity, defaultTtlMs } = this.#config;
    const weight = weightOf(key, value);
    if (weight > maxBytes) return tooLarge(key, maxBytes, log);
    const ttl = ttlMs ?? defaultTtlMs;
    await this.#run(
      scripts.SET,
      key,
      written(value),
      Math.ceil(weight),
      ttl === Infinity ? '' : Math.min(ttl, MAX_TTL_MS),
      capacity,
      maxBytes === Infinity ? '' : maxBytes,
    );
    this.#stats.sets++;
    return { success: true, key, cached: true };
  }

  async #expire(): Promise<number> {
    let total = 0;
    for (;;) {
      const dropped = Number(await this.#run(scripts.EXPIRE, PER_SCRIPT));
      total += dropped;
      if (dropped < PER_SCRIPT) return total;
    }
  }

  async #list(query: ListQuery): Promise<Reply> {
    await this.#expire();
    const { keys, total } = await (query.suffix === '' ? this.#page(query) : this.#search(query));
    const items: { readonly key: string; readonly value: Value }[] = [];
    for (let at = 0; at < keys.length; at += PER_SCRIPT) {
      const some = keys.slice(at, at + PER_SCRIPT);
      const texts = (await this.#run(scripts.PEEK, ...some)) as readonly (string | null)[];
      some.forEach((key, index) => {
        const text = texts[index];
        if (typeof text === 'string') items.push({ key, value: read(text) });
      });
    }
    const { offset, limit } = query;
    return { success: true, items, total_count: total, offset, limit, has_more: endOf(query, total) < total };
  }

  /** A page of all keys with a prefix. */
  async #page(query: ListQuery): Promise<{ readonly keys: readonly string[]; readonly total: number }> {
    const range = rangeOf(query.prefix);
    const total = Number(await this.#run(scripts.COUNT, ...range));
    const end = endOf(query, total);
    const keys: string[] = [];
    for (let at = query.offset; at < end; at += PER_SCRIPT)
      keys.push(...(await this.#keysIn(range, query.isDescending, at, Math.min(PER_SCRIPT, end - at))));
    return { keys, total };
  }

  /** A page of the keys with a prefix that end in the suffix: all of them are looked at. */
  async #search(query: ListQuery): Promise<{ readonly keys: readonly string[]; readonly total: number }> {
    const [least, greatest] = rangeOf(query.prefix);
    const matching: string[] = [];
    for (let from = least; ;) {
      const keys = await this.#keysIn([from, greatest], false, 0, PER_SCRIPT);
      matching.push(...keys.filter((key) => key.endsWith(query.suffix)));
      const last = keys.at(-1);
      if (last === undefined || keys.length < PER_SCRIPT) break;
      from = Buffer.from(`(${last}`);
    }
    if (query.isDescending) matching.reverse();
    return { keys: matching.slice(query.offset, endOf(query, matching.length)), total: matching.length };
  }

  async #keysIn(
    range: Range,
    isDescending: boolean,
    skip: number,
    count: number,
  ): Promise<readonly string[]> {
    return (await this.#run(
      scripts.KEYS_IN,
      ...range,
      isDescending ? 1 : 0,
      skip,
      count,
    )) as readonly string[];
  }

  #run(script: Script, ...args: readonly Argument[]): Promise<unknown> {
    return this.#connection.run(script, this.#keys, args);
  }
}

/** Ten thousand years: what is later than that is not compared exactly. */
const MAX_TTL_MS = 3.15e14;

type Range = readonly [least: Buffer, greatest: Buffer];

/** Keys that begin with a text, as ranges of sorted sets are written. No UTF-8 has the byte 255. */
function rangeOf(prefix: string): Range {
  if (prefix === '') return [Buffer.from('-'), Buffer.from('+')];
  const bytes = Buffer.from(prefix);
  return [Buffer.concat([Buffer.from('['), bytes]), Buffer.concat([Buffer.from('('), bytes, Buffer.of(255)])];
}

/** A value as text, by the rules by which values cross to isolated modules. */
function written(value: unknown): string {
  return encodeBatch([0, value], LIMITS);
}

function read(text: string): Value {
  return batchOf(JSON.parse(text))[1] as Value;
}

function refused(problem: string, log: Log): Reply {
  log.error(`Cache operation failed: ${problem}`);
  return { success: false, error: problem };
}
