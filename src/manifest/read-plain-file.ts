import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { PhlowError } from '../errors.js';

/** Windows does not know it. */
const { O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** Opens a file that somebody else has put there for reading: a pipe in its place must not keep a thread of ours waiting for its other end. */
export const READ_AT_ONCE = constants.O_RDONLY | O_NONBLOCK;

/**
 * Reads a file of a module's folder on the host: nothing but a regular file of at most `mostBytes`, so that neither a pipe, a device nor a
 * file of a terabyte with nothing in it can stop the host. Rejects with PHLOW_LOAD_FAILED, or with the system's own error.
 */
export async function readPlainFile(path: string, mostBytes: number): Promise<Buffer> {
  await using file = await open(path, READ_AT_ONCE);
  const stat = await file.stat();
  if (!stat.isFile()) throw unreadable(path, 'it is not a regular file');
  if (stat.size > mostBytes) throw unreadable(path, `it has more than ${mostBytes} bytes`);
  return await file.readFile();
}

function unreadable(path: string, reason: string): PhlowError {
  return new PhlowError('PHLOW_LOAD_FAILED', `Cannot read ${path}: ${reason}`, { details: { file: path } });
}
