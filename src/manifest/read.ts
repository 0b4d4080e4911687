import { errorCode, messageOf, PhlowError } from '../errors.js';
import { MAX_MANIFEST_BYTES } from './parse.js';
import { READ_AT_ONCE } from './read-plain-file.js';
import { withFile } from '../with-file.js';

/** The text of the manifest at `path`. Rejects with PHLOW_MANIFEST_UNREADABLE when there is no such file or it cannot be read. */
export async function readManifestText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await withFile(path, READ_AT_ONCE, async (file) => {
      const stat = await file.stat();
      if (!stat.isFile()) throw unreadable(path, 'it is not a file');
      // One byte more than is allowed, so that a larger file is noticed without reading all of it.
      const buffer = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.subarray(0, bytesRead);
    });
  } catch (error) {
    if (error instanceof PhlowError) throw error;
    throw unreadable(path, reasonOf(error), error);
  }
  return manifestText(bytes, path);
}

/** The text of a manifest. Throws PHLOW_MANIFEST_UNREADABLE for what is not UTF-8. */
export function manifestText(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    // Cutting a too large file may split a character: then its size is the better complaint.
    if (bytes.length > MAX_MANIFEST_BYTES) return bytes.toString('latin1');
    throw unreadable(path, 'it is not UTF-8 text', error);
  }
}

function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return messageOf(error);
}

function unreadable(path: string, reason: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_MANIFEST_UNREADABLE', `Cannot read the manifest ${path}: ${reason}`, {
    cause,
    details: { file: path },
  });
}
