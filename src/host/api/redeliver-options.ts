import type { DeadLetterOptions } from '../diagnostics/dead-letters.js';
import { SECRET_NAMES } from '../diagnostics/redaction.js';

/** How packages that were in flight at an end are sent again. */
export interface RedeliverOptions extends DeadLetterOptions {
  /** Milliseconds that one may be with the module before the next one goes, answered or not. */
  readonly turnMs: number;
}

/** Without other wishes; contents are the slot's to decide. */
export const DEFAULT_REDELIVER: RedeliverOptions = Object.freeze({
  turnMs: 30_000,
  contents: true,
  redact: SECRET_NAMES,
});
