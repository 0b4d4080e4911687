import { createHost, type Module } from '../../src/index.js';
import { modulePath } from '../module-path.js';
import type { Peer } from '../../src/measure/peer.js';

/** More than any open load piles up: the bench wants to see a queue grow, not to be refused. */
const MAX_IN_FLIGHT = 10_000_000;

/** phlow's full path: host, thread, supervision, every input checked against the module's manifest. */
export async function startPhlow(): Promise<Peer> {
  const host = await createHost({ logLevel: 'off' });
  const integers = await host.load(modulePath('echo-integer'), { maxInFlight: MAX_IN_FLIGHT });
  const objects = await host.load(modulePath('echo-object'), { maxInFlight: MAX_IN_FLIGHT });
  const others = await host.load(modulePath('echo-any'), { maxInFlight: MAX_IN_FLIGHT });
  const moduleFor = (value: unknown): Module => {
    if (typeof value === 'number') return integers;
    return typeof value === 'object' && value !== null && 'sequence' in value ? objects : others;
  };
  return {
    name: 'phlow',
    setup:
      'createHost(), an echo module; integers and objects of three fields are checked against its schema',
    call: (value) => moduleFor(value).call(value),
    stop: async () => {
      await host.close();
    },
  };
}
