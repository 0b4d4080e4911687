import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Peer } from './peer.js';

/**
 * The floor: the least that can answer a package from another thread. One raw MessagePort, flat batches
 * `[id, value, id, value, ...]`, one post per microtask both ways, ids and promises. No checks, no limits, no errors, no
 * lifecycle: what a host adds to this is its overhead.
 */
export async function startFloor(later?: FlushLater): Promise<Peer> {
  return startFlat(new URL('./threads/floor.js', import.meta.url), later);
}

/** Calls `flush` once, when what has been collected is to be posted; `packages` counts what that is so far. */
export type FlushLater = (flush: () => void, packages: () => number) => void;

/** The floor's protocol with the thread file that answers it. */
export async function startFlat(thread: URL, later: FlushLater = queueMicrotask): Promise<Peer> {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(thread, { workerData: port2, transferList: [port2] });
  await once(worker, 'online');

  // An array and a list of free places: ids may be used again here, where nobody forges, cancels or comes late.
  const pending: ((value: unknown) => void)[] = [];
  const free: number[] = [];
  let batch: unknown[] = [];

  function flush(): void {
    const full = batch;
    batch = [];
    port.postMessage(full);
  }

  port.on('message', (replies: unknown[]) => {
    for (let i = 0; i < replies.length; i += 2) {
      const id = replies[i] as number;
      free.push(id);
      pending[id]?.(replies[i + 1]);
    }
  });

  return {
    name: 'floor',
    setup: 'raw MessagePort, flat batches per microtask, ids and promises only',
    call: (value) =>
      new Promise((resolve) => {
        const id = free.pop() ?? pending.length;
        pending[id] = resolve;
        if (batch.push(id, value) === 2) later(flush, () => batch.length / 2);
      }),
    stop: async () => {
      port.close();
      await worker.terminate();
    },
  };
}
