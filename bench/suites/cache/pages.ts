import { setTimeout as wait } from 'node:timers/promises';
import { createHost, type Module, type ValueMap } from '../../../src/index.js';
import { repeat } from '../../repeat.js';
import type { OpenSuite, Plan } from '../../../src/bench/suite.js';
import { sink } from '../../tight-loop.js';
import { fill } from './fill.js';

const PAGE = 10;
/** A thousand keys begin with it, at either size. */
const PREFIX = 'user:0042';
/** Quicker than any pass over all keys. */
const FAST_MS = 1;
/** A list that comes too early costs a pass over all keys, in which nothing is put in order. */
const LOOK_AGAIN_MS = 500;
const MOST_ORDERING_MS = 60_000;

/** A page of ten keys by prefix out of a million, through the host; against sorting the keys, here, for each page. */
export async function openPages(plan: Plan): Promise<OpenSuite> {
  const size = plan.isQuick ? 100_000 : 1_000_000;
  plan.note(`cache: setting ${size} entries for the pages`);
  const host = await createHost({ logLevel: 'off' });
  const module = await host.load('cache', { with: { capacity: size } });
  // 7919 is prime and no divisor of the size: every key once, in no order.
  const keys = Array.from({ length: size }, (_, i) => `user:${String((i * 7919) % size).padStart(7, '0')}`);
  await fill(module, size, (i) => ({ key: keys[i] ?? '', value: i }));
  const input = { action: 'list', filter_type: 'prefix', filter_prefix: PREFIX, limit: PAGE };
  const wanted = keys.filter((key) => key.startsWith(PREFIX)).length;
  const begun = performance.now();
  const { total_count: total } = await module.call<{ total_count: number }>(input);
  const firstPageMs = performance.now() - begun;
  if (total !== wanted) {
    await host.close();
    throw new RangeError(
      `Cannot measure pages: the cache counts ${total} keys with the prefix, there are ${wanted}`,
    );
  }
  const orderedMs = await untilFast(module, input, begun);
  const group = `page of ${PAGE} by prefix out of ${size} keys`;
  return {
    cases: [
      repeat({
        name: 'sorting-the-keys',
        group,
        isFloor: true,
        setup: 'in this thread: sort all keys for this page, then filter by prefix; no round trip',
        once: () => {
          const sorted = [...keys].sort();
          sink.value = sorted.filter((key) => key.startsWith(PREFIX)).slice(0, PAGE);
          return Promise.resolve(undefined);
        },
      }),
      repeat({
        name: 'phlow: page',
        group,
        setup:
          'list through the host, round trip included; firstPageMs: the first ever; orderedMs: until the keys were in order',
        once: async () => {
          const started = performance.now();
          await module.call(input);
          return { ms: performance.now() - started, figures: { firstPageMs, orderedMs } };
        },
      }),
    ],
    close: () => host.close(),
  };
}

/**
 * The cache puts its keys in order in the background once somebody lists them. Lists until that is over, or is clearly not going to
 * be, and says how long after `begun` it was.
 */
async function untilFast(module: Module, input: ValueMap, begun: number): Promise<number> {
  for (;;) {
    const started = performance.now();
    await module.call(input);
    const ended = performance.now();
    if (ended - started < FAST_MS || ended - begun > MOST_ORDERING_MS) return ended - begun;
    await wait(LOOK_AGAIN_MS);
  }
}
