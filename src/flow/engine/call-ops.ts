import { isPhlowError, messageOf } from '../../errors.js';
import { toValue, type PhsMap, type PhsValue } from '../../phs/values/value.js';
import { isMap, textOf, type Value } from '../../values.js';
import type { Step, Work } from '../plan/plan.js';
import { causeOf, computed, setOutput } from './computed.js';
import { forwardStream } from './forward-stream.js';
import { NONE } from './none.js';
import { type Op, plain, type RunState } from './run-state.js';
import { StepProblem } from './step-problem.js';

type Call = Extract<Work, { kind: 'use' }>;

/** The input is computed first, whether or not the module is there to be called. */
export function callOps(step: Step, work: Call): readonly Op[] {
  const call = step.isStream ? streamOps(step, work) : [callOp(step, work)];
  const { input } = work;
  if (input === undefined) return call;
  const set = (run: RunState, value: PhsValue): void => {
    run.input = value;
  };
  return [computed(input, 'Input error', set), ...call];
}

function callOp(step: Step, { name }: Call): Op {
  return {
    start: (run) => callForStep(step, name, run),
    end(run, reply) {
      run.output = reply as Value;
      run.isOutputPlain = true;
    },
    failure: (run, reason) => callProblem(step, run, reason),
  };
}

/** A call whose reply is the result of the run, item by item where the run's caller takes it so. What the step returns besides is computed first. */
function streamOps(step: Step, call: Call): readonly Op[] {
  const op = callOp(step, call);
  const hand: Op = {
    ...op,
    start: (run) => (takesStream(run) ? streamForStep(step, call.name, run) : op.start(run)),
    end(run, reply) {
      const head = headOf(run);
      if (takesStream(run)) setOutput(run, null);
      else setOutput(run, head === undefined ? (reply as PhsValue) : { ...head, body: reply as PhsValue });
      run.isOver = true;
      run.isInside = false;
    },
  };
  return step.return === undefined ? [hand] : [computed(step.return, 'Payload error', setOutput), hand];
}

function takesStream({ env, onStream }: RunState): boolean {
  return env.stream !== undefined && onStream !== undefined;
}

/** What a step returns beside its stream. */
function headOf({ output }: RunState): PhsMap | undefined {
  if (output === NONE) return undefined;
  if (isMap(output) && !Object.hasOwn(output, 'body')) return output;
  const found = textOf(toValue(output));
  throw new StepProblem(
    `Payload error: "return" beside "stream" must be an object, without the body, which is what the module sends: found ${found}`,
  );
}

async function streamForStep(step: Step, name: string, run: RunState): Promise<void> {
  const { env, onStream } = run;
  const head = headOf(run);
  if (env.stream === undefined || onStream === undefined) return;
  assertLoaded(step, name, run);
  const source = env.stream(name, plain(run.input, false), run.plainPayload(), run);
  await forwardStream(source, head === undefined ? undefined : plain(head, false), onStream, run.signal);
}

function callForStep(step: Step, name: string, run: RunState): Promise<Value> {
  const { env } = run;
  assertLoaded(step, name, run);
  try {
    return env.call(name, plain(run.input, false), run.plainPayload(), run);
  } catch (reason) {
    throw callProblem(step, run, reason);
  }
}

function assertLoaded(step: Step, name: string, { env }: RunState): void {
  if (env.modules.has(name)) return;
  const { use } = step.document;
  throw new StepProblem(`Modules error: Module not loaded: ${name}`, undefined, use?.range);
}

function callProblem(step: Step, run: RunState, reason: unknown): StepProblem {
  const error = causeOf(reason, run);
  const { use } = step.document;
  return new StepProblem(`Modules error: Module error: ${moduleText(error)}`, error, use?.range);
}

function moduleText(error: unknown): string {
  const isGone =
    isPhlowError(error) && (error.code === 'PHLOW_MODULE_CRASHED' || error.code === 'PHLOW_MODULE_DOWN');
  return isGone ? `Module response channel closed: ${messageOf(error)}` : messageOf(error);
}
