import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, type PhlowError } from '../../errors.js';
import { denied } from './denied.js';

// Windows knows neither flag.
const { O_NOFOLLOW = 0, O_DIRECTORY = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** A place below a granted folder, as the broker works with it. */
export interface Inside {
  /** The granted path on this machine; the owner's, so links in it are followed. */
  readonly granted: string;
  /** What comes below it; empty: the granted file or folder itself. Never followed through a symbolic link. */
  readonly rest: readonly string[];
  /** `read ./templates/a.html`: the attempt in the module's own words. */
  readonly attempt: string;
}

/** How to walk; the default is by descriptors wherever the system has `/proc`. */
export type Walk = 'by-descriptor' | 'by-path';

/** The walk that this system allows. */
export function safestWalk(): Walk {
  return process.platform === 'linux' ? 'by-descriptor' : 'by-path';
}

/**
 * Hands `use` a path to the last name of `place` whose folder can no longer be swapped: on Linux the folder is held open and named through
 * its descriptor, elsewhere it is checked before and, by `openFile`, after. With `create`, missing folders are made.
 */
export async function inFolderOf<T>(
  place: Inside,
  options: { readonly create: boolean; readonly walk: Walk },
  use: (path: string, name: string) => Promise<T>,
): Promise<T> {
  const { folder, names } = await startOf(place, options.create);
  let path = folder;
  let held = await openFolder(folder, place);
  const below = (name: string): string =>
    // Not joined: the root of the file system has no name of its own, and the slash is what leads to what the descriptor stands for.
    options.walk === 'by-descriptor' ? `/proc/self/fd/${held.fd}/${name}` : join(path, name);
  try {
    for (const parent of names.slice(0, -1)) {
      if (options.create) await makeFolder(below(parent));
      const next = await openFolder(below(parent), place);
      await held.close();
      held = next;
      path = join(path, parent);
    }
    const name = names.at(-1) ?? '';
    return await use(below(name), name);
  } finally {
    await held.close();
  }
}

/**
 * Opens a regular file below a granted folder. The caller closes the handle. Throws PHLOW_PERMISSION_DENIED for links, pipes, devices and,
 * when writing, for files that have a second name elsewhere.
 */
export async function openFile(
  place: Inside,
  mode: 'read' | 'write' | 'append',
  walk: Walk = safestWalk(),
): Promise<FileHandle> {
  const isWrite = mode !== 'read';
  const flags = isWrite
    ? constants.O_WRONLY | constants.O_CREAT | (mode === 'append' ? constants.O_APPEND : 0)
    : constants.O_RDONLY;
  return inFolderOf(place, { create: isWrite, walk }, async (path) => {
    if (O_NOFOLLOW === 0) await refuseLink(path, place);
    // Not blocking: opening a pipe would otherwise wait for its other end. Not truncating: what was opened is looked at first.
    const file = await open(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o644).catch((error: unknown) =>
      translate(error, place),
    );
    try {
      const stat = await file.stat();
      if (!stat.isFile())
        throw denied(place.attempt, stat.isDirectory() ? 'it is a folder' : 'it is not a regular file');
      if (isWrite && stat.nlink > 1) throw denied(place.attempt, 'the file has a second name (a hard link)');
      if (walk === 'by-path') await assertUnmoved(path, stat, place);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  });
}

/** Hands `use` a path to the folder at `place`, held open meanwhile. */
export async function inFolder<T>(
  place: Inside,
  use: (path: string) => Promise<T>,
  walk: Walk = safestWalk(),
): Promise<T> {
  return inFolderOf(place, { create: false, walk }, async (path) => {
    const held = await openFolder(path, place);
    try {
      if (walk === 'by-path') await assertUnmoved(path, await held.stat(), place);
      return await use(walk === 'by-descriptor' ? `/proc/self/fd/${held.fd}` : path);
    } finally {
      await held.close();
    }
  });
}

/** Hands `use` a path to a folder in one that `inFolder` has handed out, held open meanwhile. Its name is bytes: not every name is UTF-8. */
export async function inSubfolder<T>(
  folder: string,
  name: Buffer,
  place: Inside,
  use: (path: string) => Promise<T>,
  walk: Walk = safestWalk(),
): Promise<T> {
  const held = await openFolder(pathIn(folder, name), place);
  try {
    const path = join(folder, name.toString());
    if (walk === 'by-path') await assertUnmoved(path, await held.stat(), place);
    return await use(walk === 'by-descriptor' ? `/proc/self/fd/${held.fd}` : path);
  } finally {
    await held.close();
  }
}

/** The path of a name, whatever its bytes are. */
export function pathIn(folder: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), name]);
}

/** Opens a folder that is not a link. */
async function openFolder(path: string | Buffer, place: Inside): Promise<FileHandle> {
  if (O_NOFOLLOW === 0) await refuseLink(path, place);
  const flags = constants.O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
  return open(path, flags).catch((error: unknown) => translate(error, place));
}

async function startOf(
  place: Inside,
  create: boolean,
): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  if (place.rest.length > 0) {
    if (create) await mkdir(place.granted, { recursive: true });
    return { folder: await realpath(place.granted), names: place.rest };
  }
  const real = await realpath(place.granted).catch(async (error: unknown) => {
    if (!create || errorCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(place.granted), { recursive: true });
    return join(await realpath(dirname(place.granted)), basename(place.granted));
  });
  return { folder: dirname(real), names: [basename(real)] };
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

async function refuseLink(path: string | Buffer, place: Inside): Promise<void> {
  const stat = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (stat?.isSymbolicLink() === true) throw linkDenied(place);
}

/** Without descriptors to walk by: the name must still lead, link-free, to the very file that was opened. */
export async function assertUnmoved(
  path: string,
  opened: { dev: number; ino: number },
  place: Inside,
): Promise<void> {
  const now = await lstat(path);
  const isSame = now.dev === opened.dev && now.ino === opened.ino;
  if (!isSame || (await realpath(path)) !== path) throw linkDenied(place);
}

function translate(error: unknown, place: Inside): never {
  const code = errorCode(error);
  // What the systems answer for a link where O_NOFOLLOW forbids it; with O_DIRECTORY Linux says ENOTDIR for a link, too.
  if (code === 'ELOOP' || code === 'EMLINK') throw linkDenied(place);
  if (code === 'ENXIO') throw denied(place.attempt, 'it is not a regular file');
  throw error;
}

function linkDenied(place: Inside): PhlowError {
  return denied(place.attempt, 'a part of the path is a symbolic link, and links are not followed');
}
