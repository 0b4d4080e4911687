import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import type { PhsValue } from '../../phs/values/value.js';
import { RUN_LIMITS } from '../limits.js';
import type { Ending, Pipeline, Plan } from '../plan/plan.js';
import { Cancellation, follow, type CancelSignal } from './cancellation.js';
import { causedBy } from './caused-by.js';
import { drive } from './drive.js';
import { NONE } from './none.js';
import { stopsRun } from './run-journal.js';
import { RunState } from './run-state.js';

/** What a run fails with. */
interface Failure {
  readonly error: unknown;
}

/**
 * Runs the steps of a run to their end, then what its flow does behind them: `on_error` when they failed, `finally` in any case. Returns a
 * promise only if it has to wait.
 */
export function runToEnd(run: RunState): Promise<void> | undefined {
  const { ending } = run.env.plan;
  return ending === undefined ? drive(run) : runWithEnding(run, ending);
}

async function runWithEnding(run: RunState, ending: Ending): Promise<void> {
  // One that was cancelled before it began leaves nothing behind.
  if (isCancelled(run)) return drive(run);
  let failure: Failure | undefined;
  try {
    await driveKept(run);
  } catch (error) {
    if (stopsRun(error)) throw error;
    failure = { error };
  }
  // A run that was cancelled did not fail.
  if (failure !== undefined && ending.onError !== undefined && !isCancelled(run)) {
    failure = await handleFailure(run, ending.onError, failure);
  }
  if (ending.finally !== undefined) failure = await runFinally(run, ending.finally, failure);
  if (failure !== undefined) throw failure.error;
}

/** Asked again after every wait. */
function isCancelled({ ownSignal }: RunState): boolean {
  return ownSignal?.aborted === true;
}

/** Runs `on_error`. What it returns is the result of the run; without that the failure stands. */
async function handleFailure(
  run: RunState,
  pipeline: Pipeline,
  first: Failure,
): Promise<Failure | undefined> {
  const branch = branchOf(run, 'on_error', pipeline, errorIn(run.env.plan, first.error), run.ownSignal);
  try {
    await driveKept(branch);
  } catch (error) {
    if (stopsRun(error)) throw error;
    return { error: causedBy(error, first.error) };
  }
  if (!branch.isOver) return first;
  run.payload = branch.payload;
  run.isPlain = branch.isPlain;
  return undefined;
}

/** Runs `finally`, to its end also when the run was cancelled, for a bounded time. Its failure is that of the run if there is no other. */
async function runFinally(
  run: RunState,
  pipeline: Pipeline,
  failure: Failure | undefined,
): Promise<Failure | undefined> {
  const own = new Cancellation();
  const bound = (): void => own.cancelAfter(RUN_LIMITS.finallyMs, outOfTime);
  let unfollow = (): void => undefined;
  if (isCancelled(run)) bound();
  else unfollow = follow(run.ownSignal, bound);
  const error = failure === undefined ? null : errorIn(run.env.plan, failure.error);
  try {
    await drive(branchOf(run, 'finally', pipeline, error, own));
    return failure;
  } catch (last) {
    if (stopsRun(last)) throw last;
    if (failure === undefined) return { error: last };
    run.env.log('error', `finally failed after the run had failed: ${messageOf(last)}`);
    return { error: withLast(failure.error, last, run.env.plan) };
  } finally {
    unfollow();
    own.dispose();
  }
}

/** Runs to the end, or fails as it did in the process before this one. What it fails with is kept: the run is behind its steps from then on. */
async function driveKept(run: RunState): Promise<void> {
  const known = run.journal?.failure(run);
  if (known !== undefined) throw known.error;
  try {
    await drive(run);
  } catch (error) {
    // A run that was cancelled goes on at the step that it was in.
    if (!isCancelled(run) && !stopsRun(error)) run.journal?.failed(run, error);
    throw error;
  }
}

/** A run of a branch behind the steps, with the variables that they left. */
function branchOf(
  run: RunState,
  name: string,
  pipeline: Pipeline,
  error: PhsValue,
  signal: CancelSignal | undefined,
): RunState {
  const { env, id, scope, payload, isPlain } = run;
  // What it does after a cancellation it does again when the run has been resumed.
  const journal = isCancelled(run) ? undefined : run.journal;
  const place = { outer: run, name: `${name}${run.journal?.endings ?? 0}` };
  scope.locals = { ...scope.locals, error };
  scope.payload = payload === NONE ? null : payload;
  const branch = new RunState(env, id, scope, { pipeline, index: 0 }, payload, signal, journal, place);
  branch.isPlain = isPlain;
  branch.traceparent = run.traceparent;
  journal?.restore(branch);
  return branch;
}

/** What the flow's own `on_error` and `finally` see as `error`. */
function errorIn(plan: Plan, error: unknown): { readonly [name: string]: string | null } {
  if (!isPhlowError(error)) {
    return {
      message: messageOf(error),
      code: 'PHLOW_INTERNAL',
      text: messageOf(error),
      step: null,
      module: null,
    };
  }
  const { cause, message: text, details } = error;
  const { code, id, label, step, index } = details;
  const used = typeof index === 'number' ? plan.steps[index]?.document.use : undefined;
  return {
    message: cause === undefined ? text : messageOf(cause),
    code: typeof code === 'string' ? code : error.code,
    text,
    step: [id, label, step].find((name) => typeof name === 'string') ?? null,
    module: used?.text ?? null,
  };
}

/** The failure of a run whose `finally` failed as well: it says so in its details, and stays what it is. */
function withLast(first: unknown, last: unknown, plan: Plan): unknown {
  if (!isPhlowError(first)) return first;
  const { code, message, step } = errorIn(plan, last);
  return new PhlowError(first.code, first.message, {
    cause: first.cause,
    place: first.place,
    details: { ...first.details, finally: { code, message, step } },
  });
}

function outOfTime(): PhlowError {
  return new PhlowError(
    'PHLOW_FLOW_TIMED_OUT',
    `Cannot finish "finally" of the flow: it took longer than ${RUN_LIMITS.finallyMs} ms after the run was cancelled`,
  );
}
