import { isPhlowError, messageOf } from '../../errors.js';
import { Special, toValue, type PhsValue } from '../../phs/values/value.js';
import { textOf, type Value } from '../../values.js';
import type { Expression } from '../plan/expression.js';
import type { Pipeline, Step, Work } from '../plan/plan.js';
import { attempts } from './attempts.js';
import { runBranches, runItems, type Drive } from './bodies.js';
import { reasonOf } from './cancellation.js';
import { NONE } from './none.js';
import { type Op, plain, type RunState } from './run-state.js';
import { StepProblem } from './step-problem.js';

/** What a step does, in order (docs/spec/flow.md 8): gate, logs, return, work, payload, jump. */
export function opsOf(step: Step, drive: Drive): readonly Op[] {
  const ops: Op[] = [];
  if (step.assert !== undefined)
    ops.push(step.isBranching ? branch(step, step.assert) : gate(step, step.assert));
  for (const { level, message } of step.logs) ops.push(log(level, message));
  if (step.isBranching) {
    if (step.payload !== undefined) ops.push(branchPayload(step.payload));
    return ops;
  }
  if (step.return !== undefined) {
    ops.push(finish(step.return));
    return ops;
  }
  ops.push(...attempts(step, workOps(step, drive)));
  const { to } = step;
  if (to !== undefined) {
    ops.push((run) => {
      run.target = to;
      return undefined;
    });
  }
  return ops;
}

function workOps(step: Step, drive: Drive): readonly Op[] {
  if (step.work !== undefined) return [workOp(step, step.work, drive)];
  if (step.payload !== undefined) {
    return [
      computed(step.payload, 'Payload error', (run, value) => {
        run.output = value;
      }),
    ];
  }
  if (!step.document.isLog) return [];
  return [
    (run) => {
      run.output = run.payload;
      run.isOutputPlain = run.isPlain;
      return undefined;
    },
  ];
}

/** Computes an expression and hands its value on, without waiting where no module is called. */
function computed(expression: Expression, where: string, use: (run: RunState, value: PhsValue) => void): Op {
  if (expression.isAsync) {
    return async (run) => use(run, await evaluate(expression, where, run));
  }
  return (run) => {
    use(run, compute(expression, where, run));
    return undefined;
  };
}

function compute(expression: Expression, where: string, run: RunState): PhsValue {
  try {
    return data(expression.evaluate(run.scope));
  } catch (error) {
    throw evalProblem(where, error);
  }
}

async function evaluate(expression: Expression, where: string, run: RunState): Promise<PhsValue> {
  if (!expression.isAsync) return compute(expression, where, run);
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

function boolean(step: Step, run: RunState, value: PhsValue): boolean {
  if (typeof value === 'boolean') {
    run.env.observer?.asserted?.(run.id, step, value);
    return value;
  }
  const found = textOf(toValue(value));
  throw new StepProblem(
    `Condition error: Script error: Invalid type: ${found}`,
    undefined,
    step.document.assert?.range,
  );
}

const CONDITION = 'Condition error: Script error';

function gate(step: Step, assert: Expression): Op {
  return computed(assert, CONDITION, (run, value) => {
    if (!boolean(step, run, value)) run.isInside = false;
  });
}

function branch(step: Step, assert: Expression): Op {
  const start = (pipeline: Pipeline | undefined) =>
    pipeline === undefined ? step.to : { pipeline, index: 0 };
  const then = start(step.then);
  const otherwise = start(step.else);
  return computed(assert, CONDITION, (run, value) => {
    run.isTaken = boolean(step, run, value);
    run.target = run.isTaken ? then : otherwise;
  });
}

/** The payload of a branching step counts when its condition holds. */
function branchPayload(payload: Expression): Op {
  const op = computed(payload, 'Payload error', (run, value) => {
    run.output = value;
  });
  return (run) => (run.isTaken ? op(run) : undefined);
}

function log(level: Step['logs'][number]['level'], message: Expression | undefined): Op {
  if (message === undefined) {
    return (run) => {
      run.env.log(level, '');
      return undefined;
    };
  }
  return computed(message, 'Log error', (run, value) => run.env.log(level, textOf(toValue(value))));
}

function finish(value: Expression): Op {
  return computed(value, 'Payload error', (run, result) => {
    run.output = result;
    run.isOver = true;
    run.isInside = false;
  });
}

function workOp(step: Step, work: Work, drive: Drive): Op {
  return async (run) => {
    const given = work.kind === 'use' ? work.input : undefined;
    // What needs no wait gets none: each costs a turn of the microtask queue.
    const input =
      given === undefined
        ? undefined
        : given.isAsync
          ? await evaluate(given, 'Input error', run)
          : compute(given, 'Input error', run);
    run.output = await (work.kind === 'use'
      ? useModule(step, work.name, input, run)
      : runBodies(step, work, run, drive));
    run.isOutputPlain = work.kind === 'use';
    if (step.payload === undefined) return;
    const { scope } = run;
    scope.payload = run.output;
    scope.input = input;
    try {
      run.output = await evaluate(step.payload, 'Payload error', run);
      run.isOutputPlain = false;
    } finally {
      scope.payload = run.payload === NONE ? null : run.payload;
      scope.input = null;
    }
  };
}

async function runBodies(
  step: Step,
  work: Exclude<Work, { kind: 'use' }>,
  run: RunState,
  drive: Drive,
): Promise<PhsValue> {
  if (work.kind === 'parallel') return runBranches(run, work.branches, drive);
  const items = await evaluate(work.in, 'Input error', run);
  if (Array.isArray(items)) return runItems(run, items as readonly PhsValue[], work.atOnce, work.body, drive);
  throw new StepProblem(
    `Input error: for_each needs a list: found ${textOf(toValue(items))}`,
    undefined,
    step.document.forEach?.in.range,
  );
}

async function useModule(step: Step, name: string, input: PhsValue, run: RunState): Promise<Value> {
  const { env, signal } = run;
  const range = step.document.use?.range;
  if (!env.modules.has(name))
    throw new StepProblem(`Modules error: Module not loaded: ${name}`, undefined, range);
  try {
    return await env.call(name, plain(input, false), run.plainPayload(), { signal, step, run: run.id });
  } catch (failure) {
    const error = causeOf(failure, run);
    throw new StepProblem(`Modules error: Module error: ${moduleText(error)}`, error, range);
  }
}

/** Calls a module for an expression. */
async function callModule(run: RunState, name: string, input: Value): Promise<Value> {
  const { env, signal } = run;
  signal?.throwIfAborted();
  try {
    return await env.call(name, input, undefined, { signal, step: run.current(), run: run.id });
  } catch (failure) {
    throw causeOf(failure, run);
  }
}

/** A call that ends because the run does fails for the reason that the run has. */
function causeOf(failure: unknown, { signal }: RunState): unknown {
  return signal?.aborted === true ? reasonOf(signal) : failure;
}

function moduleText(error: unknown): string {
  const isGone =
    isPhlowError(error) && (error.code === 'PHLOW_MODULE_CRASHED' || error.code === 'PHLOW_MODULE_DOWN');
  return isGone ? `Module response channel closed: ${messageOf(error)}` : messageOf(error);
}
