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
 * The path by which the host is asked: without `..`, which no grant covers. Only what climbs above the current folder begins with it: which folder that is,
 * the host knows, and it refuses the path unless everything was granted.
 */
export function grantedPath(path: string): string {
  const parts = path.split('/');
  if (!parts.includes('..')) return path;
  const isAbsolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isAbsolute) kept.push(part);
  }
  const start = isAbsolute ? '/' : kept[0] === '..' ? '' : './';
  return `${start}${kept.join('/')}`;
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
