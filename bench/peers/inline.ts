import type { Peer } from '../../src/measure/peer.js';

/** An async function in this thread: what a call costs when nothing is isolated from anything. */
export function startInline(): Promise<Peer> {
  return Promise.resolve({
    name: 'inline',
    setup: 'async function in the same thread',
    call: async (value: unknown) => value,
    stop: () => Promise.resolve(),
  });
}
