import { isPhlowError, PhlowError } from '../../errors.js';
import type { ExecutorExit } from './executor.js';
import { causeOf } from './read-posted.js';

/** True for an end because the event loop did not turn. What the module itself threw may carry any code: only the host's word counts. */
export function isHang({ reason, error }: ExecutorExit): boolean {
  return reason === 'terminated' && isPhlowError(error) && error.code === 'PHLOW_MODULE_HUNG';
}

/** The error for a package that was in flight at an end; a hang keeps its code and its hang report. */
export function lostError(
  exit: ExecutorExit,
  ended: string,
  details: Readonly<Record<string, unknown>>,
): PhlowError {
  const { error, reason, exitCode } = exit;
  const code = isHang(exit) ? 'PHLOW_MODULE_HUNG' : 'PHLOW_MODULE_CRASHED';
  const own = reason !== 'uncaught' && isPhlowError(error) ? error.details : {};
  return new PhlowError(code, `${ended}: ${causeOf(exit)}`, {
    cause: error,
    details: { ...own, reason, exitCode, ...details },
  });
}

/** True for an end that came while the event loop turned; throws PHLOW_MODULE_HUNG for one that was made because it did not. */
export function assertTurned(exit: ExecutorExit): true {
  if (isHang(exit)) throw lostError(exit, 'No pong', {});
  return true;
}

/** The error for a module that ended before it took a package. */
export function endedEarlyError(module: string, exit: ExecutorExit): PhlowError {
  const { error, reason, exitCode } = exit;
  const message = `Cannot load module "${module}": it ended before it was ready: ${causeOf(exit)}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, {
    cause: error,
    details: { module, reason, exitCode },
  });
}
