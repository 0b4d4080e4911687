import { join, resolve } from 'node:path';
import { manifestIn, snapshotOf } from '../host/load/accept-module.js';
import { installRootsOf, lockPlaceOf } from '../host/load/module-sources.js';
import { findModule, type Found } from '../host/load/resolve.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import { readManifest } from '../manifest/read.js';
import { levelFor } from '../sandbox/levels.js';
import { lockDiff, lockEntryOf, type LockDiff } from '../sandbox/lock/lock-diff.js';
import type { Snapshot } from '../sandbox/snapshot/snapshot.js';
import { LOCK_FILE, type Lock, type LockEntry } from '../sandbox/lock/lock-file.js';

/** A module as it lies there, before anything of it runs. */
export interface Examined {
  readonly found: Found;
  readonly manifest: Manifest;
  /** The level it would run at when its owner says nothing. */
  readonly level: IsolationLevel;
  /** Its name in the lock file. */
  readonly key: string;
}

/** A module with what it is made of; undefined for what ships with phlow. */
export interface ExaminedWhole extends Examined {
  readonly snapshot: Snapshot | undefined;
}

/** How a module stands to the lock file. */
export interface LockState {
  readonly now: LockEntry;
  /** How it differs from what was accepted; a module that the lock file does not know is new. Undefined when nothing differs. */
  readonly diff: LockDiff | undefined;
}

/** Finds a module and reads its manifest. Throws PHLOW_MODULE_NOT_FOUND, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE. */
export async function examine(nameOrPath: string, baseDir: string): Promise<Examined> {
  const found = findModule(nameOrPath, baseDir);
  return examined(found, await readManifest(found.manifestPath), baseDir);
}

/** The same, with everything that the module is made of: the manifest is the one among it. What ships with phlow is taken for what it is. */
export async function examineWhole(nameOrPath: string, baseDir: string): Promise<ExaminedWhole> {
  const found = findModule(nameOrPath, baseDir);
  if (found.origin === 'builtin') return { ...(await examine(nameOrPath, baseDir)), snapshot: undefined };
  const snapshot = await snapshotOf(found, installRootsOf(found, undefined, baseDir), baseDir);
  return { ...examined(found, await manifestIn(snapshot, found), baseDir), snapshot };
}

function examined(found: Found, manifest: Manifest, baseDir: string): Examined {
  const level = levelFor({
    module: found.name,
    origin: found.origin,
    asked: manifest.isolation,
    owner: undefined,
  });
  return { found, manifest, level, key: lockPlaceOf(found, baseDir).key };
}

/** Where the lock file of a base folder is. */
export function lockPathOf(baseDir: string): string {
  return join(resolve(baseDir), LOCK_FILE);
}

/** Compares a module with what a lock accepted; undefined for what ships with phlow. Throws PHLOW_LOCK_MISMATCH for one that cannot be locked. */
export function lockStateOf({ snapshot, manifest, key }: ExaminedWhole, lock: Lock): LockState | undefined {
  if (snapshot === undefined) return undefined;
  const now = lockEntryOf(manifest, snapshot);
  return { now, diff: lockDiff(lock.get(key), now, manifest) };
}
