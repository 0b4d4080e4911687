import { execFile } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createHost } from '../../src/index.js';
import { modulePath } from '../module-path.js';
import { repeat, type Once } from '../repeat.js';
import type { Suite } from '../../src/bench/suite.js';

const run = promisify(execFile);
const FIRST_MESSAGE = new URL('../peers/threads/first-message.js', import.meta.url);
const PROBE = fileURLToPath(new URL('./boot/memory-probe.js', import.meta.url));

/** How long it takes until a module answers, and what it weighs once it does nothing. */
export const boot: Suite = {
  scope: 'boot',
  about:
    'from load() to the first reply of a module without dependencies, and the memory it holds while idle',
  async open() {
    const host = await createHost({ logLevel: 'off' });
    let loads = 0;
    return {
      cases: [
        repeat({
          name: 'bare-worker',
          group: 'first reply',
          isFloor: true,
          setup: 'new Worker() to its first message',
          once: bareWorker,
        }),
        repeat({
          name: 'phlow',
          group: 'first reply',
          setup: 'host.load() and the first call, in a host that runs',
          once: async () => {
            const begun = performance.now();
            const module = await host.load(modulePath('echo-integer'), { name: `boot${loads++}` });
            await module.call(1);
            const ms = performance.now() - begun;
            await module.close();
            return { ms };
          },
        }),
        repeat({
          name: 'phlow-host',
          group: 'first reply',
          setup: 'createHost(), load() and the first call',
          once: wholeHost,
        }),
        repeat({
          name: 'bare-worker-memory',
          group: 'idle memory',
          isFloor: true,
          setup: PROBE_SETUP,
          once: () => memoryOf('bare'),
        }),
        repeat({
          name: 'phlow-memory',
          group: 'idle memory',
          setup: PROBE_SETUP,
          once: () => memoryOf('phlow'),
        }),
      ],
      close: () => host.close(),
    };
  },
};

const PROBE_SETUP =
  'resident memory that 10 of them add to a process of their own; the time is what one took to start';

async function bareWorker(): Promise<Once> {
  const begun = performance.now();
  const worker = new Worker(FIRST_MESSAGE);
  await once(worker, 'message');
  const ms = performance.now() - begun;
  await worker.terminate();
  return { ms };
}

async function wholeHost(): Promise<Once> {
  const begun = performance.now();
  const host = await createHost({ logLevel: 'off' });
  const module = await host.load(modulePath('echo-integer'));
  await module.call(1);
  const ms = performance.now() - begun;
  await host.close();
  return { ms };
}

async function memoryOf(kind: 'bare' | 'phlow'): Promise<Once> {
  const { stdout } = await run(process.execPath, ['--expose-gc', PROBE, kind]);
  const { ms, idleBytes } = JSON.parse(stdout) as { ms: number; idleBytes: number };
  return { ms, figures: { idleBytes } };
}
