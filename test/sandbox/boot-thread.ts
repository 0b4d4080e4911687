import { readFileSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';

/** The compartment library as guests load it. */
export const LIBRARY = readFileSync(
  new URL('../../workers/runtime/guest/compartments.txt', import.meta.url),
  'utf8',
);

/** The real boot code of a sandboxed thread. */
export const BOOT = readFileSync(
  new URL('../../workers/runtime/guest/thread-boot.txt', import.meta.url),
  'utf8',
);

/** Starts a thread with boot code and a guest's script of the test's own; resolves with the first message that it posts. */
export function bootThread(script: string, execArgv: readonly string[], boot = BOOT): Promise<string> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(boot, {
    eval: true,
    env: { PATH: '/bin' },
    execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
    stdout: true,
    stderr: true,
    workerData: { port: port2, script, cache: undefined, wantsCache: false, token: '' },
    transferList: [port2],
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    port1.once('message', (text: string) => {
      port1.close();
      void worker.terminate();
      resolve(text);
    });
  });
}
