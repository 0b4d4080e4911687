import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { PhlowError } from '../errors.js';
import { withFile } from '../with-file.js';

/** Windows does not know it. */
const { O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** Opens a file that somebody else has put there for reading: a pipe in its place must not keep a thread of ours waiting for its other end. */
export const READ_AT_ONCE = constants.O_RDONLY | O_NONBLOCK;

/** Read at once of a file that does not say how long it is. */
const CHUNK_BYTES = 16_384;

/**
 * Reads a file that others have written, on the host: nothing but a regular file of at most `maxBytes`, so that neither a pipe, a device nor a
 * file of a terabyte with nothing in it can stop the host. Rejects with PHLOW_LOAD_FAILED, its `details.reason` without the path, or with the
 * system's own error.
 */
export async function readPlainFile(path: string, maxBytes: number): Promise<Buffer> {
  return withFile(path, READ_AT_ONCE, async (file) => {
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable(path, 'it is not a regular file');
    const content = stat.size > maxBytes ? undefined : await readAtMost(file, stat.size, maxBytes);
    if (content === undefined) throw unreadable(path, `it has more than ${maxBytes} bytes`);
    return content;
  });
}

/** Bounded while it is read as well: files of the kernel's say that they are empty and may never end, others grow meanwhile. */
async function readAtMost(file: FileHandle, size: number, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (let length = 0; ;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(size - length, CHUNK_BYTES), maxBytes - length) + 1);
    const { bytesRead } = await file.read(chunk);
    if (bytesRead === 0) return Buffer.concat(chunks, length);
    length += bytesRead;
    if (length > maxBytes) return undefined;
    chunks.push(chunk.subarray(0, bytesRead));
  }
}

function unreadable(path: string, reason: string): PhlowError {
  const message = `Cannot read ${path}: ${reason}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file: path, reason } });
}
