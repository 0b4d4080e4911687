import { isPhlowError, PhlowError } from '../../errors.js';
import type { RetryPolicy } from '../document/flow-document.js';
import { stepName } from '../document/step-keys.js';
import type { Step } from '../plan/plan.js';
import { Cancellation, pause } from './cancellation.js';
import { stopsRun } from './run-journal.js';
import type { RunState } from './run-state.js';

/** How deep causes are looked into for a code. */
const MAX_CAUSES = 10;

/**
 * Does something again for as long as it fails and the policy allows another attempt. What it fails with at last is the failure of the last
 * attempt. An attempt that is in progress when the total time is over is given up, which fails with PHLOW_FLOW_TIMED_OUT; a delay that
 * would not fit into what is left of that time is not begun.
 */
export async function retrying(
  run: RunState,
  step: Step,
  retry: RetryPolicy,
  once: (run: RunState) => Promise<void>,
): Promise<void> {
  if (retry.totalMs === Infinity) return repeat(run, step, retry, once);
  const outer = run.signal;
  const bound = new Cancellation(outer);
  const last: { failure?: unknown } = {};
  bound.cancelAfter(retry.totalMs, () => outOfTime(step, retry.totalMs, last.failure));
  run.signal = bound;
  try {
    await repeat(run, step, retry, once, (failure) => (last.failure = failure));
  } finally {
    run.signal = outer;
    bound.dispose();
  }
}

async function repeat(
  run: RunState,
  step: Step,
  retry: RetryPolicy,
  once: (run: RunState) => Promise<void>,
  onFailure: (failure: unknown) => void = () => undefined,
): Promise<void> {
  const { observer, skipsDelays } = run.env;
  let endsAt = performance.now() + retry.totalMs;
  for (let tried = 1; ; tried++) {
    try {
      await once(run);
      return;
    } catch (error) {
      if (stopsRun(error) || run.signal?.aborted === true || tried > retry.count || !isRetried(retry, error))
        throw error;
      const delayMs = delayAfter(retry, tried, Math.random());
      if (performance.now() + delayMs >= endsAt) throw error;
      onFailure(error);
      observer?.retried?.(run.id, step, error, { attempt: tried + 1, delayMs });
      // A delay that is skipped counts, so that a test sees as many attempts as there would be.
      if (skipsDelays) endsAt -= delayMs;
      else await pause(delayMs, run.signal);
      run.journal?.retry(run);
    }
  }
}

/** How long to wait after an attempt, in milliseconds: `tried` counts attempts from 1, `random` is from 0 to 1 and takes its part away. */
export function delayAfter(
  {
    delayMs,
    backoff,
    maxDelayMs,
    jitter,
  }: Pick<RetryPolicy, 'delayMs' | 'backoff' | 'maxDelayMs' | 'jitter'>,
  tried: number,
  random: number,
): number {
  // The factor may be Infinity, and a delay of 0 stays 0.
  const full = delayMs === 0 ? 0 : Math.min(delayMs * backoff ** (tried - 1), maxDelayMs);
  return full * (1 - jitter * random);
}

/** Whether the policy names a code of the failure or of what caused it: phlow's own, or one that a module's error had. */
export function isRetried({ on }: Pick<RetryPolicy, 'on'>, failure: unknown): boolean {
  if (on === undefined) return true;
  let error = failure;
  for (let depth = 0; depth < MAX_CAUSES && error instanceof Error; depth++) {
    if (codesOf(error).some((code) => on.includes(code))) return true;
    error = error.cause;
  }
  return false;
}

/** `details` holds the code that an error had in its module; an error of the application's own has it itself. */
function codesOf(error: Error): readonly string[] {
  const codes = isPhlowError(error)
    ? [error.code, error.details['code']]
    : ['code' in error ? error.code : undefined];
  return codes.filter((code) => typeof code === 'string');
}

function outOfTime(step: Step, totalMs: number, failure: unknown): PhlowError {
  return new PhlowError(
    'PHLOW_FLOW_TIMED_OUT',
    `Cannot finish ${stepName(step.document)}: its attempts took longer than the total of ${totalMs} ms`,
    { cause: failure },
  );
}
