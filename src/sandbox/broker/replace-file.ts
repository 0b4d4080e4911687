import { constants, type Stats } from 'node:fs';
import { link, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../../errors.js';
import { denied } from './denied.js';
import { sweepLeftovers, temporaryName } from './leftovers.js';
import { assertUnmoved, inFolderOf, safestWalk, type Inside, type Walk } from './open-inside.js';

/** How a file is put in place. */
export interface ReplaceOptions {
  /** True: what stands there is replaced. False: that is an error, EEXIST. */
  readonly mayReplace: boolean;
  /** Makes the folders on the way. */
  readonly makeParents: boolean;
}

// Systems that know no hard links on some of their disks.
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Puts a whole file in place in one go: it is written beside its place and renamed, so that everybody sees the old content or the new one, also after a
 * crash. What a killed process leaves is removed when another process replaces a file in that folder. Resolves with whether a file was replaced. Throws
 * PHLOW_PERMISSION_DENIED for what is neither a file nor absent.
 */
export async function replaceFile(
  place: Inside,
  data: Uint8Array,
  { mayReplace, makeParents }: ReplaceOptions,
  walk: Walk = safestWalk(),
): Promise<boolean> {
  return inFolderOf(place, { create: makeParents, walk }, async (path) => {
    if (!mayReplace) await assertAbsent(path);
    const before = mayReplace ? await modeOf(path, place) : undefined;
    const temporary = join(dirname(path), temporaryName());
    await sweepLeftovers(dirname(path));
    try {
      await writeWhole(temporary, data, before, place, walk);
      if (mayReplace) await rename(temporary, path);
      else await claim(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    return before !== undefined;
  });
}

/** Moves a file to a name that nobody has: of several that try, one succeeds. */
async function claim(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!NO_LINKS.includes(errorCode(error))) throw error;
    await assertAbsent(path);
    await rename(temporary, path);
    return;
  }
  await unlink(temporary);
}

async function writeWhole(
  path: string,
  data: Uint8Array,
  mode: number | undefined,
  place: Inside,
  walk: Walk,
): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644);
  try {
    if (walk === 'by-path') await assertUnmoved(path, await file.stat(), place);
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(data);
    // Before the rename: a name must never lead to a file whose content is not on the disk yet.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function assertAbsent(path: string): Promise<void> {
  if ((await statOf(path)) !== undefined) throw system('EEXIST');
}

/** The permission bits of a file; undefined where there is none. */
async function modeOf(path: string, place: Inside): Promise<number | undefined> {
  const stat = await statOf(path);
  if (stat === undefined) return undefined;
  if (stat.isFile()) return stat.mode & 0o777;
  if (stat.isDirectory()) throw system('EISDIR');
  throw denied(place.attempt, stat.isSymbolicLink() ? 'it is a symbolic link' : 'it is not a regular file');
}

async function statOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

function system(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * Makes a folder; one that is there already is no error with `makeParents`. Throws EEXIST for anything else that has its name, and ENOENT for missing
 * folders on the way without `makeParents`.
 */
export async function makeFolder(
  place: Inside,
  { makeParents }: { readonly makeParents: boolean },
): Promise<void> {
  await inFolderOf(place, { create: makeParents, walk: safestWalk() }, async (path) => {
    try {
      await mkdir(path);
    } catch (error) {
      const isThere = makeParents && errorCode(error) === 'EEXIST';
      if (!isThere || (await statOf(path))?.isDirectory() !== true) throw error;
    }
  });
}
