import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { placeAt, type SourceLocation } from '../code-frame.js';
import { messageOf } from '../errors.js';
import { isPackageName } from '../manifest/built-in-modules.js';
import type { Manifest } from '../manifest/manifest.js';
import { readPlainFile } from '../manifest/read-plain-file.js';
import { requestedPermissions } from '../sandbox/permission-table.js';
import type { InnerModule } from '../sandbox/lock/inner-modules.js';
import { semver } from '../semver-package.js';
import { isMap } from '../values.js';
import { visibleLine } from '../visible-text.js';
import { invalidPackage } from './package-error.js';

/** The file that npm knows a package by. */
export const PACKAGE_FILE = 'package.json';
/** Where a package says what it is made of. */
export const SBOM_FILE = 'sbom.cdx.json';
/** What finds modules in a registry. */
const KEYWORD = 'phlow-module';
const MAX_NAME_LENGTH = 214;
const MAX_PACKAGE_JSON_BYTES = 1_048_576;

/** A parsed package.json. */
export type PackageJson = Readonly<Record<string, unknown>>;

/** The name and version of a package, agreed on by its package.json and its manifest. */
export interface PackageId {
  /** As npm knows it: `greet`, `@acme/greet`. */
  readonly name: string;
  readonly version: string;
}

/** What is being done, and with what, for messages. */
export interface Attempt {
  /** `pack`, `install`. */
  readonly attempt: string;
  readonly shown: string;
  /** The path of the package.json. */
  readonly file: string;
}

/** Parses the text of a package.json. Throws PHLOW_PACKAGE_INVALID with the place. */
export function parsePackageJson(text: string, { attempt, shown, file }: Attempt): PackageJson {
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const [, offset] = /position (\d+)/.exec(messageOf(error)) ?? [];
    const place = offset === undefined ? undefined : placeAt(file, text, Number(offset), 1);
    throw invalidPackage(attempt, shown, `its ${PACKAGE_FILE} is not JSON: ${messageOf(error)}`, {
      rule: 'package-json',
      cause: error,
      ...(place === undefined ? {} : { place }),
    });
  }
  if (isMap(data)) return data;
  throw invalidPackage(attempt, shown, `its ${PACKAGE_FILE} is no object`, { rule: 'package-json' });
}

/**
 * What is wrong with the name of a package, as the end of a sentence; undefined for one that a registry takes and that a module can be loaded by.
 */
export function packageNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'it has no name';
  const shown = `"${visibleLine(name, 100)}"`;
  if (name.length > MAX_NAME_LENGTH) return `its name has more than ${MAX_NAME_LENGTH} characters`;
  if (name !== name.toLowerCase()) return `its name ${shown} has capital letters, which registries refuse`;
  if (!/^(?:@[a-z0-9-][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name))
    return `its name ${shown} is none that a registry takes: small letters, digits, ".", "_" and "-", and a scope before a slash (@acme/greet)`;
  if (['node_modules', 'favicon.ico'].includes(name) || builtinModules.includes(name))
    return `its name ${shown} is one that registries keep for Node.js`;
  return isPackageName(name)
    ? undefined
    : `a module called ${shown} ships with phlow; give it another name, or a scope`;
}

/**
 * The name and version that package.json and manifest agree on. Throws PHLOW_PACKAGE_INVALID with the place of what has to be changed.
 */
export function packageId(own: PackageJson, manifest: Manifest, { attempt, shown }: Attempt): PackageId {
  const { name, version } = own;
  const refuse = (rule: string, reason: string, place?: SourceLocation): Error =>
    invalidPackage(attempt, shown, reason, { rule, ...(place === undefined ? {} : { place }) });
  const problem = packageNameProblem(name);
  if (problem !== undefined || typeof name !== 'string')
    throw refuse('package-name', `${problem ?? ''}; correct "name" in its ${PACKAGE_FILE}`);
  const short = name.slice(name.indexOf('/') + 1);
  if (short !== manifest.name)
    throw refuse(
      'other-name',
      `its ${PACKAGE_FILE} is called "${name}" and its phlow.yaml "${manifest.name}"; call both "${short}" (the scope stands in ${PACKAGE_FILE} alone)`,
      manifest.placeOf('/name'),
    );
  if (typeof version !== 'string' || semver().valid(version) !== version)
    throw refuse('package-version', `the version in its ${PACKAGE_FILE} is none: write "version": "1.0.0"`);
  if (manifest.version === undefined)
    throw refuse(
      'no-version',
      `its phlow.yaml has no version; add version: ${version}`,
      manifest.placeOf('/name'),
    );
  if (manifest.version !== version)
    throw refuse(
      'other-version',
      `its ${PACKAGE_FILE} has version ${version} and its phlow.yaml ${manifest.version}; write one of them in both`,
      manifest.placeOf('/version'),
    );
  return { name, version };
}

/** What a package.json says about the module, for those who look at it in a registry. */
export function metadataOf(manifest: Manifest, inner: readonly InnerModule[]): Record<string, unknown> {
  const inside = inner.flatMap(({ path, manifest: one }) => {
    const permissions = permissionTexts(one);
    return permissions.length === 0 ? [] : [[path, permissions] as const];
  });
  const { reason } = manifest.permissions;
  return {
    type: manifest.type,
    permissions: permissionTexts(manifest),
    ...(Object.keys(reason).length === 0 ? {} : { reasons: reason }),
    ...(inside.length === 0 ? {} : { inside: Object.fromEntries(inside) }),
    ...(manifest.isolation === undefined ? {} : { isolation: manifest.isolation }),
    sbom: SBOM_FILE,
  };
}

/** What a module asks for, as a lock file writes it. */
export function permissionTexts({ permissions }: Manifest): readonly string[] {
  return requestedPermissions(permissions).map(({ permission, target }) => `${permission} ${target}`);
}

/**
 * The text of the package.json that is packed: the author's own, with what only the manifest says about the module, or one made from the manifest.
 *
 * @param type whether `.js` files are ES modules, where the author's package.json does not say it
 */
export function packedPackageJson(
  own: PackageJson | undefined,
  manifest: Manifest,
  metadata: Readonly<Record<string, unknown>>,
  type: string,
): string {
  const base =
    own === undefined
      ? madeFrom(manifest, type)
      : { name: manifest.name, version: manifest.version, ...aboutOf(manifest), ...own };
  const words = Array.isArray(base['keywords']) ? (base['keywords'] as readonly unknown[]) : [];
  const keywords = words.includes(KEYWORD) ? words : [...words, KEYWORD];
  const phlow = { ...(isMap(base['phlow']) ? base['phlow'] : {}), ...metadata };
  return `${JSON.stringify({ ...base, keywords, phlow }, undefined, 2)}\n`;
}

function madeFrom(manifest: Manifest, type: string): PackageJson {
  const { name, version, engines, tags } = manifest;
  return {
    name,
    version,
    ...aboutOf(manifest),
    ...(type === '' ? {} : { type }),
    ...(engines.node === undefined ? {} : { engines: { node: engines.node } }),
    keywords: tags,
  };
}

/** What a manifest says about the module, as a package.json says it. */
function aboutOf({ description, author, license, repository }: Manifest): PackageJson {
  // Registries show one line; the whole of it is in phlow.yaml.
  const [summary] = description?.trim().split(/\n\s*\n/) ?? [];
  return {
    ...(summary === undefined ? {} : { description: summary.replaceAll(/\s+/g, ' ') }),
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    ...(repository === undefined ? {} : { repository }),
  };
}

/** The names under a key of a package.json that names packages. */
export function namesUnder(own: PackageJson, key: string): readonly string[] {
  const named = own[key];
  return isMap(named) ? Object.keys(named) : [];
}

/** What a folder has as its package.json; undefined for none that can be read, where it decides nothing. */
export async function packageJsonIn(folder: string): Promise<PackageJson | undefined> {
  try {
    const data: unknown = JSON.parse((await readPackageJson(folder)).toString());
    return isMap(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of the package.json of a folder. Rejects as `readPlainFile`. */
export function readPackageJson(folder: string): Promise<Buffer> {
  return readPlainFile(join(folder, PACKAGE_FILE), MAX_PACKAGE_JSON_BYTES);
}

/** A member of a package.json that is text. */
export function textIn(own: PackageJson | undefined, key: string): string | undefined {
  const value = own?.[key];
  return typeof value === 'string' ? value : undefined;
}
