import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The folder of a package: what lies below it belongs to the author of the package, not to the owner of the application. */
const PACKAGE_FOLDER = /^.*[\\/](?:phlow_packages|node_modules)[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/** A file or folder of a package. */
export interface OwnedByPackage {
  /** The folder of the package. */
  readonly folder: string;
  /** The absolute path below that folder. */
  readonly path: string;
}

/**
 * The package that a file or folder belongs to; undefined for the application's own. This is the only place that decides so. The path that
 * names it counts, and its real path as well: neither a link of the owner's into a package nor a package that is itself a link makes the
 * code the owner's.
 */
export function packageOf(path: string): OwnedByPackage | undefined {
  const named = resolve(path);
  for (const candidate of [named, realPathOf(named)]) {
    const folder = PACKAGE_FOLDER.exec(candidate)?.[0];
    if (folder !== undefined) return { folder, path: candidate };
  }
  return undefined;
}

/** What the package in a folder is called: the folder, with the scope that it lies in. */
export function packageNameOf(folder: string): string {
  return /(?:@[^\\/]+[\\/])?[^\\/]+$/.exec(folder)?.[0].replaceAll('\\', '/') ?? folder;
}

/** The real path, also of what does not exist: links are followed as far as there is something. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPathOf(parent), basename(path));
}
