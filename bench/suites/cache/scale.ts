import { createHost, type InputOf } from '../../../src/index.js';
import { closedLoops } from '../../../src/measure/closed-loop.js';
import { randomPositions, zipfPositions } from '../../draws.js';
import type { Case, OpenSuite, Plan } from '../../../src/measure/suite.js';
import { fill } from './fill.js';

const FEW = 1_000;
const IN_FLIGHT = 256;
/** Packages made beforehand: a power of two, so that wrapping around is a mask. */
const DRAWS = 2 ** 16;
/** Every tenth package sets, the others get. */
const SETS_EVERY = 10;

const DRAWN = { uniform: randomPositions, zipf: zipfPositions } as const;

/**
 * What a cache costs its callers when it is large: gets that hit and sets through the host, of keys drawn at random, from a cache of a thousand
 * entries and from one of a million; uniformly (the worst case for the processor's cache) and by Zipf's law (as real keys are asked for).
 */
export async function openScale(plan: Plan): Promise<OpenSuite> {
  const many = plan.isQuick ? 100_000 : 1_000_000;
  plan.note(`cache: setting ${many} entries for the scale`);
  const host = await createHost({ logLevel: 'off' });
  const cases: Case[] = [];
  for (const size of [FEW, many]) {
    const module = await host.load('cache', { name: `cache of ${size}`, with: { capacity: size } });
    await fill(module, size, (i) => ({ key: `user:${i}`, value: i }));
    for (const [law, draw] of Object.entries(DRAWN)) {
      const packages = Array.from(draw(size, DRAWS), (position, i) => packageOf(`user:${position}`, i));
      let next = 0;
      cases.push(
        ...closedLoops({
          name: `${law} keys, ${size} entries`,
          group: `nine gets that hit and one set, ${law} keys`,
          widths: [IN_FLIGHT],
          isFloor: size === FEW,
          setup: 'through the host',
          call: () => module.call(packages[next++ & (DRAWS - 1)] ?? { action: 'stats' }),
        }),
      );
    }
  }
  return { cases, close: () => host.close() };
}

function packageOf(key: string, i: number): InputOf<'cache'> {
  return i % SETS_EVERY === 0 ? { action: 'set', key, value: i } : { action: 'get', key };
}
