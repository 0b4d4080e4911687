import type { PhsValue } from '../../phs/values/value.js';
import type { Step } from '../plan/plan.js';
import type { None } from './none.js';

/** The further attempt that a failed step gets. */
export interface NextAttempt {
  /** Its number; the first attempt of a step is 1. */
  readonly attempt: number;
  /** How long it is waited for, in milliseconds. */
  readonly delayMs: number;
}

/** Watches runs step by step. What it throws ends the run: it must not. Every function is called before the run goes on. */
export interface RunObserver {
  /** A step begins. */
  entered?(run: number, step: Step): void;
  /** A condition was computed; in a branching step this is the branch that is taken. */
  asserted?(run: number, step: Step, outcome: boolean): void;
  /** A step failed and is tried again after a delay. */
  retried?(run: number, step: Step, error: unknown, next: NextAttempt): void;
  /** A step ended, with its output if it has one. */
  left?(run: number, step: Step, output: PhsValue | None): void;
  /** A step failed for good. */
  failed?(run: number, step: Step, error: unknown): void;
  /** In the place of all of these, of a run that cannot be watched: how often a step was entered, and its condition held and did not. */
  counted?(step: Step, entered: number, whenTrue: number, whenFalse: number): void;
}

/** Two observers as one; the first is called first. */
export function bothObservers(
  first: RunObserver | undefined,
  second: RunObserver | undefined,
): RunObserver | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    entered(run, step) {
      first.entered?.(run, step);
      second.entered?.(run, step);
    },
    asserted(run, step, outcome) {
      first.asserted?.(run, step, outcome);
      second.asserted?.(run, step, outcome);
    },
    retried(run, step, error, next) {
      first.retried?.(run, step, error, next);
      second.retried?.(run, step, error, next);
    },
    left(run, step, output) {
      first.left?.(run, step, output);
      second.left?.(run, step, output);
    },
    failed(run, step, error) {
      first.failed?.(run, step, error);
      second.failed?.(run, step, error);
    },
    counted(step, ...counts) {
      first.counted?.(step, ...counts);
      second.counted?.(step, ...counts);
    },
  };
}
