import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { hasManifest } from '../../manifest-file.js';
import { builtInNames, isPackageName } from '../../manifest/built-in-modules.js';
import type { Manifest } from '../../manifest/manifest.js';
import { visiblePath } from '../../visible-text.js';
import {
  isClosedFolder,
  isNamedFlow,
  isPackageFolder,
  MODULE_FLOW,
  STAGED_PREFIX,
} from './package-folder.js';
import { readManifest } from './read-manifest.js';
import { findModule, OWN_PACKAGE, PACKAGES_FOLDER, type Origin } from './resolve.js';

/** How many manifests are read at the same time. */
const MAX_AT_ONCE = 16;

/** A module that can be used by its name. Either its manifest is good, or `error` says why not, or it is a flow without a manifest. */
export interface ListedModule {
  readonly name: string;
  readonly origin: Origin;
  /** The path of its manifest, or of the flow. */
  readonly path: string;
  readonly manifest: Manifest | undefined;
  /** True for a flow without a manifest, which a flow can name and a host cannot load. */
  readonly isFlow: boolean;
  readonly error: PhlowError | undefined;
}

/**
 * The modules that can be used by name: the built-in ones, the folders under `phlow_packages`, then the npm packages of the folder that have a manifest.
 * Starts nothing.
 */
export async function listModules(baseDir: string): Promise<readonly ListedModule[]> {
  const names = [...builtInNames(), ...moduleNames(baseDir), ...npmModuleNames(baseDir)];
  return await describeAll([...new Set(names)], baseDir);
}

/** A few at a time: all the manifests of a large folder at once are held open, and in memory, together. */
async function describeAll(names: readonly string[], baseDir: string): Promise<readonly ListedModule[]> {
  const listed: ListedModule[] = [];
  for (let from = 0; from < names.length; from += MAX_AT_ONCE) {
    const group = names.slice(from, from + MAX_AT_ONCE);
    listed.push(...(await Promise.all(group.map((name) => describe(name, baseDir)))));
  }
  return listed;
}

async function describe(name: string, baseDir: string): Promise<ListedModule> {
  const { origin, manifestPath: path, folder } = findModule(name, baseDir);
  if (origin === 'package' && isNamedFlow(folder))
    return {
      name,
      origin,
      path: join(folder, MODULE_FLOW),
      manifest: undefined,
      isFlow: true,
      error: undefined,
    };
  try {
    return { name, origin, path, manifest: await readManifest(path), isFlow: false, error: undefined };
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return { name, origin, path, manifest: undefined, isFlow: false, error };
  }
}

/** Folders that hold a manifest or a flow to be named, also one level down below a scope (`@acme/rates`); a built-in name hides a folder of that name. */
function moduleNames(baseDir: string): string[] {
  return foldersOf(baseDir, (folder) => hasManifest(folder) || isNamedFlow(folder)).filter(isPackageName);
}

function npmModuleNames(baseDir: string): string[] {
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
