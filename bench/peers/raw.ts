import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** A raw MessagePort with one post per package and one per reply: what most people write by hand. */
export async function startRaw(): Promise<Peer> {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(threadFile('raw'), { workerData: port2, transferList: [port2] });
  await once(worker, 'online');

  const pending = new Map<number, (value: unknown) => void>();
  let nextId = 0;
  port.on('message', ({ id, value }: { id: number; value: unknown }) => {
    const resolve = pending.get(id);
    pending.delete(id);
    resolve?.(value);
  });

  return {
    name: 'raw',
    setup: 'raw MessagePort, one post per package',
    call: (value) =>
      new Promise((resolve) => {
        const id = nextId++;
        pending.set(id, resolve);
        port.postMessage({ id, value });
      }),
    stop: async () => {
      port.close();
      await worker.terminate();
    },
  };
}
