import { PhlowError } from '../../errors.js';
import { Deferred } from '../../wire/deferred.js';
import { isDoneWithin, isResponsive } from '../waiting.js';
import type { Instance } from './instance.js';
import { Timer } from '../../timer.js';

/** How an instance was ended in order. */
export interface DrainResult {
  /** True when a budget was spent before the module had finished by itself. */
  readonly wasForced: boolean;
  /** Packages that somebody still waited for then. */
  readonly cutOff: number;
  /** How long the packages in flight took, in milliseconds. */
  readonly drainMs: number;
  /** How long the module's own `stop` took, in milliseconds. */
  readonly stopMs: number;
}

/** The report where no instance was left to end. */
export const NOTHING_DRAINED: DrainResult = Object.freeze({
  wasForced: false,
  cutOff: 0,
  drainMs: 0,
  stopMs: 0,
});

/** Milliseconds for each phase of an orderly end. */
export interface DrainTimeouts {
  readonly drainTimeoutMs: number;
  readonly stopTimeoutMs: number;
  /** The least that an event loop gets to show that it turns. */
  readonly graceMs: number;
}

/** The share of the stop budget after which a blocked event loop counts as hung: the rest is for finding out where and ending it. */
const HANG_SHARE = 0.75;

/** The share of the stop budget for packages that nobody waits for any more: the rest is for the module's own `stop`. */
const GIVEN_UP_SHARE = 0.5;

/** The least that ending a hung thread gets, in milliseconds, when the hang was noticed late. */
const MIN_END_MS = 250;

/**
 * Lets an instance finish what it has, runs the module's own `stop`, then ends the thread. Each phase has its budget, and the next one begins when
 * it is spent, whatever the module does. Packages that nobody waits for any more are no reason to wait long: as soon as nothing else is in flight, they
 * and `stop` have one stop budget together. A thread with a blocked event loop can finish neither: it is terminated within the stop budget, and
 * callers of its packages get the error of a hang.
 */
export async function drain(instance: Instance, budgets: DrainTimeouts): Promise<DrainResult> {
  const { drainTimeoutMs, stopTimeoutMs, graceMs } = budgets;
  const startedAt = performance.now();
  const watch = watchForHang(instance, Math.max(graceMs, stopTimeoutMs * HANG_SHARE));
  const settling = isDoneWithin(
    drainTimeoutMs,
    instance.drainMain().then(() => instance.drained('awaited')),
  );
  const isSettled = await Promise.race([settling, watch.hung]);
  const settledAt = performance.now();
  const givenUpMs = Math.min(drainTimeoutMs, stopTimeoutMs * GIVEN_UP_SHARE);
  const isDrained =
    isSettled && (await Promise.race([isDoneWithin(givenUpMs, instance.drained('all')), watch.hung]));
  const drainedAt = performance.now();
  // The host's own loop may have stood still meanwhile: that is not to cost the module the time for its `stop`.
  const leftToStopMs = Math.max(
    stopTimeoutMs - (drainedAt - settledAt),
    stopTimeoutMs * (1 - GIVEN_UP_SHARE),
  );
  instance.requests.runs.stop();
  // One that has ended by itself meanwhile has nothing left to stop.
  const isStopped =
    instance.exit !== undefined ||
    (await Promise.race([
      isDoneWithin(leftToStopMs, Promise.race([instance.executor.stop(), instance.ended])),
      watch.hung,
    ]));
  watch.end();
  const stopMs = performance.now() - drainedAt;
  const cutOff = instance.awaited;
  if (watch.isHung) {
    // Code of the engine or of an addon answers neither the inspector nor the word to end: the budget holds all the same.
    const leftMs = (): number => Math.max(stopTimeoutMs - (performance.now() - startedAt), MIN_END_MS);
    await isDoneWithin(leftMs(), instance.endHung());
    await instance.terminate(undefined, leftMs(), unexamined(stopTimeoutMs));
  } else {
    await instance.terminate();
  }
  return { wasForced: !isDrained || !isStopped, cutOff, drainMs: drainedAt - startedAt, stopMs };
}

/** The error for a hang whose examination has not come to an end in time. */
function unexamined(budgetMs: number): PhlowError {
  const message = `its event loop did not turn, and where it stands was not found out within the stop budget of ${budgetMs} ms`;
  return new PhlowError('PHLOW_MODULE_HUNG', message);
}

/** Asks the event loop of an instance again and again whether it turns. */
interface HangWatch {
  /** Resolves with false when the event loop has not turned within the budget; otherwise never. */
  readonly hung: Promise<false>;
  readonly isHung: boolean;
  end(): void;
}

function watchForHang(instance: Instance, budgetMs: number): HangWatch {
  const hung = new Deferred<false>();
  const state = { isHung: false, isOver: (): boolean => false };
  const ping = async (): Promise<void> => {
    while (!state.isOver()) {
      // Without the time that it waits for a core: the budget holds on a busy machine too.
      const isTurning = await isResponsive(
        { ping: () => instance.ping(), isBehind: instance.isBehind },
        budgetMs,
      );
      if (state.isOver()) return;
      if (!isTurning && instance.exit === undefined) {
        state.isHung = true;
        hung.resolve(false);
        return;
      }
      await new Promise<void>((resolve) => new Timer(budgetMs / 8, resolve).unref());
    }
  };
  // Replicas are for work that keeps a thread busy: theirs may well take as long as the packages may.
  if (instance.executor.partOf === undefined) void ping();
  return {
    hung: hung.promise,
    get isHung() {
      return state.isHung;
    },
    end: () => {
      state.isOver = () => true;
    },
  };
}
