import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { repeat } from './repeat.js';
import type { Case } from '../src/measure/suite.js';

const FIRST_MESSAGE = new URL('./peers/threads/first-message.js', import.meta.url);

/** The floor of every start: a worker thread that only says that it is there. */
export function bareStart(name: string, group: string): Case {
  return repeat({
    name,
    group,
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
