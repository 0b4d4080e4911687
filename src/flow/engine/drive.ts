import { RUN_LIMITS } from '../limits.js';
import type { Plan, Step } from '../plan/plan.js';
import { nextTurn, reasonOf } from './cancellation.js';
import { stopsRun } from './run-journal.js';
import type { OpTable, RunState } from './run-state.js';
import { opsOf } from './ops.js';
import { errorValue, interrupted, stepFailed } from './step-problem.js';

const TABLES = new WeakMap<Plan, OpTable>();

/**
 * Runs steps until there are none left. Waits only where a step has to, and now and then to let others have their turn: a run that never waits
 * has ended when this returns, and needs no promise.
 */
export function drive(run: RunState): Promise<void> | undefined {
  const table = tableOf(run.env.plan);
  const wait = advance(run, table);
  return wait === undefined ? undefined : driveOn(run, table, wait);
}

/** One promise and one reaction for each wait, whatever the step does: so the calls of runs whose replies come together join one batch. */
async function driveOn(run: RunState, table: OpTable, first: Promise<unknown>): Promise<void> {
  for (let wait: Promise<unknown> | undefined = first; wait !== undefined; wait = advance(run, table)) {
    let value: unknown;
    try {
      value = await wait;
    } catch (reason) {
      fail(run, reason);
      continue;
    }
    end(run, value);
  }
}

/** Goes on until there is something to wait for, which it returns, or nothing left. */
function advance(run: RunState, table: OpTable): Promise<unknown> | undefined {
  const { observer } = run.env;
  for (;;) {
    const step = run.step ?? run.current();
    if (step === undefined) return undefined;
    if (run.step === undefined) {
      if (++run.sinceTurn > RUN_LIMITS.stepsPerTurn) {
        run.sinceTurn = 0;
        run.waiting = undefined;
        return nextTurn();
      }
      if (run.ownSignal?.aborted === true) throw interrupted(step, reasonOf(run.ownSignal));
      run.enter(step, (table[step.index] ??= opsOf(step, drive)));
      observer?.entered?.(run.id, step);
    }
    try {
      const wait = start(run);
      if (wait !== undefined) return wait;
    } catch (error) {
      recover(run, step, error);
    }
    observer?.left?.(run.id, step, run.output);
    const { journal } = run;
    if (journal === undefined) run.leave(step);
    else {
      const wait = journal.leave(run, step);
      run.waiting = undefined;
      if (wait !== undefined) return wait;
    }
  }
}

/** Does what is left of the current step, as far as it goes without a wait. */
function start(run: RunState): Promise<unknown> | undefined {
  while (run.isInside) {
    const op = run.ops[run.started];
    if (op === undefined) return undefined;
    run.started++;
    const wait = op.start(run);
    if (wait === undefined) continue;
    run.waiting = op;
    return wait;
  }
  return undefined;
}

/** The wait is over: the current step takes what it has come to. */
function end(run: RunState, value: unknown): void {
  const { step, waiting } = run;
  if (step === undefined) return;
  try {
    waiting?.end?.(run, value);
  } catch (error) {
    recover(run, step, error);
  }
}

/** The wait is over, in vain. */
function fail(run: RunState, reason: unknown): void {
  const { step, waiting } = run;
  if (step === undefined) throw reason;
  recover(run, step, run.failureOf(waiting, reason));
}

/** Leads into the step's error branch; throws when it has none, or when the whole run was cancelled. */
function recover(run: RunState, step: Step, error: unknown): void {
  if (run.ownSignal?.aborted === true) throw interrupted(step, reasonOf(run.ownSignal));
  if (stopsRun(error)) throw error;
  run.env.observer?.failed?.(run.id, step, error);
  if (step.onError === undefined) throw stepFailed(step, error);
  run.giveUp();
  run.scope.locals = { ...run.scope.locals, error: errorValue(step, error) };
  run.target = { pipeline: step.onError, index: 0 };
}

/** Those of a step are made when it is first run: a large flow of which little is run pays for little. */
function tableOf(plan: Plan): OpTable {
  const known = TABLES.get(plan);
  if (known !== undefined) return known;
  const made = plan.steps.map(() => undefined);
  TABLES.set(plan, made);
  return made;
}
