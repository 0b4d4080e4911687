import { createHost, type Module } from '../../src/index.js';
import { startFloor, type FlushLater } from '../../src/measure/floor.js';
import type { Peer } from '../../src/measure/peer.js';
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

/** Messages of this turn of the event loop and the last one from which on the floors post at the end of the turn: phlow's own rule. */
const MAX_POSTS = 8;

/** Hand-written ports, one per thread, that post by the rule that phlow goes by. */
export async function startFloors(count: number): Promise<Many> {
  const later = adaptive();
  return inTurn(
    'floor',
    'a raw MessagePort per thread, flat batches, posted at the end of busy turns',
    count,
    () => startFloor(later),
  );
}

/** phlow: one host, so many modules of one kind. */
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

function adaptive(): FlushLater {
  let posts = 0;
  let lastPosts = 0;
  let isTicking = false;
  const tick = (): void => {
    lastPosts = posts;
    posts = 0;
    isTicking = lastPosts > 0;
    if (isTicking) setImmediate(tick);
  };
  return (flush) => {
    const isBusy = posts + lastPosts >= MAX_POSTS;
    posts++;
    if (!isTicking) {
      isTicking = true;
      setImmediate(tick);
    }
    if (isBusy) setImmediate(flush);
    else queueMicrotask(flush);
  };
}
