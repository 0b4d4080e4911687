import { PhlowError } from '../../errors.js';
import { stepName } from '../document/step-keys.js';
import type { Step } from '../plan/plan.js';
import { Cancellation } from './cancellation.js';
import { retrying } from './retrying.js';
import type { Op, RunState } from './run-state.js';

/** The work of a step within its `timeout` and with its `retry`; as it is when the step has neither. */
export function attempts(step: Step, work: readonly Op[]): readonly Op[] {
  const { timeoutMs } = step.document;
  const { retry } = step;
  if (timeoutMs === undefined && retry === undefined) return work;
  const once = (run: RunState): Promise<void> => attempt(run, step, work, timeoutMs);
  const start =
    retry === undefined ? once : (run: RunState): Promise<void> => retrying(run, step, retry, once);
  return [{ start, end: undefined, failure: undefined }];
}

/** One try. Everything it may wait for ends when its signal aborts, so a try that ran out of time leaves nothing behind. */
async function attempt(
  run: RunState,
  step: Step,
  work: readonly Op[],
  timeoutMs: number | undefined,
): Promise<void> {
  const outer = run.signal;
  const own = new Cancellation(outer);
  if (timeoutMs !== undefined) own.cancelAfter(timeoutMs, () => timedOut(step, timeoutMs));
  run.signal = own;
  try {
    for (const op of work) await perform(run, op);
  } finally {
    run.signal = outer;
    own.dispose();
  }
}

/** Does one thing to its end. */
async function perform(run: RunState, op: Op): Promise<void> {
  const wait = op.start(run);
  if (wait === undefined) return;
  let value: unknown;
  try {
    value = await wait;
  } catch (reason) {
    throw run.failureOf(op, reason);
  }
  op.end?.(run, value);
}

function timedOut(step: Step, timeoutMs: number): PhlowError {
  return new PhlowError(
    'PHLOW_FLOW_TIMED_OUT',
    `Cannot finish ${stepName(step.document)}: it took longer than its timeout of ${timeoutMs} ms`,
  );
}
