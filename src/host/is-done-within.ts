import { within } from './waiting.js';

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
