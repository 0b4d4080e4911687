import { readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, messageOf, PhlowError } from '../../errors.js';
import { withClaim } from './claim.js';
import { readLock, writeLock, type Lock } from './lock-file.js';

const FOLDER =
  'a lock file is written beside itself first, so that its folder has to be writable for the user who accepts';
/** What can be done about an error of the file system. */
const HELP: Readonly<Record<string, string>> = {
  EACCES: FOLDER,
  EPERM: FOLDER,
  EROFS:
    'it lies on a file system that is mounted read-only: accept where it can be written, and put it under version control',
  ENOENT: 'the folder is not there',
  ENOTDIR: 'the folder is not there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EISDIR: 'a folder is in its place',
};

/**
 * Changes a lock file: what is there by then is read again, changed and written as a whole, while nobody else does so. Two who accept at once lose
 * nothing of each other. Where the file is a link, what it leads to is changed. Throws PHLOW_LOCK_MISMATCH when the file cannot be read, and
 * PHLOW_LOCK_UNWRITABLE when it cannot be written or when somebody holds it for too long.
 */
export async function updateLock(named: string, change: (now: Lock | undefined) => Lock): Promise<void> {
  // Who comes by another way has to meet the same claim.
  const path = await realpath(named).catch(() => named);
  try {
    for (let isWritten = false; !isWritten;) {
      isWritten = await withClaim(`${path}.claim`, async (claim) => {
        const next = change(await readLock(path));
        // Another process that removed a dead claim may have removed this one: then start over.
        if (!(await claim.isHeld())) return false;
        await writeLock(path, next);
        await removeLeftovers(path);
        return true;
      });
    }
  } catch (error) {
    if (error instanceof PhlowError) throw error;
    throw unwritable(path, error);
  }
}

/** Removes what a process has left that was killed while it changed the file. Throws PHLOW_LOCK_UNWRITABLE. */
export async function sweepLock(named: string): Promise<void> {
  const path = await realpath(named).catch(() => named);
  const names = await readdir(dirname(path)).catch((): string[] => []);
  const isLeft = names.some((name) => name === `${basename(path)}.claim` || isLeftover(name, path));
  if (!isLeft) return;
  try {
    await withClaim(`${path}.claim`, () => removeLeftovers(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Under the claim, nobody else is writing. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names.filter((one) => isLeftover(one, path)))
    await rm(join(folder, name), { force: true });
}

/** A file that was being written, or a claim that was being taken away. */
function isLeftover(name: string, path: string): boolean {
  const own = `${basename(path)}.`;
  return name.startsWith(own) && /^(?:claim\.[0-9a-f-]{36}|[0-9a-f-]{36}\.tmp)$/.test(name.slice(own.length));
}

function unwritable(path: string, error: unknown): PhlowError {
  const code = errorCode(error);
  const help = Object.hasOwn(HELP, code) ? `; ${HELP[code] ?? ''}` : '';
  const message = `Cannot write the lock file ${path}: ${messageOf(error)}${help}. What is there is as it was, and nothing was accepted`;
  return new PhlowError('PHLOW_LOCK_UNWRITABLE', message, { cause: error, details: { file: path, code } });
}
