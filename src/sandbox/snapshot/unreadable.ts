import { messageOf, PhlowError } from '../../errors.js';
import { isMap } from '../../values.js';
import { realpath } from 'node:fs/promises';

/** What the system answers where a listed name is gone, or something else stands in its place by the time it is opened. */
const GONE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EMLINK']);

/** True for the error of a path that no longer leads to what was listed there. */
export function isGone(error: unknown): boolean {
  return isMap(error) && GONE.has(error['code']);
}

/**
 * The error for a part of a module that cannot be read: whatever it holds for another user, or at another time, would belong to what is hashed and
 * accepted.
 */
export function unreadable(path: string, error: unknown): PhlowError {
  const message = `Cannot look at what a module is made of: ${path} cannot be read: ${messageOf(error)}; make it readable to the user who runs phlow, or take it out of the module`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { file: path } });
}

/** The real path of something that a module is made of. Rejects with PHLOW_LOAD_FAILED when it is gone by now, or cannot be looked at. */
export async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isGone(error)) throw unreadable(path, error);
    const message = `${path} is gone, or leads nowhere; load the module again when nothing writes to its files`;
    throw new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { file: path } });
  }
}
