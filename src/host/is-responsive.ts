import type { Part } from './executor.js';
import { within } from './within.js';

/** True when the part's event loop turns within `graceMs`. */
export async function isResponsive(part: Part, graceMs: number): Promise<boolean> {
  try {
    return await within(graceMs, part.ping(), 'PHLOW_CALL_TIMED_OUT', 'no pong');
  } catch {
    return false;
  }
}
