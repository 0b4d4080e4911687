import { textOf } from '../../../src/values.js';

/** What a call carries, as the manifest has checked it; anything may stand in the fields but `action`. */
export interface FsInput {
  readonly action: 'read' | 'write' | 'watch';
  readonly path: unknown;
  readonly recursive?: unknown;
  readonly content?: unknown;
  readonly force?: unknown;
  readonly interval?: unknown;
}

/** The path in its text form. */
export function pathOf(input: FsInput): string {
  return textOf(input.path);
}

/**
 * The path by which the host is asked: without `..`, which no grant covers. Where the module knows the current folder, a path may climb out of it; elsewhere
 * it stays as it is, and is refused.
 */
export function grantedPath(path: string, currentFolder: string | undefined = folderOfProcess()): string {
  const parts = path.split('/');
  if (!parts.includes('..')) return path;
  const isAbsolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.pop() === undefined && !isAbsolute)
      return currentFolder === undefined ? path : grantedPath(`${currentFolder}/${path}`);
  }
  return `${isAbsolute ? '/' : './'}${kept.join('/')}`;
}

/** A compartment has no process. */
function folderOfProcess(): string | undefined {
  return typeof process === 'undefined' ? undefined : process.cwd();
}

/** The boolean, or the default for anything else. */
export function booleanOf(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

/** The folder that holds a path, as it is written; undefined where that is the current one. */
export function parentOf(path: string): string | undefined {
  const trimmed = path.replace(/\/+$/, '');
  const at = trimmed.lastIndexOf('/');
  if (at === -1) return undefined;
  return trimmed.slice(0, at).replace(/\/+$/, '') || '/';
}
