import { RUN_LIMITS } from '../limits.js';
import type { Plan, Step } from '../plan/plan.js';
import { nextTurn, reasonOf } from './cancellation.js';
import type { Op, RunState } from './run-state.js';
import { opsOf } from './ops.js';
import { errorValue, interrupted, stepFailed } from './step-problem.js';

const OPS = new WeakMap<Plan, (readonly Op[] | undefined)[]>();

/** Runs steps until there are none left. Waits only where a step has to, and now and then to let others have their turn. */
export async function drive(run: RunState): Promise<void> {
  const { observer, plan } = run.env;
  const opsOfSteps = opsOfPlan(plan);
  let sinceTurn = 0;
  for (let step = run.current(); step !== undefined; step = run.current()) {
    if (++sinceTurn > RUN_LIMITS.stepsPerTurn) {
      sinceTurn = 0;
      await nextTurn();
    }
    if (run.ownSignal?.aborted === true) throw interrupted(step, reasonOf(run.ownSignal));
    run.enter();
    observer?.entered?.(run.id, step);
    try {
      const ops = (opsOfSteps[step.index] ??= opsOf(step, drive));
      for (const op of ops) {
        const wait = op(run);
        if (wait !== undefined) await wait;
        if (!run.isInside) break;
      }
    } catch (error) {
      recover(run, step, error);
    }
    observer?.left?.(run.id, step, run.output);
    run.leave(step);
  }
}

/** Leads into the step's error branch; throws when it has none, or when the whole run was cancelled. */
function recover(run: RunState, step: Step, error: unknown): void {
  if (run.ownSignal?.aborted === true) throw interrupted(step, reasonOf(run.ownSignal));
  run.env.observer?.failed?.(run.id, step, error);
  if (step.onError === undefined) throw stepFailed(step, error);
  run.enter();
  run.scope.locals = { ...run.scope.locals, error: errorValue(step, error) };
  run.target = { pipeline: step.onError, index: 0 };
}

/** By the index of the step. Those of a step are made when it is first run: a large flow of which little is run pays for little. */
function opsOfPlan(plan: Plan): (readonly Op[] | undefined)[] {
  const known = OPS.get(plan);
  if (known !== undefined) return known;
  const made = plan.steps.map(() => undefined);
  OPS.set(plan, made);
  return made;
}
