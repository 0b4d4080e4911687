import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { currentFolder } from '../current-folder.js';
import type { PhlowError } from '../errors.js';
import { readManifest } from '../host/load/read-manifest.js';
import { findModule } from '../host/load/resolve.js';
import { enclosingType } from '../sandbox/snapshot/package-json.js';
import { compareText } from '../values.js';
import { shellText, visibleLine } from '../visible-text.js';
import { bundledFiles, dependenciesOf, type PackageDependency } from './dependencies.js';
import { EntryNames, pathProblem } from './entry-names.js';
import { invalidPackage } from './package-error.js';
import { chooseFiles } from './package-files.js';
import {
  metadataOf,
  PACKAGE_FILE,
  packageId,
  packedPackageJson,
  parsePackageJson,
  readPackageJson,
  textIn,
  permissionTexts,
  SBOM_FILE,
  type PackageId,
  type PackageJson,
} from './package-json.js';
import { integrityOf, TARBALL_LIMITS, type PackageFile } from './read-tarball.js';
import { sbomText } from './sbom.js';
import { writeTarball } from './write-tarball.js';

/** A file of a package, as it is listed. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: number;
  /** 0o644 or 0o755. */
  readonly mode: number;
}

/** A module as a package, before anything is written. */
export interface PackedModule extends PackageId {
  /** `acme-greet-1.0.0.tgz`, as npm calls it. */
  readonly fileName: string;
  readonly tarball: Buffer;
  /** `sha512-…` of the tarball. */
  readonly integrity: string;
  readonly unpackedBytes: number;
  readonly files: readonly PackedFile[];
  /** What lies in the folder and is not packed. */
  readonly leftOut: readonly string[];
  /** What the module asks for, as a lock file writes it. */
  readonly permissions: readonly string[];
  readonly dependencies: readonly PackageDependency[];
  /** By its package.json, or else its manifest. */
  readonly license: string | undefined;
  /** The author's package.json; undefined where one was made from the manifest. */
  readonly packageJson: PackageJson | undefined;
  /** The folder that was packed. */
  readonly folder: string;
  /** What its users have to know before they install it, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Makes the package of a module, which npm can publish and `phlow install` can install: its files by an allow-list, a package.json with its permissions,
 * an SBOM. Starts nothing and writes nothing.
 *
 * Rejects with PHLOW_MODULE_NOT_FOUND, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE, PHLOW_ENTRY_MISSING, and PHLOW_PACKAGE_INVALID for what cannot
 * be packed as it is.
 *
 * @param nameOrPath the folder of the module, or the name of one below `phlow_packages`
 */
export async function packModule(
  nameOrPath: string,
  { baseDir = currentFolder() }: { readonly baseDir?: string } = {},
): Promise<PackedModule> {
  const found = findModule(nameOrPath, baseDir);
  if (found.origin === 'builtin')
    throw invalidPackage('pack', nameOrPath, 'it ships with phlow', { rule: 'built-in' });
  const folder = resolve(found.folder);
  const manifest = await readManifest(found.manifestPath);
  const file = join(folder, PACKAGE_FILE);
  const attempt = { attempt: 'pack', shown: nameOrPath, file };
  const own = existsSync(file)
    ? parsePackageJson((await readPackageJson(folder)).toString(), attempt)
    : undefined;
  if (own?.['version'] === undefined && manifest.version === undefined)
    throw invalidPackage('pack', nameOrPath, 'its phlow.yaml has no version; add version: 1.0.0', {
      rule: 'no-version',
      place: manifest.placeOf('/name'),
    });
  // npm makes a package.json without a name where a dependency is installed in a folder that has none.
  const id = packageId({ name: manifest.name, version: manifest.version, ...own }, manifest, attempt);
  const chosen = await chooseFiles({ folder, manifest, own, shown: nameOrPath });
  const dependencies = await dependenciesOf(folder, own, chosen.imported);
  const type = own === undefined ? ((await enclosingType(join(folder, '.')))?.type ?? '') : '';
  const license = textIn(own, 'license') ?? manifest.license;
  const subject = { ...id, description: manifest.description, license };
  const made = {
    [PACKAGE_FILE]: packedPackageJson(own, manifest, metadataOf(manifest, chosen.inner), type),
    [SBOM_FILE]: sbomText(subject, dependencies),
  };
  const files: PackageFile[] = [
    ...chosen.files.filter(({ path }) => !Object.hasOwn(made, path)),
    ...Object.entries(made).map(([path, text]) => ({
      path,
      content: Buffer.from(text),
      isExecutable: false,
    })),
    ...(await bundledFiles(folder, dependencies)),
  ].sort((a, b) => compareText(a.path, b.path));
  assertInstallable(files, nameOrPath);
  const tarball = await writeTarball(files);
  return {
    ...id,
    fileName: `${id.name.replace('@', '').replace('/', '-')}-${id.version}.tgz`,
    tarball,
    integrity: integrityOf(tarball),
    unpackedBytes: files.reduce((sum, { content }) => sum + content.length, 0),
    files: files.map(({ path, content, isExecutable }) => ({
      path,
      bytes: content.length,
      mode: isExecutable ? 0o755 : 0o644,
    })),
    leftOut: chosen.leftOut.filter((path) => !Object.hasOwn(made, path)),
    permissions: permissionTexts(manifest),
    dependencies,
    packageJson: own,
    folder,
    license,
    notes: [...licenseNotes(textIn(own, 'license'), manifest.license), ...notesOf(dependencies)],
  };
}

/** What is packed here is what an install elsewhere takes. */
function assertInstallable(files: readonly PackageFile[], shown: string): void {
  const names = new EntryNames();
  const refuse = (rule: string, what: string): PhlowError => invalidPackage('pack', shown, what, { rule });
  for (const { path } of files) {
    const problem = pathProblem(path) ?? names.add(path, 'file');
    if (problem !== undefined) throw refuse(problem.rule, `${problem.what}; rename it`);
  }
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  const { unpackedBytes, entries } = TARBALL_LIMITS;
  if (bytes > unpackedBytes || files.length > entries)
    throw refuse(
      'too-large',
      `it has ${files.length} files of ${bytes} bytes; at most ${entries} of ${unpackedBytes} bytes are installed`,
    );
}

function licenseNotes(inPackage: string | undefined, inManifest: string | undefined): readonly string[] {
  if (inPackage === undefined || inManifest === undefined || inPackage === inManifest) return [];
  return [
    `its ${PACKAGE_FILE} says license ${visibleLine(inPackage)} and its phlow.yaml ${visibleLine(inManifest)}; write one of them in both`,
  ];
}

function notesOf(dependencies: readonly PackageDependency[]): readonly string[] {
  const outer = dependencies.filter(({ isBundled }) => !isBundled);
  const direct = outer.filter(({ range, isDeclared }) => range !== undefined || !isDeclared);
  const undeclared = dependencies
    .filter(({ isDeclared }) => !isDeclared)
    .map(({ name }) => visibleLine(name));
  const notes: string[] = [];
  if (undeclared.length > 0)
    notes.push(`its code takes in ${undeclared.join(', ')}, which no package.json declares`);
  if (direct.length > 0)
    notes.push(
      `the package does not hold ${direct.map(({ name }) => visibleLine(name)).join(', ')}: name ${direct.length === 1 ? 'it' : 'them'} under bundleDependencies, or bundle the module into one file; otherwise those who install it need: npm install ${direct.map(({ name }) => shellText(name)).join(' ')}`,
    );
  return notes;
}
