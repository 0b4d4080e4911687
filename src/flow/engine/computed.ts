import { messageOf } from '../../errors.js';
import { Special, toValue, type PhsValue } from '../../phs/values/value.js';
import type { Value } from '../../values.js';
import type { Expression } from '../plan/expression.js';
import { reasonOf } from './cancellation.js';
import type { Op, RunState } from './run-state.js';
import { StepProblem } from './step-problem.js';

/** What never waits. */
export function atOnce(act: (run: RunState) => void): Op {
  const start = (run: RunState): undefined => {
    act(run);
  };
  return { start, end: undefined, failure: undefined };
}

/** Computes an expression and hands its value on, without waiting where no module is called. */
export function computed(
  expression: Expression,
  where: string,
  use: (run: RunState, value: PhsValue) => void,
): Op {
  if (!expression.isAsync) return atOnce((run) => use(run, compute(expression, where, run)));
  return {
    start: (run) => evaluate(expression, where, run),
    end: (run, value) => use(run, value as PhsValue),
    failure: undefined,
  };
}

export function compute(expression: Expression, where: string, run: RunState): PhsValue {
  try {
    return data(expression.evaluate(run.scope));
  } catch (error) {
    throw evalProblem(where, error);
  }
}

export async function evaluate(expression: Expression, where: string, run: RunState): Promise<PhsValue> {
  try {
    const call = (name: string, input: Value): Promise<Value> => callModule(run, name, input);
    return data(await expression.evaluateAsync(run.scope, call, run.signal));
  } catch (error) {
    throw evalProblem(where, error);
  }
}

/** Refuses what is no data, such as a function: it would mean nothing outside the expression that made it. */
function data(value: PhsValue): PhsValue {
  if (value instanceof Special) toValue(value);
  return value;
}

function evalProblem(where: string, error: unknown): StepProblem {
  return new StepProblem(`${where}: Eval error: ${messageOf(error)}`, error);
}

/** Calls a module for an expression. */
async function callModule(run: RunState, name: string, input: Value): Promise<Value> {
  run.signal?.throwIfAborted();
  try {
    return await run.env.call(name, input, undefined, run);
  } catch (failure) {
    throw causeOf(failure, run);
  }
}

/** A call that ends because the run does fails for the reason that the run has. */
export function causeOf(failure: unknown, { signal }: RunState): unknown {
  return signal?.aborted === true ? reasonOf(signal) : failure;
}

/** Takes what an expression came to as the output of the step. */
export function setOutput(run: RunState, value: PhsValue): void {
  run.output = value;
  run.isOutputPlain = false;
}
