import { messageOf, PhlowError } from '../../errors.js';
import type { Value } from '../../values.js';
import { drive } from './drive.js';
import type { FlowEnvironment, RunInput } from './environment.js';
import { NONE } from './none.js';
import { plain, startRun } from './run-state.js';

/**
 * Runs a flow from its start, or from a step, to its end. Resolves with its result: the last output, else the payload it started
 * with, else undefined.
 *
 * @throws PHLOW_FLOW_STEP_FAILED, PHLOW_FLOW_CANCELLED, PHLOW_FLOW_TIMED_OUT; PHLOW_FLOW_INVALID for an unknown start step.
 */
export async function execute(env: FlowEnvironment, id: number, input: RunInput): Promise<Value> {
  const run = startRun(env, id, input);
  await drive(run);
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
