import { randomUUID } from 'node:crypto';
import { lstat, opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { HOST_ID, isAlive } from '../lock/claim.js';

const LEFTOVER = /^\.phlow-replace\.([0-9a-f]{8})\.(\d{1,10})\.[0-9a-f-]{36}\.tmp$/;
/** On another machine a process cannot be asked whether it lives, and a number is used again. Nothing takes this long to write. */
const MAX_AGE_MS = 24 * 3_600_000;
/** A folder is looked through once in this time, and up to this many names. */
const SWEEP_EVERY_MS = 3_600_000;
const MAX_NAMES = 10_000;
const MAX_FOLDERS = 1_000;

const sweptAt = new Map<string, number>();

/** A name for a file that is about to be put in place: one that is left behind says which process has made it. */
export function temporaryName(): string {
  return `.phlow-replace.${HOST_ID}.${process.pid}.${randomUUID()}.tmp`;
}

/**
 * Removes what processes that were killed have left in a folder when they replaced files. Other files stay, whatever they are called like, and so does
 * what is no regular file. Never rejects: that the folder has leftovers is no reason for not replacing a file.
 */
export async function sweepLeftovers(folder: string): Promise<void> {
  try {
    const { dev, ino } = await stat(folder);
    const now = performance.now();
    const key = `${dev}:${ino}`;
    if (now - (sweptAt.get(key) ?? -Infinity) < SWEEP_EVERY_MS) return;
    if (sweptAt.size >= MAX_FOLDERS) sweptAt.clear();
    sweptAt.set(key, now);
    let seen = 0;
    for await (const { name } of await opendir(folder)) {
      if (++seen > MAX_NAMES) return;
      const [, host, pid] = LEFTOVER.exec(name) ?? [];
      if (host !== undefined)
        await removeIfLeft(join(folder, name), host === HOST_ID ? Number(pid) : undefined);
    }
  } catch {
    // It may be written and not listed, say.
  }
}

async function removeIfLeft(path: string, pid: number | undefined): Promise<void> {
  const found = await lstat(path);
  const isOld = Date.now() - found.mtimeMs > MAX_AGE_MS;
  const isLeft = isOld || (pid !== undefined && !isAlive(pid));
  if (found.isFile() && isLeft) await unlink(path);
}
