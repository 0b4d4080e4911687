import { isPhlowError, PhlowError } from '../../errors.js';
import type { ExecutorExit } from './executor.js';

/**
 * Why a thread is ended that has sent what this one cannot read. Threads of modules have the larger stack, so a value can be nested deep enough to
 * be written there and too deep to be read here; which package it was for went with it.
 */
export function unreadableError(): PhlowError {
  const message =
    'Cannot read a message of the module: found a value nested too deep to be taken apart; send it flat, or as text';
  return new PhlowError('PHLOW_WIRE_VIOLATION', message);
}

/** What is known of a thread's end besides its exit code; whatever did not happen is undefined. */
export interface ThreadEnd {
  readonly uncaught: { readonly error: unknown } | undefined;
  /** The host ended it. */
  readonly killed: { readonly error: unknown } | undefined;
  /** The limit of its heap; undefined where it has Node's own. */
  readonly maxHeapMb: number | undefined;
}

/** How a thread ended. */
export function threadExit(
  exitCode: number | undefined,
  { uncaught, killed, maxHeapMb }: ThreadEnd,
): ExecutorExit {
  if (uncaught !== undefined) {
    const { error } = uncaught;
    const isMemory =
      typeof error === 'object' &&
      error !== null &&
      'code' in error &&
      error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (!isMemory) return { reason: 'uncaught', exitCode, error };
    const limit =
      maxHeapMb === undefined ? 'the limit of its heap is Node’s own' : `its heap may have ${maxHeapMb} MiB`;
    const memoryLimit = `${limit}; raise that with \`maxHeapMb\` or \`limits.memory\` of its manifest`;
    return { reason: 'out_of_memory', exitCode, error, memoryLimit };
  }
  if (killed !== undefined) {
    const { error } = killed;
    const isViolation = isPhlowError(error) && error.code === 'PHLOW_WIRE_VIOLATION';
    return { reason: isViolation ? 'violation' : 'terminated', exitCode, error };
  }
  return { reason: 'exited', exitCode, error: undefined };
}
