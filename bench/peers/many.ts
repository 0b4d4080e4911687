import { createHost, type Module } from '../../src/index.js';
import { startFloor, type FlushLater } from '../../src/measure/floor.js';
import type { Peer } from '../../src/measure/peer.js';
import { PostSchedule } from '../../src/wire/post-schedule.js';
import { modulePath } from '../module-path.js';
import { startComlink } from './comlink.js';
import { startPiscina } from './piscina.js';

/** Several threads that answer; packages go to them in turn. */
export interface Many {
  readonly name: string;
  readonly setup: string;
  readonly call: (sequence: number) => Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

/** Hand-written ports, one per thread, that post by phlow's own rule: so nothing but what phlow adds to it is between the two. */
export async function startFloors(count: number): Promise<Many> {
  const schedule = new PostSchedule();
  const later: FlushLater = (flush, packages) =>
    queueMicrotask(() => {
      if (schedule.shouldWait(packages())) schedule.atEndOfTurn(flush);
      else flush();
    });
  const setup = 'a raw MessagePort per thread, flat batches, posted at the end of busy turns';
  return inTurn('floor', setup, count, () => startFloor(later));
}

/** phlow: one host with this many modules of one kind. */
export async function startModules(count: number): Promise<Many> {
  const host = await createHost({ logLevel: 'off' });
  const modules: Module[] = [];
  for (let i = 0; i < count; i++)
    modules.push(await host.load(modulePath('echo-integer'), { name: `echo-${i}` }));
  return {
    name: 'phlow',
    setup: 'one host, an echo module with an input schema per thread',
    call: (sequence) => modules[sequence % count]?.call(sequence) ?? Promise.reject(new Error('no module')),
    stop: () => host.close(),
  };
}

/** comlink: an exposed function per thread. */
export async function startComlinks(count: number): Promise<Many> {
  return inTurn('comlink', 'one exposed function per thread', count, startComlink);
}

/** piscina: a pool of one thread for each. */
export async function startPiscinas(count: number): Promise<Many> {
  const setup = { atomics: 'disabled', threads: 1, concurrentTasksPerWorker: 256 } as const;
  return inTurn('piscina', 'a pool of one thread each, atomics disabled', count, () => startPiscina(setup));
}

async function inTurn(name: string, setup: string, count: number, start: () => Promise<Peer>): Promise<Many> {
  const peers = await Promise.all(Array.from({ length: count }, start));
  return {
    name,
    setup,
    call: (sequence) => peers[sequence % count]?.call(sequence) ?? Promise.reject(new Error('no peer')),
    stop: () => Promise.all(peers.map((peer) => peer.stop())),
  };
}
