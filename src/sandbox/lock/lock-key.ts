import { isAbsolute, relative, resolve, sep } from 'node:path';
import { foldedName } from '../ownership.js';

/** The name of a folder in the lock file of another one: a path below it or out of it, spelled the same on every system. */
export function lockKeyFrom(home: string, folder: string): string {
  const path = relative(home, folder).split(sep);
  return path[0] === '..' ? path.join('/') : `./${path.join('/')}`;
}

/**
 * The only spelling of a name in a lock file, which is a path or the name of a package. Names are compared as texts: by any other spelling nobody would
 * find the entry, and what it names would be taken for something that was never locked.
 */
export function wellSpelledKey(home: string, key: string): string {
  if (isPathKey(key)) return lockKeyFrom(home, resolve(home, key));
  return key
    .split('/')
    .filter((name) => name !== '' && name !== '.' && name !== '..')
    .join('/');
}

/** True for a path; anything else is the name of a package. */
export function isPathKey(key: string): boolean {
  return /^\.{1,2}(?:\/|$)/.test(key) || isAbsolute(key);
}

/** True for the name of one of the application's own, which is a path to no `node_modules`. */
export function isOwnKey(key: string): boolean {
  return /^\.{1,2}(?:\/(?!node_modules\/)|$)/.test(key);
}

/** Nothing but case is folded in these, nearly all that there are. */
const PLAIN_KEY = /^(?:\.{1,2}\/)*[\w@/-]*$/;

/** One spelling for all names of a lock file that are easily taken for the same, or are the same on another system: other cases, say. */
export function foldedKey(key: string): string {
  return PLAIN_KEY.test(key) ? key.toUpperCase() : key.split('/').map(foldedName).join('/');
}
