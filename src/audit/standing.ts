import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdToLock, snapshotOf } from '../host/load/accept-module.js';
import { lockPlaceOf } from '../host/load/lock-place.js';
import { installRootsOf } from '../host/load/module-sources.js';
import { entryUrl, findModule, hasDefaultEntry } from '../host/load/resolve.js';
import { requireEngines } from '../manifest/engines.js';
import { entryLinkError } from '../sandbox/entry-link.js';
import { LEVELS } from '../sandbox/levels.js';
import { lockCommand } from '../sandbox/lock/assert-locked.js';
import { SnapshotIndex } from '../sandbox/snapshot/snapshot.js';
import { examine, lockStateOf, lockWord, type ExaminedWhole, type LockWord } from './examine.js';

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

/**
 * Refuses a module that a load refuses: for the versions that it needs, or since its entry lies behind a link that leads out of what the module is made
 * of, as it does at the level that the module runs at when its owner says nothing. Levels without a compartment are left to Node's loader, which
 * follows links. Throws PHLOW_ENGINE_UNSUPPORTED and PHLOW_LOAD_FAILED.
 */
export async function assertLoadable(nameOrPath: string, baseDir: string): Promise<void> {
  const { found, manifest, level } = await examine(nameOrPath, baseDir);
  requireEngines(manifest);
  if (found.origin === 'builtin' || LEVELS[level].code !== 'compartment') return;
  if (manifest.entry === undefined && !hasDefaultEntry(found)) return;
  const entry = fileURLToPath(entryUrl(found, manifest.entry));
  const error = entryLinkError(manifest.name, found.folder, entry);
  if (error === undefined) return;
  // It may lead to a package that the module takes in.
  const snapshot = await snapshotOf(found, installRootsOf(found, undefined, baseDir), baseDir);
  if (new SnapshotIndex(snapshot).find(entry) === undefined) throw error;
}
