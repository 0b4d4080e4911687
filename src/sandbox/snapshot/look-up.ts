import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { lstat } from 'node:fs/promises';
import type { SnapshotBudget } from './list-tree.js';

/** What npm takes for a name; neither a path nor a folder of dots can be spelled with it. */
const PACKAGE_NAME = /^(?:@[a-z0-9~_-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i;
const MAX_NAME_LENGTH = 214;

/** Where a look-up of a package ended. */
export interface FoundPackage {
  /** Where the look-up found it: `…/node_modules/NAME`. */
  readonly at: string;
  /** Where it really is. */
  readonly folder: string;
}

/** The folders that Node and the bundler look for packages in, nearest first. */
export function lookupFolders(from: string): readonly string[] {
  const folders: string[] = [];
  for (let at = from; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') folders.push(join(at, 'node_modules'));
    if (dirname(at) === at) return folders;
  }
}

/** The name of the package that a specifier asks for; undefined for a path, a URL, and what is no name at all. */
export function packageNameIn(specifier: string): string | undefined {
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  return name !== undefined && isPackageName(name) ? name : undefined;
}

/** What stands at `…/node_modules/NAME`; Node and the bundler go on to the next folder where nothing does. */
export function lookUp(
  at: string,
): FoundPackage | 'nowhere' | { readonly at: string; readonly leadsTo: string } {
  if (!exists(at)) return 'nowhere';
  const folder = realPath(at);
  return folder === undefined ? { at, leadsTo: 'nowhere' } : { at, folder };
}

/** Whether there is anything at a path, a link or not. At once: to hand that to another thread and back takes ten times as long. */
export function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Where a path really leads; undefined when that is nowhere. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** A path relative to the module's folder, spelled the same on every system. */
export function nameFrom(own: string, path: string): string {
  return relative(own, path).replaceAll(sep, '/');
}

/** True for what npm takes for a name. */
export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && PACKAGE_NAME.test(name) && name !== 'node_modules';
}

/** What the bundler appends to a path, in its order. */
const ENDINGS = [
  '',
  '.tsx',
  '.ts',
  '.jsx',
  '.js',
  '.json',
  '.mjs',
  '.cjs',
  '/index.js',
  '/index.ts',
  '/index.json',
];

/** The paths that an import of a path may stand for, in the order in which the bundler looks at them. */
export function candidatesOf(path: string): readonly string[] {
  const spelled = /\.[cm]?jsx?$/.test(path) ? [path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')] : [];
  return [...ENDINGS.map((ending) => path + ending), ...spelled];
}

/** The regular file that a path without links names, as an import may spell it; undefined when there is none. */
export async function looseFile(path: string, budget: SnapshotBudget): Promise<string | undefined> {
  for (const candidate of candidatesOf(path)) {
    budget.lookUp(path);
    if (!exists(candidate)) continue;
    const real = realPath(candidate);
    if (real === undefined) continue;
    if ((await lstat(real).catch(() => undefined))?.isFile() === true) return real;
  }
  return undefined;
}
