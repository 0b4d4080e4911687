import { posix } from 'node:path';
import { isPhlowError } from '../errors.js';
import { FOLDER_FLOWS } from '../host/load/package-folder.js';
import { checkManifest } from '../host/load/read-manifest.js';
import { DEFAULT_ENTRIES } from '../host/load/resolve.js';
import { MANIFEST_FILE } from '../manifest-file.js';
import { requireEngines } from '../manifest/engines.js';
import type { Manifest } from '../manifest/manifest.js';
import { manifestText } from '../manifest/read.js';
import type { InnerModule } from '../sandbox/lock/inner-modules.js';
import { compareText, isMap } from '../values.js';
import { invalidPackage, missingEntry } from './package-error.js';
import {
  namesUnder,
  PACKAGE_FILE,
  packageId,
  parsePackageJson,
  permissionTexts,
  textIn,
  type PackageId,
  type PackageJson,
} from './package-json.js';
import type { PackageFile, Tarball } from './read-tarball.js';

/** A package whose tarball was read, and that can be installed as far as can be seen without running it. */
export interface OpenedPackage extends PackageId {
  readonly manifest: Manifest;
  /** As its package.json says, else its manifest. */
  readonly license: string | undefined;
  /** The modules inside of it. */
  readonly inner: readonly InnerModule[];
  readonly tarball: Tarball;
  /** The npm packages that it declares and does not hold. */
  readonly missing: readonly string[];
}

/** More modules inside than the lock file looks at. */
const MAX_INNER = 1_000;

/**
 * Looks at what a tarball holds: a package.json and a manifest that agree, versions that run it, code where the manifest says it is. Throws
 * PHLOW_PACKAGE_INVALID, PHLOW_MANIFEST_INVALID, PHLOW_ENGINE_UNSUPPORTED and PHLOW_ENTRY_MISSING.
 *
 * @param shown what the tarball is called in messages
 */
export async function openPackage(tarball: Tarball, shown: string): Promise<OpenedPackage> {
  const byPath = new Map(tarball.files.map((file) => [file.path, file]));
  const attempt = { attempt: 'install', shown, file: `${shown}:${PACKAGE_FILE}` };
  const needed = (path: string, help: string): PackageFile => {
    const file = byPath.get(path);
    if (file !== undefined) return file;
    throw invalidPackage('install', shown, `it has no ${path}; ${help}`, {
      rule: `no-${path.replace('.', '-')}`,
    });
  };
  const manifestFile = needed(MANIFEST_FILE, 'it is no module, or was not packed by phlow pack');
  const packageFile = needed(PACKAGE_FILE, 'pack it with phlow pack, which makes one');
  const at = `${shown}:${MANIFEST_FILE}`;
  const manifest = await checkManifest(manifestText(manifestFile.content, at), at);
  const own = parsePackageJson(packageFile.content.toString(), attempt);
  const id = packageId(own, manifest, attempt);
  requireEngines(manifest);
  assertCode(manifest, byPath, shown);
  const inner = await innerOf(tarball.files, shown);
  assertMetadata(own, manifest, shown);
  const license = textIn(own, 'license') ?? manifest.license;
  return { ...id, manifest, license, inner, tarball, missing: missingOf(own, byPath) };
}

/** The code has to be where a load looks for it; a flow has none. */
function assertCode(manifest: Manifest, files: ReadonlyMap<string, PackageFile>, shown: string): void {
  const { entry } = manifest;
  const candidates = (entry === undefined ? DEFAULT_ENTRIES : [entry]).map((path) => posix.normalize(path));
  if (candidates.some((path) => files.has(path))) return;
  if (entry !== undefined || !FOLDER_FLOWS.some((name) => files.has(name)))
    throw missingEntry('install', shown, manifest);
}

async function innerOf(files: readonly PackageFile[], shown: string): Promise<readonly InnerModule[]> {
  const found = files.filter(({ path }) => path.endsWith(`/${MANIFEST_FILE}`));
  if (found.length > MAX_INNER)
    throw invalidPackage(
      'install',
      shown,
      `it has ${found.length} modules inside, and no more than ${MAX_INNER} are looked at`,
      {
        rule: 'inner-modules',
      },
    );
  const inner: InnerModule[] = [];
  for (const { path, content } of found.sort((a, b) => compareText(a.path, b.path))) {
    const at = `${shown}:${path}`;
    try {
      const manifest = await checkManifest(manifestText(content, at), at);
      inner.push({ path: path.slice(0, -MANIFEST_FILE.length - 1), manifest });
    } catch (error) {
      // Nothing loads its module.
      if (!isPhlowError(error) || !error.code.startsWith('PHLOW_MANIFEST_')) throw error;
    }
  }
  return inner;
}

/** Who reads a package.json in a registry is to see what the manifest really asks for. */
function assertMetadata(own: PackageJson, manifest: Manifest, shown: string): void {
  const said = isMap(own['phlow']) ? own['phlow']['permissions'] : undefined;
  if (said === undefined) return;
  const asked = permissionTexts(manifest);
  const isSame =
    Array.isArray(said) && said.length === asked.length && asked.every((text) => said.includes(text));
  if (isSame) return;
  const reason = `its ${PACKAGE_FILE} says that it asks for other permissions than its phlow.yaml does; pack it anew with phlow pack`;
  throw invalidPackage('install', shown, reason, { rule: 'metadata' });
}

function missingOf(own: PackageJson, files: ReadonlyMap<string, PackageFile>): readonly string[] {
  const optional = new Set(namesUnder(own, 'optionalDependencies'));
  return namesUnder(own, 'dependencies')
    .filter(
      (name) => name !== 'phlow' && !optional.has(name) && !files.has(`node_modules/${name}/${PACKAGE_FILE}`),
    )
    .sort(compareText);
}
