import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createHost } from '../../src/index.js';
import { modulePath } from '../module-path.js';
import { repeat } from '../repeat.js';
import type { Case, Suite } from '../../src/measure/suite.js';

const MODULES = 20;
/** Time for what starting leaves behind (compiler threads, garbage) to end. */
const SETTLE_MS = 1_500;

/** Starts something that then does nothing; resolves with what ends it. */
type Start = () => Promise<() => Promise<void>>;

/** CPU that modules use while nobody calls them. */
export const idle: Suite = {
  scope: 'idle',
  about: `CPU time that ${MODULES} idle modules use; the times shown are CPU time per second of doing nothing`,
  mostRounds: 5,
  open(plan) {
    const watchMs = plan.isQuick ? 500 : 1_000;
    return Promise.resolve({
      cases: [
        idling('nothing', () => Promise.resolve(() => Promise.resolve()), watchMs),
        idling('bare-workers', startBareWorkers, watchMs),
        idling('phlow', startModules, watchMs),
      ],
      close: () => Promise.resolve(),
    });
  },
};

function idling(name: string, start: Start, watchMs: number): Case {
  return repeat({
    name,
    once: async () => {
      const stop = await start();
      await wait(SETTLE_MS);
      const before = process.cpuUsage();
      await wait(watchMs);
      const { user, system } = process.cpuUsage(before);
      await stop();
      const cpuUsPerSecond = (user + system) / (watchMs / 1000);
      return { ms: cpuUsPerSecond / 1000, figures: { cpuUsPerSecond } };
    },
  });
}

async function startBareWorkers(): Promise<() => Promise<void>> {
  const code = "require('node:worker_threads').parentPort.on('message', () => {})";
  const workers = Array.from({ length: MODULES }, () => new Worker(code, { eval: true }));
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  return async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
}

async function startModules(): Promise<() => Promise<void>> {
  const host = await createHost({ logLevel: 'off' });
  for (let i = 0; i < MODULES; i++) await host.load(modulePath('echo-integer'), { name: `idle${i}` });
  return async () => {
    await host.close();
  };
}
