import { PhlowError } from '../errors.js';
import type { ExitReport } from './exit-report.js';
import type { ModuleState } from './module.js';

/** The error for a package that comes when its module takes none; with the report of its end, if that is why. */
export function downError(module: string, state: ModuleState, report: ExitReport | undefined): PhlowError {
  const why = report === undefined || state !== 'failed' ? `it is ${state}` : `it ended: ${report.cause}`;
  return new PhlowError('PHLOW_MODULE_DOWN', `Cannot call module "${module}": ${why}`, {
    details: { module, state, ...(report === undefined ? {} : { report }) },
  });
}

/** The error for a package that finds no room. */
export function busyError(module: string, inFlight: number, maxInFlight: number): PhlowError {
  const message = `Cannot call module "${module}": ${inFlight} packages are in flight, the limit is ${maxInFlight}; wait for replies, raise maxInFlight, or load it with whenFull: 'wait'`;
  return new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module, inFlight, maxInFlight } });
}
