import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, messageOf, PhlowError } from '../errors.js';
import { STAGED_PREFIX } from '../host/load/package-folder.js';
import { PACKAGES_FOLDER } from '../host/load/package-folder.js';
import { HOST_ID, isAlive, withClaim } from '../sandbox/lock/claim.js';
import { visiblePath } from '../visible-text.js';
import { withFile } from '../with-file.js';
import type { PackageFile } from './read-tarball.js';

/**
 * What a folder beside the packages is for: `new`: being unpacked; `old`: was in place until another came; `gone`: to be removed. All lie beside the
 * package that they are about, so that one rename puts them in place.
 */
export type StagedKind = 'new' | 'old' | 'gone';

/** A folder that an install has left or works in. */
export interface Staged {
  readonly kind: StagedKind;
  readonly folder: string;
  /** The package that it is about: its folder. */
  readonly target: string;
  /** False: the process that made it has ended, or nobody knows after a day. */
  readonly isInUse: boolean;
}

/** The name of a package does not begin with a dot: `.` and `..` would be the folder of all packages and the application's own. */
const STAGED = /^\.phlow-(new|old|gone)\.([^.].*)\.([0-9a-f]{8})\.(\d+)\.[0-9a-f]{8}$/;
/** On another machine a process cannot be asked whether it lives. No install takes this long. */
const MAX_AGE_MS = 24 * 3_600_000;

/** The folder of a package. */
export function targetOf(home: string, name: string): string {
  return join(home, PACKAGES_FOLDER, ...name.split('/'));
}

/** A new path beside a package, which says whose it is. */
export function stagedBeside(target: string, kind: StagedKind): string {
  const id = randomBytes(4).toString('hex');
  return join(dirname(target), `${STAGED_PREFIX}${kind}.${basename(target)}.${HOST_ID}.${process.pid}.${id}`);
}

/** What installs have left below a folder, or work in. */
export async function stagedIn(home: string): Promise<readonly Staged[]> {
  const top = join(home, PACKAGES_FOLDER);
  const scopes = namesIn(top).filter((name) => name.startsWith('@'));
  const found: Staged[] = [];
  for (const folder of [top, ...scopes.map((scope) => join(top, scope))])
    for (const name of namesIn(folder)) {
      const [, kind, own, host, pid] = STAGED.exec(name) ?? [];
      if (own === undefined) continue;
      const at = join(folder, name);
      const age = await lstat(at).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      const isInUse = age < MAX_AGE_MS && (host !== HOST_ID || isAlive(Number(pid)));
      found.push({ kind: kind as StagedKind, folder: at, target: join(folder, own), isInUse });
    }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw installFailed(`look into ${visiblePath(folder)}`, error);
  }
}

/** Makes the folder that a package is going to lie in; undoes that when nothing came of it. */
export async function withFolders<Result>(target: string, work: () => Promise<Result>): Promise<Result> {
  const parent = dirname(target);
  const missing: string[] = [];
  for (let at = parent; !existsSync(at); at = dirname(at)) missing.push(at);
  try {
    await mkdir(parent, { recursive: true });
    return await work();
  } catch (error) {
    // Only what is empty goes: another install may use it by now.
    for (const folder of missing) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** Writes the files of a package into a new folder, whole and as nobody's links: modes 644 and 755, whatever the umask. */
export async function writeStaged(
  folder: string,
  files: readonly PackageFile[],
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  await chmod(folder, 0o755);
  const made = new Set([folder]);
  for (const { path, content, isExecutable } of files) {
    signal?.throwIfAborted();
    const file = join(folder, path);
    await makeFolders(dirname(file), made);
    const mode = isExecutable ? 0o755 : 0o644;
    await withFile(
      file,
      'wx',
      async (handle) => {
        await handle.writeFile(content);
        await handle.chmod(mode);
        await handle.sync();
      },
      mode,
    );
  }
}

async function makeFolders(folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  await makeFolders(dirname(folder), made);
  await mkdir(folder, { mode: 0o755 });
  await chmod(folder, 0o755);
  made.add(folder);
}

function claimOf(home: string): string {
  return join(home, PACKAGES_FOLDER, `${STAGED_PREFIX}claim`);
}

/** Whether an install changes the packages of a folder, or was killed while it did. */
export function isClaimed(home: string): boolean {
  return existsSync(claimOf(home));
}

/** Works while no other install changes the packages of a folder. Rejects with PHLOW_INSTALL_FAILED when another has done so for too long. */
export async function whileAlone<Result>(home: string, work: () => Promise<Result>): Promise<Result> {
  const started = { isWorking: false };
  try {
    return await withClaim(claimOf(home), () => {
      started.isWorking = true;
      return work();
    });
  } catch (error) {
    if (started.isWorking) throw error;
    throw installFailed(`install into ${visiblePath(join(home, PACKAGES_FOLDER))}`, error);
  }
}

/** Renames a folder, and has the disk know it. */
export async function moveFolder(from: string, to: string): Promise<void> {
  await rename(from, to);
  // Not every system opens folders.
  const folder = await open(dirname(to), 'r').catch(() => undefined);
  if (folder === undefined) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}

/** Removes a folder that is no longer in place, and the folder of its scope when that is empty. */
export async function dropFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const parent = dirname(folder);
  if (basename(parent).startsWith('@')) await rmdir(parent).catch(() => undefined);
}

/** The error of an install that the file system does not let happen. */
export function installFailed(attempt: string, error: unknown): PhlowError {
  if (error instanceof PhlowError) return error;
  const help: Readonly<Record<string, string>> = {
    EACCES: '; the folder has to be writable for the user who installs',
    EPERM: '; the folder has to be writable for the user who installs',
    EROFS: '; it lies on a file system that is mounted read-only',
    ENOSPC: '; the disk is full',
    EDQUOT: '; the quota of the disk is used up',
  };
  const code = errorCode(error);
  const message = `Cannot ${attempt}: ${messageOf(error)}${help[code] ?? ''}. What was installed is as it was`;
  return new PhlowError('PHLOW_INSTALL_FAILED', message, { cause: error, details: { code } });
}
