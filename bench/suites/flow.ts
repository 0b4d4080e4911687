import { isDeepStrictEqual } from 'node:util';
import { createHost, openFlow, type Flow, type Value } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import type { Case, Suite } from '../../src/measure/suite.js';
import { expressionsAlone } from './flow/expressions-alone.js';
import { FIVE_CALLS, fiveCallsByHand, fiveCallsWithPayload } from './flow/five-calls.js';
import { TEN_STEPS, tenStepsByHand, VISITORS } from './flow/ten-steps.js';
import { withShares } from './flow/with-shares.js';

/** Runs at once. */
const WIDTHS: readonly number[] = [1, 100];
/** Keys in turn: fewer than the cache holds. */
const KEYS = 400;

/** A flow and the same work done by hand. */
interface Work {
  readonly group: string;
  readonly about: string;
  readonly byHand: (sequence: number) => Promise<unknown>;
  readonly run: (sequence: number) => Promise<unknown>;
  readonly phs: (sequence: number) => unknown;
  readonly wire: ((sequence: number) => Promise<unknown>) | undefined;
}

/** What a run of a flow costs beside the same work written by hand, and where its time goes. */
export const flow: Suite = {
  scope: 'flow',
  about: 'runs of a flow of ten pure steps and of one with five cache calls, beside the same work by hand',
  async open() {
    const host = await createHost({ logLevel: 'off' });
    const flows: Flow[] = [];
    const close = async (): Promise<void> => {
      await Promise.all(flows.map((opened) => opened.close()));
      await host.close();
    };
    try {
      const cache = await host.load('cache', { name: 'by-hand', with: { capacity: 1000 } });
      const options = { host, concurrency: Math.max(...WIDTHS), envs: {}, log: () => undefined };
      const pure = await openFlow({ text: TEN_STEPS }, options);
      flows.push(pure);
      const calling = await openFlow({ text: FIVE_CALLS }, options);
      flows.push(calling);
      const visitor = (n: number): Value & object => ({ ...VISITORS[n % VISITORS.length] });
      const pureAlone = expressionsAlone(TEN_STEPS);
      const inputsAlone = expressionsAlone(FIVE_CALLS);
      const work: readonly Work[] = [
        {
          group: 'ten pure steps',
          about: 'an async function that does the same',
          byHand: (n) => tenStepsByHand(VISITORS[n % VISITORS.length] ?? { n: 0, name: '' }),
          run: (n) => pure.run({ main: visitor(n) }),
          phs: (n) => pureAlone(visitor(n)),
          wire: undefined,
        },
        {
          group: 'five cache calls',
          about: 'the same five calls of module.call(), one after the other',
          byHand: (n) => fiveCallsByHand(cache, n % KEYS),
          run: (n) => calling.run({ main: n % KEYS }),
          phs: (n) => inputsAlone(n % KEYS),
          wire: (n) => fiveCallsWithPayload(cache, n % KEYS),
        },
      ];
      for (const one of work) await assertSame(one);
      return { cases: work.flatMap(casesOf), close };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

function casesOf({ group, about, byHand, ...parts }: Work): Case[] {
  return [
    ...closedLoops({
      name: `by hand: ${group}`,
      group,
      setup: about,
      isFloor: true,
      widths: WIDTHS,
      call: byHand,
    }),
    ...WIDTHS.map((inFlight) =>
      withShares({ name: `flow: ${group}`, group, setup: 'flow.run()', inFlight, ...parts }),
    ),
  ];
}

/** What does something else may be faster. */
async function assertSame({ group, byHand, run }: Work): Promise<void> {
  for (let n = 0; n < VISITORS.length; n++) {
    const [wanted, found] = [await byHand(n), await run(n)];
    if (isDeepStrictEqual({ ...(wanted as object) }, { ...(found as object) })) continue;
    throw new Error(
      `${group}: the flow results in ${JSON.stringify(found)}, by hand in ${JSON.stringify(wanted)}`,
    );
  }
}
