import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  opendirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { Pace } from './list-tree.js';

/** A place with less room is a full one. */
const MIN_ROOM_BYTES = 65_536;

/** Where phlow keeps what only the user who runs it may write, or why there is no such place. */
export type OwnPlace = { readonly folder: string } | { readonly missing: string };

/** Whether a folder that is not there is made: not by who only looks. */
export interface FolderUse {
  readonly mayMake: boolean;
}

const MAY_MAKE: FolderUse = Object.freeze({ mayMake: true });

/**
 * The folder of phlow's cache: below `XDG_CACHE_HOME` where that is set, else below the user's own `.cache`. There is no other: a folder that is shared
 * with others by its name would be somebody else's by the time it is made.
 */
export function cacheRoot(use = MAY_MAKE): OwnPlace {
  const named = process.env['XDG_CACHE_HOME'];
  const base = named !== undefined && isAbsolute(named) ? named : homeCache();
  if (base === undefined) return { missing: 'the user has no home folder' };
  const folder = join(base, 'phlow');
  const reason = whyUnsafe(folder, use);
  return reason === undefined ? { folder } : { missing: reason };
}

/**
 * A new folder for nobody but this process; undefined when there is no place for one.
 *
 * @param isLookedUpFrom whether Node looks for packages from there: then nobody else may put a `node_modules` into any folder on the way either, so
 *   that a folder of all users is no place for it; and rather one below no `node_modules`
 */
export function newPrivateFolder(purpose: string, isLookedUpFrom = false): string | undefined {
  const cache = cacheRoot();
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const own = [
    ...('folder' in cache ? [join(cache.folder, purpose)] : []),
    ...(runtime !== undefined && isAbsolute(runtime) ? [join(runtime, 'phlow', purpose)] : []),
  ].filter((place) => whyUnsafe(place) === undefined);
  // In a folder of all users: a name that nobody can guess, which the sticky bit keeps from being taken away.
  const shared = [tmpdir(), '/dev/shm', '/var/tmp'].filter((place) => isWaySafe(place, !isLookedUpFrom));
  const places = [...own.filter((place) => !isLookedUpFrom || isWaySafe(place, false)), ...shared];
  if (isLookedUpFrom) places.sort((a, b) => Number(isBelowPackages(a)) - Number(isBelowPackages(b)));
  for (const place of places) {
    const made = roomIn(place);
    if (made !== undefined) return made;
  }
  return undefined;
}

/**
 * Removes a private folder. Not by one call for all of it: that begins with tens of thousands of files in one turn of the event loop. Nobody else
 * can write to it, so that no name turns into a link meanwhile.
 */
export async function dropPrivateFolder(folder: string): Promise<void> {
  try {
    await emptied(folder, new Pace());
  } catch {
    // Something came into it meanwhile.
    await rm(folder, { recursive: true, force: true });
  }
}

async function emptied(folder: string, pace: Pace): Promise<void> {
  const names = opendirSync(folder, { bufferSize: 256 });
  const inner: string[] = [];
  try {
    for (let entry = names.readSync(); entry !== null; entry = names.readSync()) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) inner.push(path);
      else unlinkSync(path);
      await pace.step();
    }
  } finally {
    names.closeSync();
  }
  for (const path of inner) await emptied(path, pace);
  rmdirSync(folder);
}

/** A new folder in a place; undefined when it is full or read-only: another place may not be. */
function roomIn(place: string): string | undefined {
  let made: string | undefined;
  try {
    made = realpathSync(mkdtempSync(join(place, `phlow-${process.pid}-`)));
    const probe = join(made, 'probe');
    writeFileSync(probe, Buffer.alloc(MIN_ROOM_BYTES), { flag: 'wx', mode: 0o600 });
    rmSync(probe);
    return made;
  } catch {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    return undefined;
  }
}

function isBelowPackages(folder: string): boolean {
  return (
    isThere(join(folder, 'node_modules')) || (dirname(folder) !== folder && isBelowPackages(dirname(folder)))
  );
}

function isWaySafe(folder: string, maySticky: boolean): boolean {
  try {
    return whyWayUnsafe(realpathSync(folder), maySticky) === undefined;
  } catch {
    return false;
  }
}

/**
 * Why a folder is not safe from other users, made on the way when it is not there; undefined when it is. Safe means: every folder on the way to it
 * belongs to this user or to root and nobody else can write to it; others may write to one on the way that is sticky, since they cannot take away there
 * what is not theirs. It is itself no link and belongs to this user.
 *
 * @param use without `mayMake`, what is not there stays so, and is safe when it could be made as far as can be seen
 */
export function whyUnsafe(folder: string, use = MAY_MAKE): string | undefined {
  try {
    const parent = dirname(folder);
    if (parent !== folder) {
      // One folder at a time, and only in a safe one: making a whole way at once can run in circles below /proc.
      const reason = isThere(parent) ? whyWayUnsafe(realpathSync(parent)) : whyUnsafe(parent, use);
      if (reason !== undefined) return reason;
    }
    if (!isThere(folder)) {
      if (!use.mayMake) {
        if (isThere(parent)) accessSync(parent, constants.W_OK | constants.X_OK);
        return undefined;
      }
      mkdirSync(folder, { mode: 0o700 });
    }
    const stat = lstatSync(folder);
    if (!stat.isDirectory()) return `${folder} is not a folder`;
    // Windows has no such bits; there the user's own folders are closed to others by default.
    if (process.getuid === undefined) return undefined;
    if (stat.uid !== process.getuid()) return `${folder} belongs to another user`;
    return (stat.mode & 0o022) === 0 ? undefined : `others can write to ${folder}`;
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
    return `${folder} cannot be made or looked at (${code})`;
  }
}

/** A folder on the way, and all above it. Others may write to a sticky one, unless what they add to it counts as well. */
function whyWayUnsafe(folder: string, maySticky = true): string | undefined {
  if (process.getuid === undefined) return undefined;
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) return `${folder} is not a folder`;
  if (stat.uid !== 0 && stat.uid !== process.getuid()) return `${folder} belongs to another user`;
  const isSticky = maySticky && (stat.mode & 0o1000) !== 0;
  if ((stat.mode & 0o022) !== 0 && !isSticky) return `others can write to ${folder}`;
  return dirname(folder) === folder ? undefined : whyWayUnsafe(dirname(folder), maySticky);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A user id without an account has no home, which Node answers by throwing. */
function homeCache(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? join(home, '.cache') : undefined;
  } catch {
    return undefined;
  }
}
