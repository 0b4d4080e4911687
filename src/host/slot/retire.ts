import type { Life } from './life.js';
import { isDoneWithin } from '../is-done-within.js';

/** How a life was ended in order. */
export interface Retired {
  /** True when a budget was spent before the module had finished by itself. */
  readonly wasForced: boolean;
  /** Packages that somebody still waited for then. */
  readonly cutOff: number;
  /** How long the packages in flight took, in milliseconds. */
  readonly drainMs: number;
  /** How long the module's own `stop` took, in milliseconds. */
  readonly stopMs: number;
}

/** What there is to tell where no life was left to end. */
export const NOTHING_RETIRED: Retired = Object.freeze({ wasForced: false, cutOff: 0, drainMs: 0, stopMs: 0 });

/** Milliseconds for each phase of an orderly end. */
export interface RetireBudgets {
  readonly drainTimeoutMs: number;
  readonly stopTimeoutMs: number;
}

/**
 * Lets a life finish what it has, runs the module's own `stop`, then ends the thread. Each phase has its budget, and the next one begins when
 * it is spent, whatever the module does.
 */
export async function retire(life: Life, budgets: RetireBudgets): Promise<Retired> {
  const { drainTimeoutMs, stopTimeoutMs } = budgets;
  const startedAt = performance.now();
  const isDrained = await isDoneWithin(drainTimeoutMs, life.drained());
  const drainedAt = performance.now();
  // One that has ended by itself meanwhile has nothing left to stop.
  const isStopped =
    life.exit !== undefined ||
    (await isDoneWithin(stopTimeoutMs, Promise.race([life.executor.stop(), life.ended])));
  const stopMs = performance.now() - drainedAt;
  const cutOff = life.awaited;
  await life.terminate();
  return { wasForced: !isDrained || !isStopped, cutOff, drainMs: drainedAt - startedAt, stopMs };
}
