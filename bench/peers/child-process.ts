import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** A process of its own over Node's IPC channel, structured clone on the pipe. */
export async function startChildProcess(): Promise<Peer> {
  const child = fork(fileURLToPath(threadFile('child')), { serialization: 'advanced', execArgv: [] });
  await once(child, 'spawn');
  const pending = new Map<number, (value: unknown) => void>();
  let nextId = 0;
  child.on('message', (message) => {
    const { id, value } = message as { id: number; value: unknown };
    const resolve = pending.get(id);
    pending.delete(id);
    resolve?.(value);
  });
  return {
    name: 'child_process',
    setup: 'fork, IPC channel, advanced serialization, one message per package',
    call: (value) =>
      new Promise((resolve) => {
        const id = nextId++;
        pending.set(id, resolve);
        child.send({ id, value });
      }),
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
