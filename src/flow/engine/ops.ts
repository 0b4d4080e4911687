import { toValue, type PhsValue } from '../../phs/values/value.js';
import { isMap, textOf } from '../../values.js';
import type { Expression } from '../plan/expression.js';
import type { Pipeline, Step, Work } from '../plan/plan.js';
import { attempts } from './attempts.js';
import { runBranches, runItems, type Drive } from './bodies.js';
import { callOps } from './call-ops.js';
import { atOnce, compute, computed, evaluate, setOutput } from './computed.js';
import { NONE } from './none.js';
import type { Op, RunState } from './run-state.js';
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
  if (step.return !== undefined && !step.isStream) {
    ops.push(finish(step.return));
    return ops;
  }
  const work = attempts(step, workOps(step, drive));
  if (step.document.isOnce) ops.push(once(step, work.length));
  ops.push(...work);
  const { to } = step;
  if (to !== undefined) {
    ops.push(
      atOnce((run) => {
        run.target = to;
      }),
    );
  }
  return ops;
}

/** Keeps that the work has begun; skips it where its output is known. */
function once(step: Step, workLength: number): Op {
  return atOnce((run) => {
    if (run.journal?.begin(run, step) === true) run.started += workLength;
  });
}

function workOps(step: Step, drive: Drive): readonly Op[] {
  const { work, payload } = step;
  if (work !== undefined) {
    return [
      ...(work.kind === 'use' ? callOps(step, work) : [bodiesOp(step, work, drive)]),
      ...(payload === undefined ? [] : [payloadOp(payload)]),
    ];
  }
  if (payload !== undefined) return [computed(payload, 'Payload error', setOutput)];
  if (!step.document.isLog) return [];
  return [
    atOnce((run) => {
      run.output = run.payload;
      run.isOutputPlain = run.isPlain;
    }),
  ];
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
  const op = computed(payload, 'Payload error', setOutput);
  return { ...op, start: (run) => (run.isTaken ? op.start(run) : undefined) };
}

function log(level: Step['logs'][number]['level'], message: Expression | undefined): Op {
  if (message === undefined) {
    return atOnce((run) => run.env.log(level, ''));
  }
  return computed(message, 'Log error', (run, value) =>
    run.env.log(level, textOf(toValue(messageIn(value)))),
  );
}

/** An object is a mapping too, whichever way it is written: it gives its message. */
function messageIn(value: PhsValue): PhsValue {
  return isMap(value) && Object.hasOwn(value, 'message') ? value['message'] : value;
}

function finish(value: Expression): Op {
  return computed(value, 'Payload error', (run, result) => {
    run.output = result;
    run.isOver = true;
    run.isInside = false;
  });
}

function bodiesOp(step: Step, work: Exclude<Work, { kind: 'use' }>, drive: Drive): Op {
  return {
    start: (run) =>
      work.kind === 'parallel' ? runBranches(run, work.branches, drive) : runEach(step, work, run, drive),
    end: (run, value) => setOutput(run, value as PhsValue),
    failure: undefined,
  };
}

async function runEach(
  step: Step,
  work: Extract<Work, { kind: 'each' }>,
  run: RunState,
  drive: Drive,
): Promise<PhsValue> {
  const items = work.in.isAsync
    ? await evaluate(work.in, 'Input error', run)
    : compute(work.in, 'Input error', run);
  if (Array.isArray(items)) {
    const list = items as readonly PhsValue[];
    return runItems(run, run.journal?.items(run, list) ?? list, work.atOnce, work.body, drive);
  }
  throw new StepProblem(
    `Input error: for_each needs a list: found ${textOf(toValue(items))}`,
    undefined,
    step.document.forEach?.in.range,
  );
}

/** The payload of a step that works sees what came of the work, and what its module was called with. */
function payloadOp(payload: Expression): Op {
  const compute = computed(payload, 'Payload error', setOutput);
  const see = ({ scope, output, input }: RunState): void => {
    scope.payload = output === NONE ? null : output;
    scope.input = input;
  };
  const forget = ({ scope, payload: before }: RunState): void => {
    scope.payload = before === NONE ? null : before;
    scope.input = null;
  };
  return {
    start(run) {
      see(run);
      let wait: Promise<unknown> | undefined;
      try {
        wait = compute.start(run);
        return wait;
      } finally {
        if (wait === undefined) forget(run);
      }
    },
    end(run, value) {
      forget(run);
      compute.end?.(run, value);
    },
    failure(run, reason) {
      forget(run);
      return reason;
    },
  };
}
