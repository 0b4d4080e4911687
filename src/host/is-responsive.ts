import type { Part } from './executors/executor.js';
import { within } from './waiting.js';

/** True when the part's event loop turns within `graceMs`. */
export async function isResponsive(part: Part, graceMs: number): Promise<boolean> {
  try {
    return await within(graceMs, part.ping(), 'PHLOW_CALL_TIMED_OUT', 'no pong');
  } catch {
    return false;
  }
}
