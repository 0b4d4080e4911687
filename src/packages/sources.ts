import { lstatSync, mkdtempSync, statSync, type Stats } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isPhlowError, messageOf, PhlowError } from '../errors.js';
import { specText } from '../host/load/install-command.js';
import { hasManifest } from '../manifest-file.js';
import { readPlainFile } from '../manifest/read-plain-file.js';
import type { LockOrigin } from '../sandbox/lock/lock-file.js';
import { semver } from '../semver-package.js';
import { shellText, visibleLine } from '../visible-text.js';
import { npmPack, type NpmOptions } from './npm.js';
import { openPackage, type OpenedPackage } from './opened-package.js';
import { packModule } from './pack.js';
import { invalidPackage } from './package-error.js';
import { packageNameProblem } from './package-json.js';
import { integrityOf, readTarball, TARBALL_LIMITS } from './read-tarball.js';

/** What is to be installed. */
export type PackageSource =
  | { readonly kind: 'tarball' | 'folder'; readonly path: string; readonly shown: string }
  | {
      readonly kind: 'npm';
      readonly name: string;
      readonly range: string | undefined;
      readonly shown: string;
    };

/** A package that was got and looked at, and where it came from. */
export interface GotPackage {
  readonly opened: OpenedPackage;
  readonly origin: LockOrigin;
  readonly shown: string;
}

/** A path below a folder, or out of it, with `/`. */
export function relativeName(from: string, to: string): string {
  return relative(from, to).split(sep).join('/');
}

/**
 * Reads what a person wants to install: the path of a tarball or folder, or a name of a registry with a range or tag. Throws PHLOW_OPTION_INVALID for
 * anything else: what npm takes for an address is never handed to it.
 */
export function sourceOf(text: string, home: string): PackageSource {
  const refuse = (reason: string): PhlowError =>
    new PhlowError('PHLOW_OPTION_INVALID', `Cannot install "${visibleLine(text)}": ${reason}`, {
      details: { package: text },
    });
  if (/^(?!file:)[a-z+]{2,}:/i.test(text))
    throw refuse('only tarballs, folders and names of a registry are installed; download it first');
  const given = text.replace(/^file:/, '');
  const path = resolve(home, given);
  const isPath =
    /^\.{1,2}(?:$|[\\/])|^~[\\/]|\.(?:tgz|tar\.gz)$/.test(given) || isAbsolute(given) || given !== text;
  const stat = isPath || (/[\\/]/.test(given) && !given.startsWith('@')) ? statOf(path) : undefined;
  if (stat?.isDirectory() === true) return { kind: 'folder', path, shown: given };
  if (stat?.isFile() === true) return { kind: 'tarball', path, shown: given };
  if (isPath) throw refuse(`there is no file or folder ${visibleLine(path)}`);
  const [, name = '', range] = /^(@?[^@]+)(?:@(.*))?$/.exec(text) ?? [];
  const problem = packageNameProblem(name);
  if (problem !== undefined) throw refuse(problem);
  if (range !== undefined && !isRangeOrTag(range))
    throw refuse(`"${visibleLine(range)}" is no version, range or tag; write ${name}@^1.2 or ${name}@latest`);
  // A stranger's package of the same name is not what somebody means who stands beside the folder.
  if (range === undefined && hasManifest(path))
    throw refuse(
      `there is a module in ./${name}: write ./${name} for that, or ${name}@latest for the one of a registry`,
    );
  return { kind: 'npm', name, range, shown: text };
}

/** A tag is a word that is no range. */
function isRangeOrTag(text: string): boolean {
  return text !== '' && (semver().validRange(text) !== null || /^[a-z][\w.-]{0,100}$/i.test(text));
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // It is no path then, and said not to be there.
    return undefined;
  }
}

/**
 * Gets a package and looks at all of it. Rejects as `readTarball`, `openPackage`, `packModule` and `npmPack`, and with PHLOW_INTEGRITY_MISMATCH for
 * bytes that are not those that npm, or the lock file, speaks of.
 *
 * @param expected the `sha512-…` of the tarball that the lock file accepted
 */
export async function getPackage(
  source: PackageSource,
  options: NpmOptions & { readonly home: string },
  expected?: string,
): Promise<GotPackage> {
  const { home, signal } = options;
  if (source.kind === 'npm') return fromNpm(source, options, expected);
  const from = relativeName(home, source.path);
  const { kind, shown } = source;
  const bytes =
    kind === 'tarball'
      ? await bytesOf(source.path, shown)
      : (await packModule(source.path, { baseDir: home })).tarball;
  const integrity = kind === 'tarball' ? { integrity: integrityOf(bytes) } : {};
  if (kind === 'tarball') assertIntegrity(bytes, expected, shown, 'phlow.lock');
  const opened = await openPackage(await readTarball(bytes, shown, signal), shown);
  return {
    opened,
    origin: { kind, from: /^\.{1,2}\//.test(from) || isAbsolute(from) ? from : `./${from}`, ...integrity },
    shown,
  };
}

async function fromNpm(
  source: PackageSource & { readonly kind: 'npm' },
  options: NpmOptions,
  expected: string | undefined,
): Promise<GotPackage> {
  const { name, range } = source;
  const folder = mkdtempSync(join(tmpdir(), 'phlow-npm-'));
  try {
    const packed = await npmPack(range === undefined ? name : `${name}@${range}`, folder, options);
    const shown = `${packed.name}@${packed.version}`;
    const bytes = await bytesOf(packed.file, shown);
    assertIntegrity(bytes, packed.integrity, shown, 'npm');
    assertIntegrity(bytes, expected, shown, 'phlow.lock');
    const opened = await openPackage(await readTarball(bytes, shown, options.signal), shown);
    if (opened.name !== name || opened.version !== packed.version)
      throw invalidPackage(
        'install',
        shown,
        `its package.json says that it is ${opened.name}@${opened.version}`,
        {
          rule: 'other-package',
        },
      );
    const kept = range ?? `^${opened.version}`;
    return { opened, origin: { kind: 'npm', from: name, range: kept, integrity: integrityOf(bytes) }, shown };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bytesOf(path: string, shown: string): Promise<Buffer> {
  try {
    return await readPlainFile(path, TARBALL_LIMITS.packedBytes);
  } catch (error) {
    const reason = isPhlowError(error) ? String(error.details['reason']) : messageOf(error);
    const isLarge = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true && /more than/.test(reason);
    const code = isLarge ? 'PHLOW_TARBALL_TOO_LARGE' : 'PHLOW_TARBALL_UNREADABLE';
    throw new PhlowError(code, `Cannot unpack ${visibleLine(shown)}: ${reason}`, {
      cause: error,
      details: { tarball: shown, rule: isLarge ? 'too-large' : 'unreadable' },
    });
  }
}

function assertIntegrity(bytes: Buffer, expected: string | undefined, shown: string, by: string): void {
  const found = integrityOf(bytes);
  // npm may name hashes of other kinds beside it.
  if (expected === undefined || expected.split(/\s+/).includes(found)) return;
  const message = `Cannot install ${visibleLine(shown)}: its bytes are not those that ${by} speaks of; expected ${visibleLine(expected)}, found ${found}. Nobody should use it before it is known why`;
  throw new PhlowError('PHLOW_INTEGRITY_MISMATCH', message, { details: { package: shown, expected, found } });
}

/** What gets a package again from where it came from: of a registry, the very version. Throws PHLOW_INSTALL_FAILED for a tarball or folder that is gone. */
export function sourceOfOrigin(origin: LockOrigin, version: string | undefined, home: string): PackageSource {
  if (origin.kind === 'npm') {
    const range = version ?? origin.range;
    const shown = `${origin.from}@${range ?? 'latest'}`;
    assertNpmOrigin(origin.from, range, shown);
    return { kind: 'npm', name: origin.from, range, shown };
  }
  const path = resolve(home, origin.from);
  if (statOf(path) !== undefined) return { kind: origin.kind, path, shown: origin.from };
  const message = `Cannot install ${visibleLine(origin.from)}, which phlow.lock names: there is no such ${origin.kind}; put it back, or install the module from elsewhere: phlow install TARBALL, FOLDER or NAME`;
  throw new PhlowError('PHLOW_INSTALL_FAILED', message, { details: { package: origin.from } });
}

/**
 * Holds what the lock file says of a registry to what a person may type: npm would take other texts for its options, or for an address that it fetches
 * from. Throws PHLOW_LOCK_MISMATCH.
 */
export function assertNpmOrigin(name: string, range: string | undefined, shown: string): void {
  const problem =
    packageNameProblem(name) ??
    (range === undefined || isRangeOrTag(range)
      ? undefined
      : `"${visibleLine(range)}" is no version, range or tag`);
  if (problem === undefined) return;
  const message = `Cannot install "${visibleLine(shown)}", which phlow.lock names: ${problem}; put the lock file back from version control, or install the module anew by its name`;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { package: shown } });
}

/** The origin of a package as a person reads it, and as `phlow install` takes it. */
export function originText({ kind, from, range }: LockOrigin): string {
  return kind === 'npm' ? specText(from, range) : shellText(from);
}
