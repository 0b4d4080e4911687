import { createHost } from '../../../src/index.js';
import { closedLoops } from '../../../src/measure/closed-loop.js';
import { startFloor } from '../../../src/measure/floor.js';
import { hasRedis, startRedis } from '../../peers/redis.js';
import type { Case, OpenSuite, Plan } from '../../../src/measure/suite.js';

const KEYS = 1_000;

/** Gets that hit and sets, against the floor carrying the very same packages, and Redis over loopback where it is installed. */
export async function openThroughHost(plan: Plan): Promise<OpenSuite> {
  const { widths } = plan;
  const host = await createHost({ logLevel: 'off' });
  const floor = await startFloor();
  const redis = hasRedis() ? await startRedis() : undefined;
  if (redis === undefined) plan.note('cache: redis-server is not installed: its cases are left out');
  const module = await host.load('cache', { with: { capacity: 2 * KEYS } });

  // Made beforehand: making packages is not what is measured.
  const keys = Array.from({ length: KEYS }, (_, i) => `user:${i}`);
  const gets = keys.map((key) => ({ action: 'get', key }) as const);
  const sets = keys.map((key, i) => ({ action: 'set', key, value: { name: 'Ann', visits: i } }) as const);
  const values = sets.map(({ value }) => JSON.stringify(value));
  const nth = <T>(items: readonly T[], sequence: number): T => items[sequence % KEYS] as T;
  for (const set of sets) {
    await module.call(set);
    await redis?.command('SET', set.key, JSON.stringify(set.value));
  }

  const cases: Case[] = [];
  for (const [group, packages] of [
    ['get-hit', gets],
    ['set', sets],
  ] as const) {
    const setup = 'echoes the same packages';
    const echo = (n: number): Promise<unknown> => floor.call(nth<(typeof packages)[number]>(packages, n));
    cases.push(...closedLoops({ name: `floor: ${group}`, group, widths, isFloor: true, setup, call: echo }));
    cases.push(
      ...closedLoops({
        name: `phlow: ${group}`,
        group,
        widths,
        call: (n) => module.call(nth<(typeof packages)[number]>(packages, n)),
      }),
    );
    if (redis === undefined) continue;
    cases.push(
      ...closedLoops({
        name: `redis: ${group}`,
        group,
        widths,
        setup: 'redis-server on loopback, pipelined per turn, values as JSON text, no persistence',
        call: async (n) => {
          const key = nth(keys, n);
          if (group === 'set') return redis.command('SET', key, nth(values, n));
          return JSON.parse(String(await redis.command('GET', key))) as unknown;
        },
      }),
    );
  }
  return {
    cases,
    close: async () => {
      await Promise.all([host.close(), floor.stop(), redis?.stop()]);
    },
  };
}
