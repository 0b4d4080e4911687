import { isPhlowError } from '../../errors.js';
import type { PhsValue } from '../../phs/values/value.js';
import type { Step } from '../plan/plan.js';
import type { RunState } from './run-state.js';

/**
 * Keeps what a run has come to, so that another process can go on with it. A run and each body inside it have a path of their own
 * (`pathOf`); what is kept of a body counts until the step around it is left.
 */
export interface RunJournal {
  /** The id of the run. */
  readonly id: string;
  /** How often a failed run has been resumed: its `on_error` and `finally` begin again each time. */
  readonly endings: number;
  /** Brings a run, or a body, to where it was. */
  restore(run: RunState): void;
  /** Leaves the step and keeps what it came to. Returns a promise if the run has to wait until that is on the disk. */
  leave(run: RunState, step: Step): Promise<void> | undefined;
  /** A step marked `once` begins its work. Returns true where its output is known already. */
  begin(run: RunState, step: Step): boolean;
  /** The list that a `for_each` works on: the one that was kept, or else the one that `items` is, which is kept. */
  items(run: RunState, items: readonly PhsValue[]): readonly PhsValue[];
  /** The current step is tried again: what was kept of its bodies does not count. */
  retry(run: RunState): void;
  /** What a run, or its `on_error`, has failed with in the process before this one. */
  failure(run: RunState): { readonly error: unknown } | undefined;
  /** A run, or its `on_error`, has failed, and its flow does something behind that. */
  failed(run: RunState, error: unknown): void;
}

/** Codes of what ends the work on a run without ending the run. */
const STOPS: ReadonlySet<string> = new Set([
  'PHLOW_RUN_UNCERTAIN',
  'PHLOW_JOURNAL_INVALID',
  'PHLOW_JOURNAL_UNWRITABLE',
  'PHLOW_JOURNAL_VALUE',
]);

/** True for what no `on_error`, `retry` or `finally` handles, because the run is to go on later. */
export function stopsRun(error: unknown): boolean {
  return isPhlowError(error) && STOPS.has(error.code);
}
