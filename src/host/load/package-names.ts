import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, PhlowError } from '../../errors.js';
import { hasManifest } from '../../manifest-file.js';
import { isPackageName } from '../../manifest/built-in-modules.js';
import { visiblePath } from '../../visible-text.js';
import {
  isClosedFolder,
  isNamedFlow,
  isPackageFolder,
  OWN_PACKAGE,
  PACKAGES_FOLDER,
  STAGED_PREFIX,
} from './package-folder.js';

/** Folders that hold a manifest or a flow to be named, also one level down below a scope (`@acme/rates`); a built-in name hides a folder of that name. */
export function moduleNames(baseDir: string): string[] {
  return foldersOf(baseDir, (folder) => hasManifest(folder) || isNamedFlow(folder)).filter(isPackageName);
}

/** The npm packages of a folder that have a manifest. */
export function npmModuleNames(baseDir: string): string[] {
  const names = foldersOf(baseDir, hasManifest, 'node_modules');
  return names.filter((name) => isPackageName(name) && name !== OWN_PACKAGE);
}

/**
 * Every package below `phlow_packages`, also those that are flows without a manifest and those that cannot be looked into: by its name, or where a name does not lead to it (`dates (copy)`,
 * `cache`) by its path.
 */
export function installedPackages(baseDir: string): string[] {
  return foldersOf(baseDir, (folder) => isPackageFolder(folder) || isClosedFolder(folder)).map((name) =>
    isPackageName(name) ? name : `./${PACKAGES_FOLDER}/${name}`,
  );
}

function foldersOf(
  baseDir: string,
  isListed: (folder: string) => boolean,
  place: string = PACKAGES_FOLDER,
): string[] {
  const top = join(baseDir, place);
  const names = foldersIn(top).flatMap((name) =>
    name.startsWith('@') ? foldersIn(join(top, name)).map((inner) => `${name}/${inner}`) : name,
  );
  const isStaged = (name: string): boolean => basename(name).startsWith(STAGED_PREFIX);
  return names.filter((name) => !isStaged(name) && isListed(join(top, name))).sort();
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() || entry.isSymbolicLink() ? entry.name : [],
    );
  } catch (error) {
    const message = `Cannot list the packages in ${visiblePath(folder)}: ${messageOf(error)}; it has to be a folder that the user who runs phlow may read`;
    throw new PhlowError('PHLOW_LOAD_FAILED', message, { cause: error, details: { file: folder } });
  }
}
