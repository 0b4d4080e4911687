import { lstat } from 'node:fs/promises';
import type { SnapshotBudget } from './list-tree.js';
import { exists, realPath } from './look-up.js';

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

/** The regular file that a path without links names, as an import may spell it; undefined when there is none. */
export async function looseFile(path: string, budget: SnapshotBudget): Promise<string | undefined> {
  const spelled = /\.[cm]?jsx?$/.test(path) ? [path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')] : [];
  for (const candidate of [...ENDINGS.map((ending) => path + ending), ...spelled]) {
    budget.lookUp(path);
    if (!exists(candidate)) continue;
    const real = realPath(candidate);
    if (real === undefined) continue;
    if ((await lstat(real).catch(() => undefined))?.isFile() === true) return real;
  }
  return undefined;
}
