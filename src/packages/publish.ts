import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPhlowError } from '../errors.js';
import { isMap } from '../values.js';
import { askNpm, runNpm, type NpmOptions } from './npm.js';
import { packModule, type PackedModule } from './pack.js';
import { namesUnder, type PackageJson } from './package-json.js';

/** What a registry would say to a package. */
export interface PublishCheck {
  readonly packed: PackedModule;
  /** What a registry would refuse, as sentences. */
  readonly problems: readonly string[];
  /** What it would take, and its users would miss. */
  readonly warnings: readonly string[];
}

/** Registries take more, users rarely want to. */
const MAX_USUAL_BYTES = 10 * 1_048_576;
const SCRIPTS: readonly string[] = ['preinstall', 'install', 'postinstall'];

/**
 * Packs a module and checks what a registry would refuse: a private package, a version that is published already; beside it what is missing for its
 * users. Publishes nothing. Rejects as `packModule`.
 */
export async function checkPublish(
  nameOrPath: string,
  options: NpmOptions & { readonly access?: string | undefined },
): Promise<PublishCheck> {
  const packed = await packModule(nameOrPath, { baseDir: options.cwd });
  const { packageJson, files, unpackedBytes, notes, name, version, license } = packed;
  const paths = files.map(({ path }) => path);
  const has = (pattern: RegExp): boolean => paths.some((path) => pattern.test(path));
  const problems: string[] = [];
  const warnings: string[] = [...notes];
  if (packageJson?.['private'] === true)
    problems.push('its package.json says "private": true, so that npm does not publish it');
  if (!has(/^readme(?:\.|$)/i)) warnings.push('it has no README, so that a registry shows nothing about it');
  const hasLicense = (license !== undefined && license !== 'UNLICENSED') || has(/^licen[cs]e(?:\.|$)/i);
  if (!hasLicense)
    warnings.push(
      'it has no licence, so that nobody may use it: write license: MIT, for example, in phlow.yaml',
    );
  if (unpackedBytes > MAX_USUAL_BYTES)
    warnings.push(`it has ${unpackedBytes} bytes; look for what does not belong into it`);
  const scripts = packageJson === undefined ? [] : namesUnder(packageJson, 'scripts');
  const run = SCRIPTS.filter((script) => scripts.includes(script));
  if (run.length > 0)
    warnings.push(
      `its package.json has the script ${run.join(', ')}: phlow install never runs scripts of packages`,
    );
  const published = await standingOf(`${name}@${version}`, options);
  if (published === 'this version')
    problems.push(
      `${name}@${version} is published already; raise the version in phlow.yaml and package.json`,
    );
  const hasAccess = options.access !== undefined || accessIn(packageJson) !== undefined;
  if (published === 'nothing' && name.startsWith('@') && !hasAccess)
    warnings.push(
      `${name} is new in the registry, and npm publishes a new package with a scope for its members alone: --access public publishes it for everybody`,
    );
  if (typeof published === 'object')
    warnings.push(`it is not known whether ${name}@${version} is published: ${published.unknown}`);
  return { packed, problems, warnings };
}

function accessIn(own: PackageJson | undefined): unknown {
  const config = own?.['publishConfig'];
  return isMap(config) ? config['access'] : undefined;
}

/** What a registry has of a package: the version, other versions alone, or nothing; or why it could not be asked, as a sentence. */
async function standingOf(
  spec: string,
  options: NpmOptions,
): Promise<'this version' | 'other versions' | 'nothing' | { readonly unknown: string }> {
  try {
    const said = await askNpm(`ask for ${spec}`, ['view', spec, 'version'], options);
    // A package without this version is no error, and nothing is printed.
    return typeof said === 'string' && said !== '' ? 'this version' : 'other versions';
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return error.details['npmCode'] === 'E404' ? 'nothing' : { unknown: error.message };
  }
}

/** Hands a package to npm, which publishes it with the user's registry and token, and asks what it has to ask. Resolves with npm's exit code. */
export async function publishPackage(
  { fileName, tarball }: PackedModule,
  words: readonly string[],
  options: NpmOptions,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-publish-'));
  try {
    const file = join(folder, fileName);
    writeFileSync(file, tarball);
    return await runNpm(['publish', file, '--ignore-scripts', ...words], options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
