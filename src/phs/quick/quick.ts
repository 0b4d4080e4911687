import type { Condition } from './condition.js';
import { SITES, type Quick } from './sites.js';

/** A condition at a place of its own in the source; undefined when there is none left in this process. */
export function quickOf({ first, continueWhen, second }: Condition): Quick | undefined {
  return SITES.pop()?.(first, continueWhen, second ?? first);
}
