import type { Timer } from '../../../timer.js';

/** A package on its way through a pool. */
export interface PoolPackage {
  readonly id: number;
  readonly tag: number;
  value: unknown;
  /** Buffers that move; none any more once the package was copied to wait. */
  transfer: readonly ArrayBuffer[];
  /** The place that its key belongs to; undefined when any replica will do. */
  readonly place: number | undefined;
  /** True for a package with a deadline: its thread is ended when its handler runs past it, so it shares the thread with no other. */
  readonly isExclusive: boolean;
  /** When a replica got it, on the monotonic clock. */
  startedAt: number;
  graceTimer: Timer | undefined;
}

/** Where packages wait for a replica: one line per place for those with a key, and one for all others. Each line keeps its order. */
export class ReplicaQueues {
  readonly #common: PoolPackage[] = [];
  readonly #all: readonly PoolPackage[][];

  constructor(places: number) {
    this.#all = [...Array.from({ length: places }, () => []), this.#common];
  }

  /** Packages that wait. */
  get size(): number {
    return this.#all.reduce((sum, queue) => sum + queue.length, 0);
  }

  /** True when no other would be overtaken by this one. */
  isFreeFor(one: PoolPackage): boolean {
    return this.#queueOf(one).length === 0;
  }

  push(one: PoolPackage): void {
    this.#queueOf(one).push(one);
  }

  /** Takes a package out; false when it does not wait. */
  remove(id: number): boolean {
    return this.#all.some((queue) => {
      const at = queue.findIndex((one) => one.id === id);
      if (at !== -1) queue.splice(at, 1);
      return at !== -1;
    });
  }

  /** Offers the first of each line, and the next as long as they are taken. */
  pump(start: (one: PoolPackage) => boolean): void {
    for (const queue of this.#all) {
      for (let next = queue[0]; next !== undefined && start(next); next = queue[0]) queue.shift();
    }
  }

  #queueOf({ place }: PoolPackage): PoolPackage[] {
    return (place === undefined ? undefined : this.#all[place]) ?? this.#common;
  }
}
