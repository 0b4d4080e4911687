import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotOf } from '../host/load/accept-module.js';
import { packageAt } from '../host/load/lock-place.js';
import { installRootsOf } from '../host/load/module-sources.js';
import { PACKAGES_FOLDER } from '../host/load/package-folder.js';
import { LOCK_FILE, readLock, type Lock } from '../sandbox/lock/lock-file.js';
import { sweepLock } from '../sandbox/lock/update-lock.js';
import type { Snapshot } from '../sandbox/snapshot/snapshot.js';
import { relativeName } from './sources.js';
import {
  dropFolder,
  isClaimed,
  moveFolder,
  stagedBeside,
  stagedIn,
  whileAlone,
  type Staged,
} from './staging.js';

/** What a package in a folder is made of, as a load would find it. */
export function packageSnapshot(folder: string, home: string): Promise<Snapshot> {
  const found = packageAt(folder);
  return snapshotOf(found, installRootsOf(found, undefined, home), home);
}

/**
 * Puts right what installs have left that were killed, and resolves with sentences about it. What another install works in stays. Where one was killed
 * between two steps, the package is as it was before, or as the lock file already says.
 */
export async function mendPackages(home: string): Promise<readonly string[]> {
  const isLeft = ({ kind, isInUse }: Staged): boolean => kind !== 'new' || !isInUse;
  await sweepLock(join(home, LOCK_FILE));
  if (!(await stagedIn(home)).some(isLeft) && !isClaimed(home)) return [];
  return whileAlone(home, async () => {
    const lock = await readLock(join(home, LOCK_FILE));
    const notes: string[] = [];
    // Under the claim nobody swaps folders: what was moved aside was so by a process that is dead.
    for (const staged of (await stagedIn(home)).filter(isLeft)) {
      const name = relativeName(join(home, PACKAGES_FOLDER), staged.target);
      const isBack = staged.kind === 'old' && (await putBack(staged, home, lock, name));
      if (isBack) notes.push(`an interrupted update of ${name} was undone`);
      await dropFolder(staged.folder);
    }
    return notes;
  });
}

/** Puts a package back that was moved aside, unless the one in its place is what the lock file accepted. */
async function putBack(
  { folder, target }: Staged,
  home: string,
  lock: Lock | undefined,
  name: string,
): Promise<boolean> {
  if (existsSync(target)) {
    const accepted = lock?.get(name)?.integrity;
    const isAccepted = async (at: string): Promise<boolean> =>
      accepted !== undefined && (await packageSnapshot(at, home)).integrity === accepted;
    if (!(await isAccepted(folder)) || (await isAccepted(target))) return false;
    const aside = stagedBeside(target, 'gone');
    await moveFolder(target, aside);
    await moveFolder(folder, target);
    await dropFolder(aside);
    return true;
  }
  await moveFolder(folder, target);
  return true;
}
