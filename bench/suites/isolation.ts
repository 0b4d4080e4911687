import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createHost, type Host, type IsolationLevel, type Value } from '../../src/index.js';
import { closedLoops } from '../../src/bench/closed-loop.js';
import { modulePath } from '../module-path.js';
import { startFloor } from '../../src/bench/floor.js';
import { repeat } from '../repeat.js';
import type { Case, Suite } from '../../src/bench/suite.js';

const FIRST_MESSAGE = new URL('../peers/threads/first-message.js', import.meta.url);
const LEVELS: readonly IsolationLevel[] = ['trusted', 'guarded', 'sandboxed', 'isolated'];
const STARTS = 'first reply';

/** Rows of about 7 kB as JSON. */
const ROWS: Value = Array.from({ length: 70 }, (_, id) => ({
  id,
  name: `row number ${id}`,
  tags: ['a', 'b', 'c'],
  isOpen: id % 2 === 0,
  total: id * 1.25,
}));

const PAYLOADS = [
  { group: 'small call', value: 1 as Value },
  { group: 'call of 7 kB', value: ROWS },
] as const;

/** What each level costs: to start, and per call, small and large; a plain worker thread is the floor of each. */
export const isolation: Suite = {
  scope: 'isolation',
  about:
    'the isolation levels beside a plain worker: start, with and without a warm spare, small calls and calls of 7 kB',
  async open() {
    const cold = await createHost({ logLevel: 'off', warmSpares: false });
    const warm = await createHost({ logLevel: 'off' });
    const floor = await startFloor();
    const cases: Case[] = [bareStart(), ...LEVELS.map((level) => start(cold, level, level))];
    for (const level of ['sandboxed', 'isolated'] as const)
      cases.push(start(warm, level, `${level}, warm spare`));
    for (const { group, value } of PAYLOADS) {
      cases.push(
        ...closedLoops({
          name: `plain worker: ${group}`,
          group,
          widths: [1],
          isFloor: true,
          call: () => floor.call(value),
        }),
      );
    }
    for (const level of LEVELS) {
      const module = await cold.load(modulePath('echo-any'), { isolation: level, name: level });
      for (const { group, value } of PAYLOADS) {
        cases.push(
          ...closedLoops({ name: `${level}: ${group}`, group, widths: [1], call: () => module.call(value) }),
        );
      }
    }
    return { cases, close: () => Promise.all([floor.stop(), cold.close(), warm.close()]) };
  },
};

function bareStart(): Case {
  return repeat({
    name: 'plain worker',
    group: STARTS,
    isFloor: true,
    setup: 'new Worker() to its first message',
    once: async () => {
      const begun = performance.now();
      const worker = new Worker(FIRST_MESSAGE);
      await once(worker, 'message');
      const ms = performance.now() - begun;
      await worker.terminate();
      return { ms };
    },
  });
}

let loads = 0;

function start(host: Host, isolation: IsolationLevel, name: string): Case {
  return repeat({
    name,
    group: STARTS,
    setup: 'host.load() and the first call',
    once: async () => {
      const begun = performance.now();
      const module = await host.load(modulePath('echo-any'), { isolation, name: `start${loads++}` });
      await module.call(1);
      const ms = performance.now() - begun;
      await module.close();
      // The next spare is being made: it is to be warm when it is measured.
      if (name.includes('spare')) await new Promise((resolve) => setTimeout(resolve, 150));
      return { ms };
    },
  });
}
