import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { Peer } from '../../src/measure/peer.js';
import { threadFile } from './thread-file.js';

/** What may be turned on a tinypool that matters for small packages. */
export interface TinypoolSetup {
  readonly useAtomics: boolean;
  readonly threads: number;
  readonly concurrentTasksPerWorker: number;
}

/** The configurations that the bench tries; the best one at each width is the one that is reported. */
export const TINYPOOL_SETUPS: readonly TinypoolSetup[] = [
  { useAtomics: true, threads: 1, concurrentTasksPerWorker: 1 },
  { useAtomics: true, threads: 1, concurrentTasksPerWorker: 256 },
  { useAtomics: false, threads: 1, concurrentTasksPerWorker: 256 },
  { useAtomics: false, threads: 2, concurrentTasksPerWorker: 128 },
];

/** A tinypool whose task echoes. */
export async function startTinypool(setup: TinypoolSetup): Promise<Peer> {
  const { useAtomics, threads, concurrentTasksPerWorker } = setup;
  const pool = new Tinypool({
    filename: fileURLToPath(threadFile('echo-task')),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker,
    useAtomics,
  });
  await pool.run(undefined);
  return {
    name: 'tinypool',
    setup: `atomics ${useAtomics ? 'on' : 'off'}, ${threads} thread${threads === 1 ? '' : 's'}, ${concurrentTasksPerWorker} tasks per worker`,
    call: (value) => pool.run(value) as Promise<unknown>,
    stop: () => pool.destroy(),
  };
}
