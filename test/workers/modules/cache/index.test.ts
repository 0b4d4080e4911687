import { describe, expect, test } from '@jest/globals';
import cache from '../../../../workers/modules/cache/index.js';
import type { CacheSettings } from '../../../../workers/modules/cache/config.js';
import type { CacheInput } from '../../../../workers/modules/cache/input.js';
import { type FakeContext, fakeContext } from '../../fake-context.js';

interface Opened {
  readonly context: FakeContext<CacheSettings>;
  send(input: CacheInput): Promise<unknown>;
}

/** The module's own functions, called the way the host calls them once an input has passed the manifest. */
async function open(settings: CacheSettings): Promise<Opened> {
  const context = fakeContext(settings);
  const state = await cache.start?.(context);
  if (state === undefined) throw new Error('the module has no state');
  return { context, send: async (input) => cache.handler({ id: 1, input, payload: null }, context, state) };
}

describe('the cache module', () => {
  test('set, get, exists, remove answer with all their fields', async () => {
    const { send } = await open({ capacity: 2 });
    expect(await send({ action: 'set', key: 'k', value: null })).toEqual({
      success: true,
      key: 'k',
      cached: true,
    });
    expect(await send({ action: 'get', key: 'k' })).toEqual({
      success: true,
      found: true,
      key: 'k',
      value: null,
    });
    expect(await send({ action: 'exists', key: 'k' })).toEqual({ success: true, key: 'k', found: true });
    expect(await send({ action: 'remove', key: 'k' })).toEqual({ success: true, key: 'k', removed: true });
    expect(await send({ action: 'remove', key: 'k' })).toEqual({
      success: true,
      key: 'k',
      removed: false,
      error: 'Key not found',
    });
    expect(await send({ action: 'get', key: 'k' })).toEqual({
      success: true,
      found: false,
      key: 'k',
      value: null,
    });
    expect(await send({ action: 'exists', key: 'k' })).toEqual({ success: true, key: 'k', found: false });
  });

  test('list, cleanup, clear answer with all their fields', async () => {
    const { context, send } = await open({ capacity: 5 });
    await send({ action: 'set', key: 'b', value: 2 });
    await send({ action: 'set', key: 'a', value: 1, ttl: 1 });
    expect(await send({ action: 'list', limit: 1 })).toEqual({
      success: true,
      items: [{ key: 'a', value: 1 }],
      total_count: 2,
      offset: 0,
      limit: 1,
      has_more: true,
    });
    context.advance(1_001);
    expect(await send({ action: 'cleanup' })).toEqual({ success: true, cleaned_count: 1 });
    expect(await send({ action: 'clear' })).toEqual({ success: true, cleared: true, previous_size: 1 });
  });

  test('stats count look-ups, sets and removes; refused and failed ones do not count', async () => {
    const { send } = await open({ capacity: 5, max_bytes: 1_000 });
    await send({ action: 'set', key: 'a', value: 1 });
    await send({ action: 'set', key: 'large', value: 'x'.repeat(2_000) });
    await send({ action: 'get', key: 'a' });
    await send({ action: 'exists', key: 'b' });
    await send({ action: 'remove', key: 'b' });
    expect(await send({ action: 'stats' })).toEqual({
      success: true,
      stats: {
        size: 1,
        capacity: 5,
        hit_rate: 50,
        memory_usage: 460,
        total_gets: 2,
        total_hits: 1,
        total_sets: 1,
        total_removes: 0,
        max_bytes: 1_000,
      },
    });
  });

  test('an entry that is larger than the cache may be is refused as data', async () => {
    const { context, send } = await open({ capacity: 5, max_bytes: 1_000 });
    const error = "The entry of key 'k' is larger than max_bytes, which is 1000";
    expect(await send({ action: 'set', key: 'k', value: 'x'.repeat(2_000) })).toEqual({
      success: false,
      error,
    });
    expect(context.lines).toContainEqual({ level: 'error', message: `Cache operation failed: ${error}` });
  });

  test('memory_usage follows the size of what is stored', async () => {
    const { send } = await open({ capacity: 5 });
    await send({ action: 'set', key: 'k', value: 'x'.repeat(100_000) });
    const { stats } = (await send({ action: 'stats' })) as { stats: { memory_usage: number } };
    expect(stats.memory_usage).toBeGreaterThan(100_000);
    expect(stats.memory_usage).toBeLessThan(101_000);
  });

  test('default_ttl holds where set does not say, and a set starts it afresh', async () => {
    const { context, send } = await open({ capacity: 5, default_ttl: 1 });
    await send({ action: 'set', key: 'a', value: { user: 1 } });
    context.advance(600);
    await send({ action: 'set', key: 'a', value: { user: 1 } });
    context.advance(600);
    expect(await send({ action: 'get', key: 'a' })).toMatchObject({ found: true });
    context.advance(401);
    expect(await send({ action: 'get', key: 'a' })).toMatchObject({ found: false });
  });

  test('bad input is answered as data and logged', () => {
    const context = fakeContext<CacheSettings>({ capacity: 5 });
    const violation = { path: '', keyword: 'type', message: 'Cache input must be an object' };
    const reply = cache.invalid?.([violation], { id: 1, input: 5, payload: null }, context);
    expect(reply).toEqual({ success: false, error: 'Invalid input: Cache input must be an object' });
    expect(context.lines).toEqual([
      { level: 'error', message: 'Invalid cache input: Cache input must be an object' },
    ]);
  });

  test('values never reach the log', async () => {
    const { context, send } = await open({ capacity: 5 });
    await send({ action: 'set', key: 'k', value: 'hush', ttl: 'hush' });
    for (const action of ['get', 'exists', 'list', 'stats', 'cleanup', 'remove', 'clear'] as const) {
      await send({ action, key: 'k' });
    }
    expect(context.lines.length).toBeGreaterThan(8);
    expect(context.lines.filter(({ message }) => message.includes('hush'))).toEqual([]);
  });
});
