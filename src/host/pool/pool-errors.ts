import { messageOf, PhlowError } from '../../errors.js';
import type { Refusal } from '../../wire/protocol.js';
import type { ExecutorExit } from '../executor.js';
import { causeOf } from '../read-posted.js';

/** Where a package was lost. */
export interface LostAt {
  readonly module: string;
  /** Counts from 1. */
  readonly replica: number;
  readonly package: number;
}

/** The error for a package whose replica ended; a hang keeps its code and its autopsy. */
export function lostError(at: LostAt, exit: ExecutorExit): PhlowError {
  const { error } = exit;
  const hung = error instanceof PhlowError && error.code === 'PHLOW_MODULE_HUNG' ? error : undefined;
  const message = `Module "${at.module}" lost replica ${at.replica} with package ${at.package} in flight: ${causeOf(exit)}`;
  const details = { ...hung?.details, ...at };
  return new PhlowError(hung?.code ?? 'PHLOW_MODULE_CRASHED', message, { cause: error, details });
}

/** The error for an input that cannot be copied. */
export function unclonableError(module: string, cause: unknown): PhlowError {
  const message = `Cannot send to module "${module}": ${messageOf(cause)}; pass plain data`;
  return new PhlowError('PHLOW_INPUT_UNCLONABLE', message, { cause, details: { module } });
}

/** What a stream to or from a pool is answered with. */
export function streamRefusal(module: string): Refusal {
  const message = `Cannot stream to or from module "${module}": it runs in replicas, which take single packages; load it with replicas: 1`;
  return { code: 'PHLOW_STREAM_UNSUPPORTED', message, details: {} };
}
