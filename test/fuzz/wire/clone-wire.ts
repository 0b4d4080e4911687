import { createHost, isPhlowError } from '../../../src/index.js';
import { isMap } from '../../../src/values.js';
import { cloneCodec } from '../../../src/wire/clone-codec.js';
import { fixtureModule } from '../../support/fixtures.js';
import { diceOf } from '../dice.js';
import type { FuzzOptions } from '../found.js';
import { Decoys } from './decoys.js';
import { WireCounts } from './wire-counts.js';

/** Messages of one flood. A module that sends nonsense is ended after some; the rest of its flood meets a host that is about to be rid of it. */
const FLOOD = 1_000;
/** More would fill the module up. */
const MAX_DECOYS = 200;

/** What the neighbour was asked meanwhile. */
export interface CloneWire {
  readonly counts: WireCounts;
  /** Messages that the module wrote; those behind its end never came. */
  readonly written: number;
  readonly neighbourReplies: number;
}

/**
 * A hostile module in a thread writes mutated messages to its own data port, in floods over many lives, while packages wait that only these can
 * answer, and another module is called all the time. Throws when the host or the other module comes to harm.
 */
export async function fuzzCloneWire({ runs, seed }: FuzzOptions): Promise<CloneWire> {
  const counts = new WireCounts();
  const restore = countFrames(counts);
  const dice = diceOf(seed);
  const decoys = new Decoys(counts);
  let written = 0;
  let neighbourReplies = 0;
  {
    await using host = await createHost({ logLevel: 'off' });
    void (async () => {
      for await (const event of host.events())
        if (event.type === 'ended' && event.module === 'flooder') counts.end(event.report.cause);
    })();
    const neighbour = await host.load('echo');
    const hostile = await host.load(fixtureModule('flooder'), {
      restart: { maxRestarts: Infinity, backoffMs: 0, jitter: 0 },
    });
    while (counts.messages < runs) {
      for (let i = 0; i < 50 && decoys.open < MAX_DECOYS && hostile.state === 'ready'; i++)
        decoys.send(hostile, {});
      // Most floods have nothing in them that ends the life at the first look.
      const roughIn100 = dice(4) === 0 ? 20 : 0;
      const flood = hostile
        .call({ seed: dice(2 ** 31), messages: FLOOD, roughIn100 })
        .catch((error: unknown) => {
          if (!isPhlowError(error)) throw error;
        });
      written += FLOOD;
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, i) => neighbour.call({ neighbour: written + i })),
      );
      replies.forEach((reply, i) => {
        if (!isMap(reply) || reply['neighbour'] !== written + i)
          throw new Error(`the neighbour answered ${JSON.stringify(reply)} to ${written + i}`);
      });
      neighbourReplies += replies.length;
      await flood;
      if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('a message has reached a prototype');
    }
  }
  restore();
  await decoys.settled();
  return { counts, written, neighbourReplies };
}

/** Looks at every frame that a thread sends to this process; those of the neighbour are left out. */
function countFrames(counts: WireCounts): () => void {
  const codec = cloneCodec;
  const original = codec.decode;
  codec.decode = (frame) => {
    try {
      const batch = original.call(codec, frame);
      if (!batch.some((value) => isMap(value) && 'neighbour' in value)) counts.accept(batch);
      return batch;
    } catch (error) {
      counts.refuse(error);
      throw error;
    }
  };
  return () => {
    codec.decode = original;
  };
}
