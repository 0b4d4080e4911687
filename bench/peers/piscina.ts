import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** What may be turned on a piscina pool that matters for small packages. */
export interface PiscinaSetup {
  readonly atomics: 'sync' | 'async' | 'disabled';
  readonly threads: number;
  readonly concurrentTasksPerWorker: number;
}

/** The configurations that the bench tries; the best one at each width is the one that is reported. */
export const PISCINA_SETUPS: readonly PiscinaSetup[] = [
  { atomics: 'sync', threads: 1, concurrentTasksPerWorker: 1 },
  { atomics: 'disabled', threads: 1, concurrentTasksPerWorker: 1 },
  { atomics: 'sync', threads: 1, concurrentTasksPerWorker: 256 },
  { atomics: 'async', threads: 1, concurrentTasksPerWorker: 256 },
  { atomics: 'disabled', threads: 1, concurrentTasksPerWorker: 256 },
  { atomics: 'sync', threads: 2, concurrentTasksPerWorker: 128 },
  { atomics: 'disabled', threads: 2, concurrentTasksPerWorker: 128 },
];

/** A piscina pool whose task echoes; timing off, so that it does not pay for histograms that nobody reads. */
export async function startPiscina(setup: PiscinaSetup): Promise<Peer> {
  const { atomics, threads, concurrentTasksPerWorker } = setup;
  const pool = new Piscina({
    filename: fileURLToPath(threadFile('echo-task')),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker,
    atomics,
    maxQueue: Number.MAX_SAFE_INTEGER,
    recordTiming: false,
  });
  await pool.run(undefined);
  return {
    name: 'piscina',
    setup: `atomics ${atomics}, ${threads} thread${threads === 1 ? '' : 's'}, ${concurrentTasksPerWorker} tasks per worker`,
    call: (value) => pool.run(value),
    stop: () => pool.destroy(),
  };
}
