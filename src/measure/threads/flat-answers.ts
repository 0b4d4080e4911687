import { workerData, type MessagePort } from 'node:worker_threads';

/** The floor's protocol on the thread's side: flat batches in, flat batches out, one post per microtask. */
export function answerFlat(answer: (value: unknown) => unknown): void {
  const port = workerData as MessagePort;
  let batch: unknown[] = [];

  function flush(): void {
    const full = batch;
    batch = [];
    port.postMessage(full);
  }

  port.on('message', (packages: unknown[]) => {
    for (let i = 0; i < packages.length; i += 2) {
      if (batch.push(packages[i], answer(packages[i + 1])) === 2) queueMicrotask(flush);
    }
  });
}
