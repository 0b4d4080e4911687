import { existsSync, realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Found } from './resolve.js';

/** Where npm packages of a module may come from besides its own folder. */
export function installRootsOf(
  { origin, folder, name }: Found,
  declared: readonly string[] | undefined,
  baseDir: string,
): readonly string[] {
  if (declared !== undefined) return declared.map((root) => resolve(baseDir, root));
  if (origin === 'builtin') {
    // Where phlow is installed: with packages of its own, or among the others of an application.
    const around = join(folder, '..');
    const places = [join(folder, 'node_modules'), ...(basename(around) === 'node_modules' ? [around] : [])];
    return places.filter((place) => existsSync(place)).map((place) => realpathSync(place));
  }
  // A scoped name is two folders deep.
  const shared = join(folder, ...name.split('/').map(() => '..'), 'node_modules');
  return origin === 'package' && existsSync(shared) ? [shared] : [];
}

/** The name of a module in a lock file: what it is loaded by, or its path from the base folder. */
export function lockKey({ origin, folder, name }: Found, baseDir: string): string {
  const [, inPackages] = /[\\/]phlow_packages[\\/](.+)$/.exec(folder) ?? [];
  if (inPackages !== undefined) return inPackages.replaceAll('\\', '/');
  if (origin === 'builtin') return name;
  const path = relative(resolve(baseDir), folder).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
