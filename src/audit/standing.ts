import { dirname } from 'node:path';
import { holdToLock } from '../host/load/accept-module.js';
import { lockPlaceOf } from '../host/load/lock-place.js';
import { findModule } from '../host/load/resolve.js';
import { lockCommand } from '../sandbox/lock/assert-locked.js';
import { lockStateOf, lockWord, type ExaminedWhole, type LockWord } from './examine.js';

/** How a module stands to its lock file. */
export interface Standing {
  readonly lock: LockWord;
  /** What accepts it as it is; undefined where it is what its lock file accepted, or where none concerns it. */
  readonly accept: string | undefined;
}

/** How a module stands to its lock file, and what accepts it as it is. */
export function standingOf(examined: ExaminedWhole): Standing {
  const state = lockStateOf(examined);
  const lock = state === undefined ? 'none' : lockWord(state);
  const isOther = state !== undefined && lock !== 'accepted' && lock !== 'none';
  return { lock, accept: isOther ? lockCommand(state.place.key, dirname(state.place.file)) : undefined };
}

/**
 * Holds a module to the lock file as a load does, if one concerns it. Throws PHLOW_LOCK_MISMATCH with the difference, and why its files cannot be
 * looked at.
 */
export async function assertAccepted(nameOrPath: string, baseDir: string): Promise<void> {
  const found = findModule(nameOrPath, baseDir);
  if (found.origin === 'builtin') return;
  const place = await lockPlaceOf(found, baseDir);
  if (place.isConcerned) await holdToLock({ found, installRoots: undefined, baseDir }, place);
}
