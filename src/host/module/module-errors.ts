import { PhlowError } from '../../errors.js';
import type { ExitReport } from '../diagnostics/exit-report.js';
import type { ModuleState } from '../api/module.js';

/** Why a module takes no packages, as far as it is known. */
export interface DownFacts {
  /** Of its last end. */
  readonly report: ExitReport | undefined;
  /** Why it is not restarted any more. */
  readonly givenUp: string | undefined;
}

/** The error for a package that comes when its module takes none; with the report of its end, if that is why. */
export function downError(module: string, state: ModuleState, { report, givenUp }: DownFacts): PhlowError {
  const end = report === undefined || state !== 'failed' ? `it is ${state}` : `it ended: ${report.cause}`;
  const advice = givenUp === undefined ? '' : ` (${givenUp}); call restart() on it once the cause is gone`;
  return new PhlowError('PHLOW_MODULE_DOWN', `Cannot call module "${module}": ${end}${advice}`, {
    details: { module, state, ...(report === undefined ? {} : { report, givenUp }) },
  });
}

/** The error for a package that finds no room. */
export function busyError(module: string, inFlight: number, maxInFlight: number): PhlowError {
  const message = `Cannot call module "${module}": ${inFlight} packages are in flight, the limit is ${maxInFlight}; wait for replies, raise maxInFlight, or load it with whenFull: 'wait'`;
  return new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module, inFlight, maxInFlight } });
}

/** The error for a package that waited when its host was asked to let such ones go. */
export function withdrawnError(module: string): PhlowError {
  const message = `Cancelled a waiting call to module "${module}": cancelPending() was called`;
  return new PhlowError('PHLOW_CALL_CANCELLED', message, { details: { module } });
}

/** The error for a restart of a module that has not been given up. */
export function notFailedError(module: string, state: ModuleState): PhlowError {
  const message = `Cannot restart module "${module}": it is ${state}, not failed`;
  return new PhlowError('PHLOW_OPTION_INVALID', message);
}
