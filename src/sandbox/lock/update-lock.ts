import { randomUUID } from 'node:crypto';
import { lstat, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PhlowError } from '../../errors.js';
import { readPlainFile } from '../../manifest/read-plain-file.js';
import { withFile } from '../../with-file.js';
import { readLock, writeLock, type Lock } from './lock-file.js';

const MAX_WAIT_MS = 15_000;
const LOOK_AGAIN_MS = 15;
/** On another machine a process cannot be asked whether it lives: a claim this old is nobody's. Holding one takes milliseconds. */
const MAX_HELD_MS = 60_000;
const MAX_CLAIM_BYTES = 4_096;
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
  const claim = `${path}.claim`;
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  try {
    for (let isWritten = false; !isWritten;) {
      await take(claim, mine);
      const next = change(await readLock(path));
      // Another process that removed a dead claim may have removed this one: then start over.
      isWritten = await isStill(claim, mine);
      if (isWritten) await writeLock(path, next);
    }
  } catch (error) {
    if (error instanceof PhlowError) throw error;
    throw unwritable(path, error);
  } finally {
    if (await isStill(claim, mine)) await rm(claim, { force: true });
  }
}

function unwritable(path: string, error: unknown): PhlowError {
  const code = codeOf(error);
  const help = Object.hasOwn(HELP, code) ? `; ${HELP[code] ?? ''}` : '';
  const message = `Cannot write the lock file ${path}: ${messageOf(error)}${help}. What is there is as it was, and nothing was accepted`;
  return new PhlowError('PHLOW_LOCK_UNWRITABLE', message, { cause: error, details: { file: path, code } });
}

async function isStill(claim: string, mine: string): Promise<boolean> {
  return (await textOf(claim)) === mine;
}

/** What a claim says; undefined when there is none. */
async function textOf(claim: string): Promise<string | undefined> {
  return readPlainFile(claim, MAX_CLAIM_BYTES).then(String, () => undefined);
}

async function take(claim: string, mine: string): Promise<void> {
  const until = performance.now() + MAX_WAIT_MS;
  while (!(await created(claim, mine))) {
    await removeIfDead(claim);
    if (performance.now() > until) {
      const message = `another process has held it for ${MAX_WAIT_MS / 1000} s; if there is none, remove ${claim}`;
      throw new Error(message);
    }
    await sleep(LOOK_AGAIN_MS + Math.random() * LOOK_AGAIN_MS);
  }
}

async function created(path: string, text: string): Promise<boolean> {
  const claim = { isMade: false };
  const write = (file: FileHandle): Promise<void> => {
    claim.isMade = true;
    return file.writeFile(text);
  };
  try {
    await withFile(path, 'wx', write, 0o600);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // On a full disk it would say nothing, and keep everybody else waiting.
    if (claim.isMade) await rm(path, { force: true });
    throw error;
  }
}

/**
 * Removes the claim of a process that has ended. Taken away under a name of its own first, so that of two who find it dead only one removes it, and
 * a claim that has been made meanwhile is put back.
 */
async function removeIfDead(claim: string): Promise<void> {
  const present = await lstat(claim).catch(() => undefined);
  // Nothing of ours, and it will never go away by itself.
  if (present?.isFile() === false) throw new Error(`${claim} is in the way; remove it`);
  const found = await textOf(claim);
  if (found === undefined || !(await isDead(claim, found))) return;
  const aside = `${claim}.${randomUUID()}`;
  try {
    await rename(claim, aside);
  } catch {
    return;
  }
  const taken = await textOf(aside);
  if (taken === found) await rm(aside, { force: true });
  else await rename(aside, claim).catch(() => undefined);
}

async function isDead(claim: string, text: string): Promise<boolean> {
  const age = await lstat(claim).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  const [, pid, host] = /^\{"pid":(\d+),"host":"([^"]*)"/.exec(text) ?? [];
  // Half written: its writer is between two steps, or was killed there.
  if (pid === undefined || host !== hostname()) return age > MAX_HELD_MS;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
