import { realpath } from 'node:fs/promises';
import { PhlowError } from '../../errors.js';
import { isGone, unreadable } from './unreadable.js';

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
