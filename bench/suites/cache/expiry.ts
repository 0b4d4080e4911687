import { createHost, type Module } from '../../../src/index.js';
import { closedLoop } from '../../../src/measure/closed-loop.js';
import { repeat, type Once } from '../../repeat.js';
import type { OpenSuite, Plan } from '../../../src/measure/suite.js';
import { fill } from './fill.js';

const TTL_S = 1;

/** The longest that one package waits while very many entries expire and are cleaned up, and while nothing happens at all. */
export async function openExpiry(plan: Plan): Promise<OpenSuite> {
  const size = plan.isQuick ? 20_000 : 100_000;
  const host = await createHost({ logLevel: 'off' });
  const module = await host.load('cache', { with: { capacity: 2 * size } });
  await module.call({ action: 'set', key: 'watched', value: 1 });
  const group = `gets while ${size} entries expire`;
  return {
    cases: [
      repeat({
        name: 'phlow: nothing expires',
        group,
        isFloor: true,
        setup: 'one get at a time; what the machine itself does to the longest wait',
        once: () => longestWait(module, false),
      }),
      repeat({
        name: 'phlow: all expire',
        group,
        setup: `all set with a TTL of ${TTL_S} s, then one cleanup while gets go on, one at a time`,
        once: async () => {
          await fill(module, size, (i) => ({ key: `short:${i}`, value: i, ttl: TTL_S }));
          return longestWait(module, true);
        },
      }),
    ],
    close: () => host.close(),
  };
}

async function longestWait(module: Module, hasExpiring: boolean): Promise<Once> {
  const get = (): Promise<unknown> => module.call({ action: 'get', key: 'watched' });
  const expiring = await closedLoop(get, 1, TTL_S * 1000 + 100);
  const cleanup = hasExpiring ? module.call<{ cleaned_count: number }>({ action: 'cleanup' }) : undefined;
  const cleaning = await closedLoop(get, 1, 300);
  const longestStallMs = Math.max(expiring.latency.maxMs, cleaning.latency.maxMs);
  const cleaned = (await cleanup)?.cleaned_count ?? 0;
  return { ms: longestStallMs, figures: { longestStallMs, cleaned } };
}
