import { existsSync, realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Found } from './resolve.js';

/** Where npm packages of a module may come from besides its own folder. */
export function installRootsOf(
  { origin, folder }: Found,
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
  const shared = sharedFolder(folder);
  return origin === 'package' && shared !== undefined && existsSync(shared) ? [shared] : [];
}

/** Where a package manager puts what a package depends on: beside it in `node_modules`, or below `phlow_packages`. A scoped name is two folders deep. */
function sharedFolder(folder: string): string | undefined {
  const [, around = '', kind] =
    /^(.*[\\/](phlow_packages|node_modules))[\\/](?:@[^\\/]+[\\/])?[^\\/]+[\\/]*$/.exec(folder) ?? [];
  if (kind === undefined) return undefined;
  return kind === 'node_modules' ? around : join(around, 'node_modules');
}

/** Which lock file a module is held to, and its name there. */
export interface LockPlace {
  /** The folder that the lock file lies in. */
  readonly home: string;
  readonly key: string;
}

/**
 * A package is held to the lock file beside the `phlow_packages` or `node_modules` that it lies in, whatever folder it is named from: a flow in
 * another folder that names it by path is held to the same file. Everything else is held to the one in the base folder.
 */
export function lockPlaceOf({ origin, folder, name }: Found, baseDir: string): LockPlace {
  if (origin === 'builtin') return { home: resolve(baseDir), key: name };
  const [, home, kind, rest = ''] =
    /^(.*?)[\\/](phlow_packages|node_modules)[\\/](.+?)[\\/]*$/.exec(resolve(folder)) ?? [];
  if (home !== undefined && kind !== undefined) {
    const path = rest.replaceAll('\\', '/');
    return { home: home === '' ? '/' : home, key: kind === 'phlow_packages' ? path : `./${kind}/${path}` };
  }
  const path = relative(resolve(baseDir), folder).replaceAll('\\', '/');
  return { home: resolve(baseDir), key: path.startsWith('.') ? path : `./${path}` };
}
