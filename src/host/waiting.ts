import { PhlowError, type PhlowErrorCode } from '../errors.js';
import { followAbort } from '../follow-abort.js';
import { Timer } from '../timer.js';
import type { Part } from './executors/executor.js';

/** The promise's outcome, or a coded error when it has not settled after `ms` milliseconds. The timer never outlives the wait. */
export async function within<T>(
  ms: number,
  promise: Promise<T>,
  code: PhlowErrorCode,
  message: string,
): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = new Timer(ms, () => reject(new PhlowError(code, message, { details: { afterMs: ms } })));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer?.clear();
  }
}

/** The promise's outcome, or the reason of the signal once that aborts. Nothing listens to the signal afterwards. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (signal === undefined) return promise;
  let unfollow = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    unfollow = followAbort(signal, onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    unfollow();
  }
}

/** True when the phase has ended well within the time; false when it is late or has failed. */
export async function isDoneWithin(ms: number, phase: Promise<unknown>): Promise<boolean> {
  try {
    await within(ms, phase, 'PHLOW_CALL_TIMED_OUT', `It did not finish within ${ms} ms`);
    return true;
  } catch {
    // What comes next does not depend on why.
    return false;
  }
}

/** The grace is counted in parts of this length: however long this thread stands still, that counts as one. */
const GRACE_PART_MS = 50;
const MIN_GRACE_PART_MS = 10;
/** Where every core is taken, the grace lasts this many times as long at most. */
const MAX_GRACES = 10;
/** And where what the part has sent waits to be read, by so much: a module that costs the host too much for as long is ended for that. */
const MAX_BEHIND_MS = 20_000;

/**
 * True when the part's event loop turns within `graceMs`. Time in which this thread's own event loop stood still does not count: the answer may have
 * come meanwhile, and timers are called before it is read. Nor does time in which the part was ready to run and other threads had all the cores, or
 * in which what it has sent waited here to be read.
 */
export async function isResponsive(
  part: Pick<Part, 'ping' | 'coreWaitMs' | 'isBehind'>,
  graceMs: number,
): Promise<boolean> {
  const answer = answers(part);
  const waitedBefore = part.coreWaitMs?.() ?? 0;
  let left = graceMs;
  let behindMs = 0;
  for (let passed = 0; left > 0 && passed < graceMs * MAX_GRACES;) {
    const partMs = Math.min(Math.max(MIN_GRACE_PART_MS, Math.ceil(left)), GRACE_PART_MS);
    if (await isDoneWithin(partMs, answer)) return answer;
    if (behindMs < MAX_BEHIND_MS && part.isBehind?.() === true) {
      behindMs += partMs;
      continue;
    }
    passed += partMs;
    left = graceMs - passed + Math.max(0, (part.coreWaitMs?.() ?? 0) - waitedBefore);
  }
  const turn = new Promise((resolve) => void setImmediate(resolve));
  return Promise.race([answer, turn.then(() => false)]);
}

async function answers(part: Pick<Part, 'ping'>): Promise<boolean> {
  try {
    return await part.ping();
  } catch {
    return false;
  }
}
