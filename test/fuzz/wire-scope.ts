import { createHost, isPhlowError } from '../../src/index.js';
import type { Found, FuzzOptions } from './found.js';
import { fixtureModule } from '../support/fixtures.js';

/** Messages of one flood: a module that sends nonsense is ended after a few, the rest of its flood meets a host that has done with it. */
const FLOOD = 500;

/**
 * Scope `wire`: a hostile module writes mutated messages to its own data port, in floods over many lives, while another module is called
 * all the time and must answer. Throws when the host or the other module comes to harm.
 */
export async function fuzzWire({ runs, seed }: FuzzOptions): Promise<Found> {
  await using host = await createHost({ logLevel: 'off' });
  const neighbour = await host.load('echo');
  let lives = 1;
  void (async () => {
    for await (const event of host.events())
      if (event.type === 'ready' && event.module === 'flooder') lives++;
  })();
  const hostile = await host.load(fixtureModule('flooder'), {
    restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 },
  });
  const outcomes: Record<string, number> = {};
  let sent = 0;
  let answered = 0;
  while (sent < runs) {
    const messages = Math.min(FLOOD, runs - sent);
    const flood = hostile.call({ seed: seed + sent, messages }).then(
      () => 'answered',
      (error: unknown) => (isPhlowError(error) ? error.code : `no code: ${String(error)}`),
    );
    // The neighbour is asked while the flood comes in, and must give each its own reply.
    const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => neighbour.call(sent + i)));
    replies.forEach((reply, i) => {
      if (reply !== sent + i)
        throw new Error(`the neighbour answered ${JSON.stringify(reply)} to ${sent + i}`);
    });
    answered += replies.length;
    const outcome = await flood;
    if (outcome.startsWith('no code')) throw new Error(outcome);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    sent += messages;
  }
  return { totals: { messages: sent, lives, floods: outcomes, neighbour: answered }, wrong: [] };
}
