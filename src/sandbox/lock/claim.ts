import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { lstat, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../errors.js';
import { readPlainFile } from '../../manifest/read-plain-file.js';

const MAX_WAIT_MS = 15_000;
const LOOK_AGAIN_MS = 15;
/** On another machine a process cannot be asked whether it lives: a claim this old is nobody's. Holding one takes milliseconds. */
const MAX_HELD_MS = 60_000;
const MAX_CLAIM_BYTES = 4_096;

/** This machine, in the names of files that say which process has made them. */
export const HOST_ID = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A claim that is held: a file that only one process makes at a time. */
export interface Claim {
  /** False once another process has taken it for a dead one's: what was read under it may have changed since. */
  isHeld(): Promise<boolean>;
}

/**
 * Works while no other process that asks for the same claim does. Waits for one that has it, and takes it from one that has ended. Rejects with an
 * Error when another has held it for too long, or when the claim cannot be made.
 *
 * @param path the file of the claim, beside what is changed under it
 */
export async function withClaim<Result>(
  path: string,
  work: (claim: Claim) => Promise<Result>,
): Promise<Result> {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  await take(path, mine);
  try {
    return await work({ isHeld: () => isStill(path, mine) });
  } finally {
    if (await isStill(path, mine)) await rm(path, { force: true });
  }
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
  while (!created(claim, mine)) {
    await removeIfDead(claim);
    if (performance.now() > until) {
      const message = `another process has held it for ${MAX_WAIT_MS / 1000} s; if there is none, remove ${claim}`;
      throw new Error(message);
    }
    await sleep(LOOK_AGAIN_MS + Math.random() * LOOK_AGAIN_MS);
  }
}

/** In one turn: a process that is killed between the two steps leaves a claim that says nothing, and keeps others waiting until it is old. */
function created(path: string, text: string): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'wx', 0o600);
    writeSync(file, text);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // On a full disk it would say nothing, and keep everybody else waiting.
    if (file !== undefined) rmSync(path, { force: true });
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
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
  return !isAlive(Number(pid));
}

/** Whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
