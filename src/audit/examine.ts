import { manifestIn, manifestOnDisk, snapshotOf } from '../host/load/accept-module.js';
import { lockPlaceOf, type LockPlace } from '../host/load/lock-place.js';
import { installRootsOf } from '../host/load/module-sources.js';
import { findModule, type Found } from '../host/load/resolve.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import { levelFor } from '../sandbox/levels.js';
import { checkManifest } from '../host/load/read-manifest.js';
import { innerModules, type InnerModule } from '../sandbox/lock/inner-modules.js';
import { isOnlyLess, lockDiff, lockEntryOf, type LockDiff } from '../sandbox/lock/lock-diff.js';
import type { Snapshot } from '../sandbox/snapshot/snapshot.js';
import type { LockEntry } from '../sandbox/lock/lock-file.js';

/** A module as it lies there, before anything of it runs. */
export interface Examined {
  readonly found: Found;
  readonly manifest: Manifest;
  /** The level it would run at when its owner says nothing. */
  readonly level: IsolationLevel;
}

/** A module with what it is made of, and the lock file that it is held to; undefined for what ships with phlow. */
export interface ExaminedWhole extends Examined {
  readonly whole: Whole | undefined;
}

/** What an entry of a lock file is about: the module, or the package around it that it is a part of. */
interface Whole {
  readonly snapshot: Snapshot;
  readonly place: LockPlace;
  readonly manifest: Manifest;
  /** The modules inside. */
  readonly inner: readonly InnerModule[];
}

/** How a module stands to the lock file. */
export interface LockState {
  readonly now: LockEntry;
  readonly place: LockPlace;
  /** How it differs from what was accepted; a module that the lock file does not know is new. Undefined when nothing differs. */
  readonly diff: LockDiff | undefined;
}

/** Finds a module and reads its manifest. Throws PHLOW_MODULE_NOT_FOUND, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE. */
export async function examine(nameOrPath: string, baseDir: string): Promise<Examined> {
  const found = findModule(nameOrPath, baseDir);
  return examined(found, await manifestOnDisk(found));
}

/** The same, with everything that the module is made of: the manifest is the one among it. What ships with phlow is taken for what it is. */
export async function examineWhole(
  nameOrPath: string,
  baseDir: string,
  isAccepting = false,
): Promise<ExaminedWhole> {
  const found = findModule(nameOrPath, baseDir);
  if (found.origin === 'builtin') return { ...(await examine(nameOrPath, baseDir)), whole: undefined };
  const place = await lockPlaceOf(found, baseDir, isAccepting);
  const { holder = found } = place;
  const snapshot = await snapshotOf(holder, installRootsOf(holder, undefined, baseDir), baseDir);
  const manifest = await manifestIn(snapshot, holder);
  const own = place.holder === undefined ? manifest : await manifestOnDisk(found);
  return {
    ...examined(found, own),
    whole: { snapshot, place, manifest, inner: await innerModules(snapshot, checkManifest) },
  };
}

function examined(found: Found, manifest: Manifest): Examined {
  const level = levelFor({
    module: found.name,
    origin: found.origin,
    asked: manifest.isolation,
    owner: undefined,
  });
  return { found, manifest, level };
}

/** Compares a module with what its lock file accepted; undefined for what ships with phlow. Throws PHLOW_LOCK_MISMATCH for one that cannot be locked. */
export function lockStateOf({ whole }: ExaminedWhole): LockState | undefined {
  if (whole === undefined) return undefined;
  const { snapshot, place, manifest, inner } = whole;
  const now = lockEntryOf(manifest, snapshot, inner);
  return { now, place, diff: lockDiff(place.lock?.get(place.key), now, manifest, inner) };
}

/**
 * How a module stands to its lock file. `narrower`: the code is what was accepted, and it asks for less than was; it is loaded. `changed`: it is not
 * what was accepted. `new`: the lock file does not know it. `none`: there is none, or it does not concern the module.
 */
export type LockWord = 'accepted' | 'narrower' | 'changed' | 'new' | 'none';

/** The same as a word. */
export function lockWord({ place, diff }: LockState): LockWord {
  if (place.lock === undefined || !place.isConcerned) return 'none';
  if (diff === undefined) return 'accepted';
  return isOnlyLess(diff) ? 'narrower' : diff.isNew ? 'new' : 'changed';
}
