import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { releaseProxy, wrap } from 'comlink';
import type { EchoApi } from './threads/comlink.js';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** Comlink on a MessagePort of its own: a function of the thread, called as if it were here. */
export async function startComlink(): Promise<Peer> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(threadFile('comlink'), { workerData: port2, transferList: [port2] });
  await once(worker, 'online');
  // Comlink's types know the browser's port only; Node's speaks the same protocol, adapter or not.
  const remote = wrap<EchoApi>(port1);
  return {
    name: 'comlink',
    setup: 'one exposed function on a raw MessagePort',
    call: (value) => remote.echo(value),
    stop: async () => {
      remote[releaseProxy]();
      port1.close();
      await worker.terminate();
    },
  };
}
