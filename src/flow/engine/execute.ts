import { messageOf, PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { FlowEnvironment, RunInput } from './environment.js';
import { NONE } from './none.js';
import { runToEnd } from './run-to-end.js';
import { plain, startRun, type RunState } from './run-state.js';

/**
 * Runs a flow from its start, or from a step, to its end. Resolves with its result: the last output, else the payload it started
 * with, else undefined.
 *
 * @throws PHLOW_FLOW_STEP_FAILED, PHLOW_FLOW_CANCELLED, PHLOW_FLOW_TIMED_OUT; PHLOW_FLOW_INVALID for an unknown start step.
 */
export async function execute(env: FlowEnvironment, id: number, input: RunInput): Promise<Value> {
  const run = startRun(env, id, input);
  const wait = runToEnd(run);
  if (wait !== undefined) await wait;
  return resultOf(run);
}

/** What a run has come to, as plain data. It is new when the run computed it; otherwise it is what the run was given, by a module say. */
export function resultOf(run: RunState): Value {
  if (run.payload === NONE) return undefined;
  try {
    return plain(run.payload, run.isPlain);
  } catch (error) {
    throw new PhlowError(
      'PHLOW_FLOW_STEP_FAILED',
      `Cannot return the result of the flow: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
