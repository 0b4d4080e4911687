import { existsSync, realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { packagesOn } from '../../sandbox/ownership.js';
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

/** Where a package manager puts what a package depends on: beside it in `node_modules`, or below `phlow_packages`. */
function sharedFolder(folder: string): string | undefined {
  const [around, place] = [undefined, ...packagesOn(folder)].slice(-2);
  if (place === undefined || relative(place.folder, folder) !== '') return undefined;
  // pnpm keeps each package in a folder of its own below `.pnpm`, with links to what it depends on: that lies beside it, one folder further up.
  if (around !== undefined && basename(around.folder).startsWith('.')) return around.shared;
  return place.kind === 'node_modules' ? place.shared : join(place.shared, 'node_modules');
}
