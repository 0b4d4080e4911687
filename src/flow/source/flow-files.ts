import { readFileSync, statSync } from 'node:fs';
import { PhlowError } from '../../errors.js';
import { FLOW_LIMITS } from '../limits.js';

/** How flows read the files they name. Paths are absolute. */
export interface FlowFiles {
  /**
   * The text of a file, or undefined when there is none.
   *
   * @throws PHLOW_FLOW_TOO_LARGE, PHLOW_FLOW_UNREADABLE
   */
  read(path: string): string | undefined;
}

/** The files of this computer. */
export const DISK: FlowFiles = {
  read(path) {
    try {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined || stat.isDirectory()) return undefined;
      if (stat.size > FLOW_LIMITS.textSize) throw tooLarge(path, stat.size);
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (error instanceof PhlowError) throw error;
      if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
      throw new PhlowError('PHLOW_FLOW_UNREADABLE', `Cannot read "${path}": ${String(error)}`, {
        cause: error,
      });
    }
  },
};

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

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
