import { workerData, type MessagePort } from 'node:worker_threads';

const port = workerData as MessagePort;
let batch: unknown[] = [];

function flush(): void {
  const full = batch;
  batch = [];
  port.postMessage(full);
}

port.on('message', (packages: unknown[]) => {
  for (let i = 0; i < packages.length; i += 2) {
    if (batch.push(packages[i], packages[i + 1]) === 2) queueMicrotask(flush);
  }
});
