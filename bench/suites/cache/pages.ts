import { createHost, type Module, type ValueMap } from '../../../src/index.js';
import { repeat } from '../../repeat.js';
import type { OpenSuite, Plan } from '../../../src/measure/suite.js';
import { sink } from '../../tight-loop.js';
import { fill } from './fill.js';

const PAGE = 10;
/** A thousand keys begin with it, at either size. */
const PREFIX = 'user:0042';
/** A page of ten keys by prefix out of a million, through the host; against sorting the keys, here, for each page. */
export async function openPages(plan: Plan): Promise<OpenSuite> {
  const size = plan.isQuick ? 100_000 : 1_000_000;
  plan.note(`cache: setting ${size} entries for the pages`);
  const host = await createHost({ logLevel: 'off' });
  const module = await host.load('cache', { with: { capacity: size } });
  // 7919 is prime and no divisor of the size: every key once, in no order.
  const keys = Array.from({ length: size }, (_, i) => `user:${String((i * 7919) % size).padStart(7, '0')}`);
  await fill(module, size, (i) => ({ key: keys[i] ?? '', value: i }));
  const input = { action: 'list', filter_type: 'prefix', filter_prefix: PREFIX, limit: PAGE } as const;
  const wanted = keys.filter((key) => key.startsWith(PREFIX)).length;
  const { total, firstPageMs, longestGetMs } = await firstPage(module, input, keys[0] ?? '');
  if (total !== wanted) {
    await host.close();
    throw new RangeError(
      `Cannot measure pages: the cache counts ${total} keys with the prefix, there are ${wanted}`,
    );
  }
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
          'list through the host, round trip included; firstPageMs: the first ever, for which the keys are put in order; longestGetMs: the longest wait of a get meanwhile',
        once: async () => {
          const started = performance.now();
          await module.call(input);
          return { ms: performance.now() - started, figures: { firstPageMs, longestGetMs } };
        },
      }),
    ],
    close: () => host.close(),
  };
}

/** The first list of all waits until the keys are in order; gets go on meanwhile. */
async function firstPage(
  module: Module,
  input: ValueMap,
  key: string,
): Promise<{ total: number; firstPageMs: number; longestGetMs: number }> {
  const begun = performance.now();
  let firstPageMs: number | undefined;
  const listing = module.call<{ total_count: number }>(input).finally(() => {
    firstPageMs = performance.now() - begun;
  });
  let longestGetMs = 0;
  do {
    const started = performance.now();
    await module.call({ action: 'get', key });
    longestGetMs = Math.max(longestGetMs, performance.now() - started);
  } while (firstPageMs === undefined);
  return { total: (await listing).total_count, firstPageMs, longestGetMs };
}
