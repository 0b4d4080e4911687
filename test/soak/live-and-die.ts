import { createHost } from '../../src/index.js';
import { Census, type Counts } from './census.js';
import { grown } from './growth.js';
import type { Way } from './ways.js';

/** What a process found that lived and died in one way over and over. */
export interface Found {
  readonly way: string;
  readonly rounds: number;
  readonly seconds: number;
  /** With the modules up, after the first rounds, which fill caches that stay. */
  readonly before: Counts;
  readonly middle: Counts;
  readonly after: Counts;
  /** After an earlier host was closed, and after this one was. */
  readonly closedBefore: Counts;
  readonly closedAfter: Counts;
  /** What there is more of than there may be. */
  readonly grew: readonly string[];
}

const MAX_WARM_UP = 100;

/** Goes through the rounds of one way in this process, which must have done nothing else. */
export async function liveAndDie(name: string, way: Way, rounds: number): Promise<Found> {
  const census = new Census(process.env['TMPDIR'] ?? '');
  const warmUp = Math.min(MAX_WARM_UP, Math.ceil(rounds / 4));
  await withModules(way, (run) => run(warmUp));
  const closedBefore = await census.settled();
  const open = await withModules(way, async (run) => {
    await run(warmUp);
    const before = await census.settled();
    const isFlat = (counts: Counts): boolean => grown(before, counts).length === 0;
    const started = performance.now();
    await run(Math.ceil(rounds / 2));
    const half = performance.now() - started;
    const middle = await census.until(isFlat);
    const again = performance.now();
    await run(Math.floor(rounds / 2));
    const seconds = (half + performance.now() - again) / 1000;
    return { before, middle, after: await census.until(isFlat), seconds };
  });
  const closedAfter = await census.until((counts) => grown(closedBefore, counts).length === 0);
  census.end();
  const grew = [
    ...grown(open.before, open.after),
    ...grown(closedBefore, closedAfter).map((kind) => `${kind} (after close)`),
  ];
  return { way: name, rounds, ...open, closedBefore, closedAfter, grew };
}

/** Runs with a host of its own; `run(n)` goes through n rounds, split among the lanes. */
async function withModules<T>(
  way: Way,
  work: (run: (rounds: number) => Promise<void>) => Promise<T>,
): Promise<T> {
  await using host = await createHost({ logLevel: 'error', log: () => undefined });
  const lanes = await Promise.all(Array.from({ length: way.lanes }, (_, lane) => way.open(host, lane)));
  let next = 0;
  return await work(async (rounds) => {
    const end = next + rounds;
    await Promise.all(
      lanes.map(async (round) => {
        while (next < end) await round(next++);
      }),
    );
  });
}
