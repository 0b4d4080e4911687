import { join, resolve } from 'node:path';
import { installRootsOf, lockPlaceOf } from '../host/load/module-sources.js';
import { findModule, type Found } from '../host/load/resolve.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest } from '../manifest/manifest.js';
import { readManifest } from '../manifest/read.js';
import { levelFor } from '../sandbox/levels.js';
import { lockDiff, lockEntryOf, type LockDiff } from '../sandbox/lock/lock-diff.js';
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

/** How a module stands to the lock file. */
export interface LockState {
  readonly now: LockEntry;
  /** How it differs from what was accepted; a module that the lock file does not know is new. Undefined when nothing differs. */
  readonly diff: LockDiff | undefined;
}

/** Finds a module and reads its manifest. Throws PHLOW_MODULE_NOT_FOUND, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE. */
export async function examine(nameOrPath: string, baseDir: string): Promise<Examined> {
  const found = findModule(nameOrPath, baseDir);
  const manifest = await readManifest(found.manifestPath);
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

/** Compares a module with what a lock accepted. */
export async function lockStateOf(
  { found, manifest, key }: Examined,
  baseDir: string,
  lock: Lock,
): Promise<LockState> {
  const now = await lockEntryOf(manifest, found.folder, installRootsOf(found, undefined, baseDir));
  return { now, diff: lockDiff(lock.get(key), now, manifest) };
}
