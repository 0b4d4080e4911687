import { lstatSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import { readPlainFile } from '../manifest/read-plain-file.js';
import { isInside } from '../sandbox/snapshot/inside.js';
import { exists, lookupFolders, realPath } from '../sandbox/snapshot/look-up.js';
import { compareText, isMap, textOf } from '../values.js';
import { namesUnder, PACKAGE_FILE, packageJsonIn, textIn, type PackageJson } from './package-json.js';
import { TARBALL_LIMITS, type PackageFile } from './read-tarball.js';

/** An npm package that a module is made of besides its own code. */
export interface PackageDependency {
  readonly name: string;
  /** The version that lies there; undefined for one that is not installed. */
  readonly version: string | undefined;
  /** As its package.json says it. */
  readonly license: string | undefined;
  /** The range that the module's package.json declares; undefined for what others ask for and for what nobody declares. */
  readonly range: string | undefined;
  /** False: code takes it in although no package.json names it. */
  readonly isDeclared: boolean;
  /** True: the package holds it. */
  readonly isBundled: boolean;
  /** The names of those that it declares itself. */
  readonly needs: readonly string[];
  /** Its folder; undefined for one that is not installed. */
  readonly folder: string | undefined;
}

/** More packages than any module has. */
const MAX_DEPENDENCIES = 5_000;
/** Each host has it, so that no package needs to. */
const PROVIDED: ReadonlySet<string> = new Set(['phlow']);

interface Demand {
  readonly name: string;
  /** The folder that looks for it. */
  readonly from: string;
  readonly range: string | undefined;
  readonly isDeclared: boolean;
}

/**
 * Finds the npm packages behind a module, as they lie there: those that its package.json declares, those that its code takes in without, and those
 * that these declare. By name; one that is there in two versions counts as nearest to the module.
 */
export async function dependenciesOf(
  folder: string,
  own: PackageJson | undefined,
  imported: ReadonlySet<string>,
): Promise<readonly PackageDependency[]> {
  const declared = own === undefined ? new Map<string, string>() : rangesIn(own);
  const left: Demand[] = [
    ...[...declared].map(([name, range]) => ({ name, from: folder, range, isDeclared: true })),
    ...[...imported]
      .filter((name) => !declared.has(name) && !isBuiltin(name))
      .map((name) => ({ name, from: folder, range: undefined, isDeclared: false })),
  ];
  const bundled = new Set(bundledNames(own));
  const found = new Map<string, PackageDependency>();
  for (const demand of left) {
    const { name, from, range, isDeclared } = demand;
    if (PROVIDED.has(name) || found.has(name) || found.size >= MAX_DEPENDENCIES) continue;
    const at = placeOf(name, from);
    // Words that look like an import name nothing that is installed.
    if (at === undefined && !isDeclared) continue;
    const json = at === undefined ? undefined : await packageJsonIn(at);
    const needs = json === undefined ? [] : [...rangesIn(json, false).keys()];
    found.set(name, {
      name,
      version: textIn(json, 'version'),
      license: textIn(json, 'license'),
      range,
      isDeclared,
      isBundled: bundled.has(name) && at !== undefined,
      needs,
      folder: at,
    });
    for (const inner of needs) {
      // What a bundled package needs is bundled with it, where it lies in the folder of the module.
      if (bundled.has(name)) bundled.add(inner);
      if (at !== undefined) left.push({ name: inner, from: at, range: undefined, isDeclared: true });
    }
  }
  return [...found.values()]
    .map((one) => ({ ...one, isBundled: one.isBundled && isOwn(one.folder, folder) }))
    .sort((a, b) => compareText(a.name, b.name));
}

function isOwn(at: string | undefined, folder: string): boolean {
  return at !== undefined && isInside(join(realPath(folder) ?? folder, 'node_modules'), at);
}

/** The files of the dependencies that the package holds, at the paths that they have below its folder. */
export async function bundledFiles(
  folder: string,
  dependencies: readonly PackageDependency[],
): Promise<readonly PackageFile[]> {
  const files: PackageFile[] = [];
  const top = realPath(folder) ?? folder;
  for (const { folder: at, isBundled } of dependencies) {
    if (!isBundled || at === undefined) continue;
    for (const entry of readdirSync(at, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      // Packages in it come by themselves, or nobody needs them.
      if (!entry.isFile() || relative(at, file).split(sep).includes('node_modules')) continue;
      files.push({
        path: relative(top, file).split(sep).join('/'),
        content: await readPlainFile(file, TARBALL_LIMITS.fileBytes),
        isExecutable: (lstatSync(file).mode & 0o100) !== 0,
      });
    }
  }
  return files;
}

function bundledNames(own: PackageJson | undefined): readonly string[] {
  const named = own?.['bundleDependencies'] ?? own?.['bundledDependencies'];
  if (named === true && own !== undefined) return namesUnder(own, 'dependencies');
  return Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
}

function rangesIn(own: PackageJson, hasPeers = true): ReadonlyMap<string, string> {
  const keys = ['dependencies', 'optionalDependencies', ...(hasPeers ? ['peerDependencies'] : [])];
  return new Map(
    keys.flatMap((key) =>
      Object.entries(isMap(own[key]) ? own[key] : {}).map(([name, range]) => [name, textOf(range)] as const),
    ),
  );
}

function placeOf(name: string, from: string): string | undefined {
  const at = lookupFolders(from)
    .map((folder) => join(folder, name))
    .find((place) => exists(join(place, PACKAGE_FILE)));
  return at === undefined ? undefined : realPath(at);
}
