import { PhlowError } from '../../../errors.js';
import type { ExecutorExit } from '../executor.js';
import type { ContainerExit } from './container.js';

/** Why the host has ended a guest. */
export interface Killed {
  readonly error: unknown;
  readonly isMemory: boolean;
}

/** What a container's end means for its module: what the host did counts most, then what the guest said of itself, then what was seen. */
export function guestExit(
  { exitCode, signal, isOutOfMemory, error }: ContainerExit,
  killed: Killed | undefined,
  uncaught: { readonly error: unknown } | undefined,
): ExecutorExit {
  if (killed !== undefined) {
    const { error: why, isMemory } = killed;
    const isViolation = why instanceof PhlowError && why.code === 'PHLOW_WIRE_VIOLATION';
    return {
      reason: isMemory ? 'out_of_memory' : isViolation ? 'violation' : 'terminated',
      exitCode,
      error: why,
    };
  }
  if (isOutOfMemory) return { reason: 'out_of_memory', exitCode, error };
  if (uncaught !== undefined) return { reason: 'uncaught', exitCode, error: uncaught.error };
  const why = error ?? (signal === undefined ? undefined : new Error(`it was ended by ${signal}`));
  return { reason: why === undefined ? 'exited' : 'uncaught', exitCode, error: why };
}
