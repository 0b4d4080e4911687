import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** The numbers of threads that the bench tries; the best one at each width is the one that is reported. */
export const WORKERPOOL_SETUPS: readonly number[] = [1, 2];

/** A workerpool of threads whose method echoes. It has no setting beside the number of threads that matters here. */
export async function startWorkerpool(threads: number): Promise<Peer> {
  const pool = workerpool.pool(fileURLToPath(threadFile('workerpool')), {
    workerType: 'thread',
    minWorkers: threads,
    maxWorkers: threads,
  });
  await pool.exec('echo', [undefined]);
  return {
    name: 'workerpool',
    setup: `${threads} thread${threads === 1 ? '' : 's'}`,
    // Its promise is a class of its own, without the rest of the standard's.
    call: (value) => Promise.resolve(pool.exec('echo', [value])),
    stop: async () => {
      await pool.terminate(true);
    },
  };
}
