import { closedLoop } from '../../src/measure/closed-loop.js';
import { median } from '../../src/measure/statistics.js';
import { PACKAGES, type Peer } from '../../src/measure/peer.js';

/** How long and how often each configuration is tried at each width. */
export interface Trial {
  readonly ms: number;
  readonly times: number;
}

/**
 * Tries every configuration of a peer at every width, in turns, and keeps the best one of each width, so that nobody has to
 * take our word for how a peer should be set up. Losers are stopped. The setup of a winner says out of how many it won.
 */
export async function bestOf<S>(
  setups: readonly S[],
  start: (setup: S) => Promise<Peer>,
  widths: readonly number[],
  trial: Trial,
): Promise<{ byWidth: ReadonlyMap<number, Peer>; stop: () => Promise<void> }> {
  const running: Peer[] = [];
  try {
    for (const setup of setups) running.push(await start(setup));
    const byWidth = new Map<number, Peer>();
    for (const width of widths) byWidth.set(width, await bestAt(width, running, trial));
    const winners = new Set(byWidth.values());
    await Promise.all(running.filter((peer) => !winners.has(peer)).map((peer) => peer.stop()));
    return {
      byWidth: new Map(
        [...byWidth].map(([width, peer]) => [width, { ...peer, setup: describe(peer, running.length) }]),
      ),
      stop: async () => {
        await Promise.all([...winners].map((peer) => peer.stop()));
      },
    };
  } catch (error) {
    await Promise.all(running.map((peer) => peer.stop()));
    throw error;
  }
}

async function bestAt(width: number, peers: readonly Peer[], trial: Trial): Promise<Peer> {
  const rates = peers.map(() => [] as number[]);
  // The first turn only warms up.
  for (let turn = 0; turn <= trial.times; turn++) {
    for (const [index, peer] of peers.entries()) {
      const { operations, elapsedMs } = await closedLoop(
        (n) => peer.call(PACKAGES.integer(n)),
        width,
        trial.ms,
      );
      if (turn > 0) rates[index]?.push(operations / elapsedMs);
    }
  }
  let best = 0;
  for (const index of peers.keys()) if (median(rates[index] ?? []) > median(rates[best] ?? [])) best = index;
  const winner = peers[best];
  if (winner === undefined) throw new RangeError('Cannot pick the best configuration: none was given');
  return winner;
}

function describe(peer: Peer, outOf: number): string {
  return `${peer.setup ?? 'as it comes'} (best of ${outOf} at this width)`;
}
