import { readFile, rename, writeFile } from 'node:fs/promises';
import { messageOf, PhlowError } from '../../errors.js';
import { compareText, isMap } from '../../values.js';

/** The name of the lock file, beside the folder `phlow_packages`. */
export const LOCK_FILE = 'phlow.lock';

/** What a module was when its owner accepted it. */
export interface LockEntry {
  readonly version: string | undefined;
  /** `sha512-…` of everything the module is made of. */
  readonly integrity: string;
  /** What it was accepted to ask for, as `fs.read ./templates`, in order. */
  readonly permissions: readonly string[];
}

/** The accepted modules by the name they are loaded with. */
export type Lock = ReadonlyMap<string, LockEntry>;

const FORMAT = 1;

/** Reads a lock file; undefined when there is none. Throws PHLOW_LOCK_MISMATCH for a file that is not one. */
export async function readLock(path: string): Promise<Lock | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')
      return undefined;
    throw unreadable(path, messageOf(error), error);
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
  if (!isMap(data) || data['phlow'] !== FORMAT || !isMap(data['modules']))
    throw unreadable(path, `it is no lock file of format ${FORMAT}`);
  return new Map(Object.entries(data['modules']).map(([name, entry]) => [name, entryOf(path, name, entry)]));
}

/** Writes a lock file in one order, so that two equal locks are the same text. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const names = [...lock.keys()].sort(compareText);
  const modules = Object.fromEntries(names.map((name) => [name, lock.get(name)]));
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, `${JSON.stringify({ phlow: FORMAT, modules }, undefined, 2)}\n`);
  await rename(aside, path);
}

function entryOf(path: string, name: string, entry: unknown): LockEntry {
  if (!isMap(entry)) throw unreadable(path, `its entry "${name}" is not an object`);
  const { version, integrity, permissions } = entry;
  const isGood =
    typeof integrity === 'string' &&
    Array.isArray(permissions) &&
    permissions.every((permission) => typeof permission === 'string') &&
    (version === undefined || typeof version === 'string');
  if (!isGood) throw unreadable(path, `its entry "${name}" is not complete`);
  return { version, integrity, permissions };
}

function unreadable(path: string, reason: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_LOCK_MISMATCH', `Cannot read the lock file ${path}: ${reason}`, {
    cause,
    details: { file: path },
  });
}
