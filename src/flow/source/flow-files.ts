import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errorCode, isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { READ_AT_ONCE } from '../../manifest/read-plain-file.js';
import { FLOW_LIMITS } from '../limits.js';
import { placeOf, type SourceRange } from './source-file.js';

/** What a file becomes: part of a flow, or a text in it. */
export type FileUse = 'code' | 'text';

/** How flows read the files they name. Paths are absolute. */
export interface FlowFiles {
  /**
   * The text of a file, or undefined when there is none.
   *
   * @param use text without it
   * @throws PHLOW_FLOW_TOO_LARGE, PHLOW_FLOW_UNREADABLE, PHLOW_FLOW_INCLUDE
   */
  read(path: string, use?: FileUse): string | undefined;
}

/** The files of this computer. */
export const DISK: FlowFiles = {
  read(path) {
    try {
      return flowText(readRegularFile(path), path);
    } catch (error) {
      if (error instanceof PhlowError) throw error;
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw unreadable(path, messageOf(error), error);
    }
  },
};

/** The files of this computer, and the pipes that this process was started with: what a shell makes of `<(command)`. */
export const DISK_AND_PIPES: FlowFiles = {
  read: (path) =>
    /^\/(?:dev\/fd|proc\/self\/fd)\/\d+$|^\/dev\/stdin$/.test(path)
      ? flowText(readFileSync(path), path)
      : DISK.read(path),
};

/**
 * Nothing but a regular file: a device may never end, and opening a pipe waits for its other end. The size is bounded while reading as well,
 * since files of the kernel's state none.
 */
function readRegularFile(path: string): Uint8Array {
  const file = openSync(path, READ_AT_ONCE);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw unreadable(path, stat.isDirectory() ? 'it is a folder' : 'it is no file');
    if (stat.size > FLOW_LIMITS.textSize) throw tooLarge(path, stat.size);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const chunk = new Uint8Array(Math.max(4_096, stat.size - length + 1));
      const bytes = readSync(file, chunk);
      if (bytes === 0) return Buffer.concat(chunks, length);
      chunks.push(chunk.subarray(0, bytes));
      length += bytes;
      if (length > FLOW_LIMITS.textSize) throw tooLarge(path, length);
    }
  } finally {
    closeSync(file);
  }
}

/** UTF-8, without the byte order mark that some editors put in front; other bytes would turn into other letters. */
function flowText(bytes: Uint8Array, path: string): string {
  if (bytes.length > FLOW_LIMITS.textSize) throw tooLarge(path, bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, 'it is no UTF-8 text; save it as UTF-8', error);
  }
}

/** The text of a file that somebody else reads, whose size is known beforehand. Throws PHLOW_FLOW_TOO_LARGE, PHLOW_FLOW_UNREADABLE. */
export function readText(path: string, size: number, read: () => Uint8Array): string {
  if (size > FLOW_LIMITS.textSize) throw tooLarge(path, size);
  return flowText(read(), path);
}

/** A text that came from elsewhere without its byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function unreadable(path: string, found: string, cause?: unknown): PhlowError {
  return new PhlowError('PHLOW_FLOW_UNREADABLE', `Cannot read "${path}": ${found}`, {
    cause,
    details: { file: path },
  });
}

/** The files of a folder, links followed; asking for any other is refused with PHLOW_FLOW_INCLUDE. */
export function filesWithin(folder: string): FlowFiles {
  const root = realpathSync(folder);
  return {
    read(path) {
      const isThere = existsSync(path);
      const full = isThere ? realpathSync(path) : resolve(path);
      const inside = relative(isThere ? root : resolve(folder), full);
      // What was looked at is what is read: a link may have come to lead elsewhere by now.
      if (inside !== '' && !isAbsolute(inside) && inside.split(sep)[0] !== '..') return DISK.read(full);
      const message = `Cannot read "${path}" for a flow that came with a package: it is outside of the package (${folder})`;
      throw new PhlowError('PHLOW_FLOW_INCLUDE', message, { details: { file: path } });
    },
  };
}

/** Reads a file that another one names; an error says where. */
export function readNamed(
  files: FlowFiles,
  path: string,
  range: SourceRange,
  use: FileUse,
): string | undefined {
  try {
    return files.read(path, use);
  } catch (error) {
    if (!isPhlowError(error) || error.place !== undefined) throw error;
    const { code, message, cause, details } = error;
    throw new PhlowError(code, message, { cause, details, place: placeOf(range) });
  }
}

/** Files held in memory: for flows that come as text, and for tests. */
export function memoryFiles(files: Readonly<Record<string, string>>): FlowFiles {
  return { read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined) };
}

/** The error for a text of `size` bytes. */
export function tooLarge(path: string, size: number): PhlowError {
  const most = FLOW_LIMITS.textSize;
  return new PhlowError('PHLOW_FLOW_TOO_LARGE', `Cannot load "${path}": ${size} bytes, more than ${most}`, {
    details: { size, most },
  });
}

/** Files whose texts go into `texts`, by their paths, as they are read. */
export function recording(files: FlowFiles, texts: Record<string, string>): FlowFiles {
  return {
    read(path, use) {
      const text = files.read(path, use);
      if (text !== undefined) texts[path] = text;
      return text;
    },
  };
}
