import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { PhlowError } from '../../errors.js';
import type { Pace } from './list-tree.js';
import { withFile } from '../../with-file.js';
import { isGone, unreadable } from './unreadable.js';

/** Windows knows neither. */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;

/** A link in the place of the file is refused, and a pipe keeps nobody waiting for its other end. */
const READ_PLAIN = constants.O_RDONLY | O_NONBLOCK | O_NOFOLLOW;

/**
 * What is read and hashed in one go, in about a millisecond; longer files give way to the other work of the host in between. A shorter one is read
 * at once: handing it to another thread and back, four times, takes longer than reading it.
 */
const CHUNK_BYTES = 524_288;

/** What a file was when it was read. */
export interface ReadFile {
  readonly bytes: number;
  readonly digest: string;
  /** The content; undefined when the file is larger than was to be kept. */
  readonly content: Buffer | undefined;
}

/**
 * Reads and hashes a regular file in one pass, without following a link; undefined when it is gone, is not a regular file, or has more than
 * `maxBytes`, which is what it was listed with: a file that grows meanwhile is not read to its end. Rejects with PHLOW_LOAD_FAILED for one that cannot
 * be read.
 */
export async function readHashed(
  path: string,
  maxBytes: number,
  keepBytes: number,
  pace?: Pace,
): Promise<ReadFile | undefined> {
  if (maxBytes > CHUNK_BYTES) return await readInChunks(path, maxBytes, keepBytes, pace);
  const content = readBounded(path, maxBytes);
  if (content === undefined) return undefined;
  const digest = createHash('sha256').update(content).digest('base64');
  return { bytes: content.length, digest, content: content.length <= keepBytes ? content : undefined };
}

async function readInChunks(
  path: string,
  maxBytes: number,
  keepBytes: number,
  pace: Pace | undefined,
): Promise<ReadFile | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, READ_PLAIN);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadable(path, error);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > maxBytes) return undefined;
    const hash = createHash('sha256');
    const kept: Buffer[] = [];
    let bytes = 0;
    // A file of /proc claims to be empty and is not: reading goes on until nothing comes.
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(stat.size - bytes, 0) + 1));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      bytes += bytesRead;
      if (bytes > maxBytes) return undefined;
      add(hash, kept, chunk.subarray(0, bytesRead), bytes <= keepBytes);
      await pace?.step();
    }
    const content = bytes <= keepBytes ? Buffer.concat(kept) : undefined;
    return { bytes, digest: hash.digest('base64'), content };
  } catch (error) {
    pace?.throwIfEnded();
    throw unreadable(path, error);
  } finally {
    await file.close();
  }
}

function add(hash: Hash, kept: Buffer[], chunk: Buffer, isKept: boolean): void {
  hash.update(chunk);
  if (isKept) kept.push(chunk);
}

/** A file as a snapshot lists it. */
export interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
}

/**
 * The content of a file of a snapshot, held against its hash as it was read. Throws PHLOW_LOAD_FAILED for anything else: a file that has changed since
 * the snapshot was taken never gets in.
 */
export function readVerified({ path, bytes, digest }: Listed): Buffer {
  const content = readBounded(path, bytes);
  if (content === undefined || createHash('sha256').update(content).digest('base64') !== digest)
    throw changed(path);
  return content;
}

/** True for a file that is shorter than what takes it to another thread and back. */
export function copiesAtOnce({ bytes }: Listed): boolean {
  return bytes <= CHUNK_BYTES;
}

/** Copies a file of a snapshot, held against its hash as it was read. Rejects with PHLOW_LOAD_FAILED for anything else. */
export async function copyVerified(listed: Listed, to: string): Promise<void> {
  await withFile(to, 'wx', (copy) => copyInto(copy, listed), 0o600);
}

async function copyInto(copy: FileHandle, { path, bytes, digest }: Listed): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, READ_PLAIN);
  } catch (error) {
    throw isGone(error) ? changed(path) : unreadable(path, error);
  }
  try {
    if (!(await file.stat()).isFile()) throw changed(path);
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes + 1));
    for (let copied = 0; ;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      copied += bytesRead;
      if (copied > bytes) throw changed(path);
      const part = chunk.subarray(0, bytesRead);
      hash.update(part);
      await copy.writeFile(part);
    }
    if (hash.digest('base64') !== digest) throw changed(path);
  } finally {
    await file.close();
  }
}

function changed(path: string): PhlowError {
  const message = `${path} changed while the module was being loaded; load it again when nothing writes to its files`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file: path } });
}

function readBounded(path: string, bytes: number): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, READ_PLAIN);
    if (!fstatSync(file).isFile()) return undefined;
    const content = Buffer.allocUnsafe(bytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, content, length, content.length - length, null);
      if (read === 0) break;
      length += read;
      if (length > bytes) return undefined;
    }
    return content.subarray(0, length);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
