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
  /** True for a package with a deadline: its thread is ended when its handler does not heed it, so it shares the thread with no other. */
  readonly isExclusive: boolean;
  /** When a replica got it, on the monotonic clock. */
  startedAt: number;
  graceTimer: Timer | undefined;
}
