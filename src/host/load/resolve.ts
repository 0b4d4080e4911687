import { existsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { currentFolder } from '../../current-folder.js';
import { PhlowError } from '../../errors.js';
import { hasManifest, MANIFEST_FILE } from '../../manifest-file.js';
import { builtInManifest, PHLOW_FOLDER } from '../../manifest/phlow-folder.js';
import { packageOf } from '../../sandbox/ownership.js';
import { lookupFolders, packageNameIn } from '../../sandbox/snapshot/look-up.js';
import { shellText } from '../../visible-text.js';
import { sourceFolderOf } from './compiled-layout.js';
import { moduleNotFound } from './not-found.js';
import { FOLDER_FLOWS, flowToRun, MODULE_FLOW, OWN_PACKAGE, PACKAGES_FOLDER } from './package-folder.js';

/** Where a module was found; decides how far it is trusted. */
export type Origin = 'builtin' | 'application' | 'package';

/** A module that was found, before its manifest is read. */
export interface Found {
  /** The name it goes by when the caller gives none. */
  readonly name: string;
  readonly origin: Origin;
  readonly manifestPath: string;
  /** The folder that the manifest's `entry` is relative to. */
  readonly folder: string;
  /** The entry's path where it is known without the manifest (built-in modules). */
  readonly entryPath: string | undefined;
}

/**
 * Finds a module: a built-in name, a path to a folder (`./x`, `../x`, `/x` or a file URL), the name of a folder under
 * `phlow_packages`, or that of an npm package with a manifest. Throws PHLOW_MODULE_NOT_FOUND with the places that were looked at.
 */
export function findModule(nameOrPath: string, baseDir: string): Found {
  if (isPath(nameOrPath)) {
    const folder = folderOf(nameOrPath, baseDir);
    const owner = packageOf(folder);
    // The path below the package also leads to the lock file that the package is held to.
    return owner === undefined ? ownModule(nameOrPath, folder) : inFolder(nameOrPath, owner.path, 'package');
  }
  const manifestPath = builtInManifest(nameOrPath);
  if (manifestPath !== undefined) {
    const entryPath = fileURLToPath(
      new URL(`../../../workers/modules/${nameOrPath}/index.js`, import.meta.url),
    );
    // Their code is compiled to elsewhere than their manifest.
    return { name: nameOrPath, origin: 'builtin', manifestPath, folder: PHLOW_FOLDER, entryPath };
  }
  const folder = packageFolder(nameOrPath, baseDir);
  const isName = /^(@[\w.-]+\/)?[\w.-]+$/.test(nameOrPath);
  if (!isName && existsSync(folder)) {
    const path = shellText(`./${PACKAGES_FOLDER}/${nameOrPath}`);
    const message = `Cannot find module "${nameOrPath}" by that name: a name is made of letters, digits, ".", "_" and "-"; name the folder by its path, ${path}, or rename it`;
    throw new PhlowError('PHLOW_MODULE_NOT_FOUND', message, {
      details: { module: nameOrPath, looked: [folder] },
    });
  }
  if (!isName || !existsSync(folder)) throw moduleNotFound(nameOrPath, folder, baseDir);
  // npm and pnpm put links there; the path below node_modules also leads to the lock file.
  return inFolder(nameOrPath, packageOf(folder)?.path ?? folder, 'package');
}

/**
 * The folder of a package by its name: below `phlow_packages`, else the npm package of that name that Node would find from the base folder, if it has a
 * manifest. Where there is none, the folder that it would have below `phlow_packages`.
 */
export function packageFolder(name: string, baseDir: string): string {
  const own = join(baseDir, PACKAGES_FOLDER, name);
  const isNpmName = packageNameIn(name) === name && name !== OWN_PACKAGE;
  if (!isNpmName || existsSync(own) || existsSync(`${own}.phlow`)) return own;
  const installed = lookupFolders(resolve(baseDir)).map((folder) => join(folder, name));
  return installed.find(hasManifest) ?? own;
}

/** True for what is a path rather than a name. */
function isPath(nameOrPath: string): boolean {
  return (
    nameOrPath === '.' ||
    nameOrPath === '..' ||
    /^(\.{1,2}[/\\]|file:)/.test(nameOrPath) ||
    isAbsolute(nameOrPath)
  );
}

function folderOf(path: string, baseDir: string): string {
  return path.startsWith('file:') ? fileURLToPath(path) : resolve(baseDir, path);
}

/** A module of the application's own; its manifest may lie beside the sources alone. */
function ownModule(nameOrPath: string, folder: string): Found {
  const found = inFolder(nameOrPath, folder, 'application');
  const source = existsSync(found.manifestPath) ? undefined : sourceFolderOf(folder);
  return source === undefined ? found : inFolder(nameOrPath, source, 'application');
}

function inFolder(nameOrPath: string, folder: string, origin: Origin): Found {
  const manifestPath = join(folder, MANIFEST_FILE);
  // It may go away between two looks.
  if (!existsSync(folder) || statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const why = existsSync(folder) ? fileInPlace(nameOrPath, folder) : `there is no folder ${folder}`;
    throw new PhlowError('PHLOW_MODULE_NOT_FOUND', `Cannot find module "${nameOrPath}": ${why}`, {
      details: { module: nameOrPath, looked: [folder] },
    });
  }
  return { name: basename(folder), origin, manifestPath, folder, entryPath: undefined };
}

/** What to write where somebody names a file. */
function fileInPlace(nameOrPath: string, file: string): string {
  if (file.endsWith('.phlow')) {
    const name = nameOrPath.replace(/(?:[\\/]module)?\.phlow$/, '');
    return `${file} is a file, and a flow is named without its ending: ${name}`;
  }
  const folder = nameOrPath.replace(/[\\/][^\\/]*$/, '');
  return `${file} is a file, and a module is a folder with a phlow.yaml: name its folder, ${folder}`;
}

/** Entries that are tried when the manifest names none. */
export const DEFAULT_ENTRIES: readonly string[] = [
  'index.js',
  'index.mjs',
  'index.cjs',
  'index.ts',
  'index.mts',
];

/**
 * The URL of a module's code. Throws PHLOW_ENTRY_MISSING when there is no such file.
 *
 * @param isFile whether a path is a file of the module
 */
export function entryUrl(
  found: Found,
  entry: string | undefined,
  isFile: (path: string) => boolean = (path) =>
    existsSync(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true,
): string {
  const candidates =
    found.entryPath !== undefined
      ? [found.entryPath]
      : (entry === undefined ? DEFAULT_ENTRIES : [entry]).map((name) => join(found.folder, name));
  const path = candidates.find(isFile);
  if (path === undefined) {
    if (entry === undefined && FOLDER_FLOWS.some((name) => isFile(join(found.folder, name))))
      throw noCode(found);
    const message = `Cannot load module "${found.name}": there is no entry file ${candidates.join(' or ')}; name one with "entry:" in ${found.manifestPath}`;
    throw new PhlowError('PHLOW_ENTRY_MISSING', message, {
      details: { module: found.name, looked: candidates },
    });
  }
  return pathToFileURL(path).href;
}

/** A built-in module as it is where there is no Node: some have other code there. */
export function inCompartment(found: Found): Found {
  if (found.origin !== 'builtin' || found.entryPath === undefined) return found;
  const entryPath = join(dirname(found.entryPath), 'guest.js');
  return existsSync(entryPath) ? { ...found, entryPath } : found;
}

/** Whether a folder has the code of a module where a manifest need not name it. */
export function hasDefaultEntry({ folder }: Found): boolean {
  return DEFAULT_ENTRIES.some((name) => existsSync(join(folder, name)));
}

/** Why a flow is no module that a host could load, and what runs it. */
export function noCode({ name, folder }: Found): PhlowError {
  const flow = flowToRun(folder) ?? folder;
  const file = FOLDER_FLOWS.find((one) => existsSync(join(folder, one))) ?? basename(flow);
  const near = relative(currentFolder(), flow);
  const command = `phlow run ${shellText(near === '' || near.startsWith('..') ? flow : near)} --main JSON`;
  const isModule = existsSync(join(folder, MODULE_FLOW));
  const uses = isModule
    ? 'to use it from a flow, name it under "modules:" there'
    : `to use it from a flow, it needs a ${MODULE_FLOW}`;
  const message = `Cannot load module "${name}": it is a flow (${isModule ? MODULE_FLOW : file}), and host.load() loads only modules with code. To run it: ${command}; in code, openFlow(); ${uses}`;
  return new PhlowError('PHLOW_ENTRY_MISSING', message, { details: { module: name, looked: [folder] } });
}
