import { existsSync, lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isPartOf } from '../audit/lock-modules.js';
import { currentFolder } from '../current-folder.js';
import { PhlowError } from '../errors.js';
import { installedPackages } from '../host/load/package-names.js';
import { PACKAGES_FOLDER } from '../host/load/package-folder.js';
import { didYouMeanModule } from '../nearest.js';
import { LOCK_FILE, readLock, type Lock } from '../sandbox/lock/lock-file.js';
import { isPackageName } from '../manifest/built-in-modules.js';
import { updateLock } from '../sandbox/lock/update-lock.js';
import { visibleLine } from '../visible-text.js';
import { mendPackages } from './mend.js';
import { dropFolder, installFailed, moveFolder, stagedBeside, targetOf, whileAlone } from './staging.js';

/** What was removed. */
export interface UninstallReport {
  readonly removed: readonly string[];
  /** The lock file; undefined where it named none of them. */
  readonly written: string | undefined;
  readonly notes: readonly string[];
}

/**
 * Removes packages from `phlow_packages`, and their entries from `phlow.lock`. Rejects with PHLOW_MODULE_NOT_FOUND for a name that is neither there nor
 * in the lock file (then nothing is removed), PHLOW_LOCK_MISMATCH, PHLOW_LOCK_UNWRITABLE and PHLOW_INSTALL_FAILED.
 */
export async function uninstallPackages(
  names: readonly string[],
  { baseDir }: { readonly baseDir?: string } = {},
): Promise<UninstallReport> {
  const home = resolve(baseDir ?? currentFolder());
  const lockFile = join(home, LOCK_FILE);
  const notes = await mendPackages(home);
  const lock = await readLock(lockFile);
  for (const name of names) assertKnown(name, home, lock);
  const isLocked = names.some((name) => lock?.has(name) === true);
  for (const name of new Set(names)) {
    try {
      if (existsSync(join(home, PACKAGES_FOLDER))) await whileAlone(home, () => remove(name, home, lock));
      else await removeEntry(name, home, lock);
    } catch (error) {
      throw installFailed(`uninstall ${visibleLine(name)}`, error);
    }
  }
  return { removed: [...new Set(names)], written: isLocked ? lockFile : undefined, notes };
}

function assertKnown(name: string, home: string, lock: Lock | undefined): void {
  if (isPackageName(name) && (lock?.has(name) === true || isThere(targetOf(home, name)))) return;
  const hint = didYouMeanModule(name, [...installedPackages(home), ...(lock?.keys() ?? [])]);
  const message = `Cannot uninstall "${visibleLine(name)}": there is no package of that name in ${PACKAGES_FOLDER}, and ${LOCK_FILE} names none.${hint}`;
  throw new PhlowError('PHLOW_MODULE_NOT_FOUND', message, { details: { module: name } });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Moved aside first: a process that is killed leaves the package whole, or none. */
async function remove(name: string, home: string, lock: Lock | undefined): Promise<void> {
  const target = targetOf(home, name);
  const gone = stagedBeside(target, 'gone');
  const isMoved = isThere(target);
  if (isMoved) await moveFolder(target, gone);
  try {
    await removeEntry(name, home, lock);
  } catch (error) {
    if (isMoved) await moveFolder(gone, target);
    throw error;
  }
  await dropFolder(gone);
}

async function removeEntry(name: string, home: string, lock: Lock | undefined): Promise<void> {
  if (lock?.has(name) !== true) return;
  await updateLock(
    join(home, LOCK_FILE),
    (now) => new Map([...(now ?? [])].filter(([key]) => !isPartOf(key, name))),
  );
}
