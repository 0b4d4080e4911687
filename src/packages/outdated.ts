import { join, resolve } from 'node:path';
import { currentFolder } from '../current-folder.js';
import { isPhlowError, PhlowError } from '../errors.js';
import { didYouMeanModule } from '../nearest.js';
import { LOCK_FILE, readLock, type Lock, type LockEntry } from '../sandbox/lock/lock-file.js';
import { isPathKey } from '../sandbox/lock/lock-key.js';
import { semver } from '../semver-package.js';
import { visibleLine } from '../visible-text.js';
import { installPackages, type InstallOptions, type InstallReport } from './install.js';
import { npmVersions, type NpmVersions } from './npm.js';
import { assertNpmOrigin, originText } from './sources.js';

/** How an installed package stands to where it came from. */
export interface OutdatedPackage {
  readonly name: string;
  readonly current: string | undefined;
  /** The newest version that its range takes in, and the newest there is; undefined for what is not from a registry. */
  readonly wanted: string | undefined;
  readonly latest: string | undefined;
  /** As `phlow install` takes it; undefined where the lock file names none. */
  readonly origin: string | undefined;
  readonly isOutdated: boolean;
  /** Why the registry could not be asked. */
  readonly problem: string | undefined;
}

/** How many registries are asked at the same time: each by a process of npm's. */
const MAX_AT_ONCE = 4;

/**
 * Asks the registries for newer versions of what `phlow.lock` names. Rejects with PHLOW_LOCK_MISMATCH for a lock file that cannot be read, and with
 * PHLOW_NPM_MISSING; what npm cannot find out is reported with the package.
 */
export async function outdatedPackages(
  options: { readonly baseDir?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly OutdatedPackage[]> {
  const home = resolve(options.baseDir ?? currentFolder());
  const lock = await readLock(join(home, LOCK_FILE));
  const packages = packagesOf(lock);
  const report: OutdatedPackage[] = [];
  for (let from = 0; from < packages.length; from += MAX_AT_ONCE) {
    const group = packages.slice(from, from + MAX_AT_ONCE);
    const asked = group.map(([name, entry]) => standingOf(name, entry, home, options.signal));
    report.push(...(await Promise.all(asked)));
  }
  return report;
}

function packagesOf(lock: Lock | undefined): readonly (readonly [string, LockEntry])[] {
  return [...(lock ?? [])].filter(([key]) => !isPathKey(key));
}

async function standingOf(
  name: string,
  { version, origin }: LockEntry,
  home: string,
  signal: AbortSignal | undefined,
): Promise<OutdatedPackage> {
  const local = {
    name,
    current: version,
    wanted: undefined,
    latest: undefined,
    origin: origin && originText(origin),
    isOutdated: false,
    problem: undefined,
  };
  if (origin?.kind !== 'npm') return local;
  assertNpmOrigin(origin.from, origin.range, originText(origin));
  try {
    const known = await npmVersions(origin.from, { cwd: home, signal });
    const wanted = wantedOf(known, origin.range ?? 'latest');
    const latest = known.tags['latest'];
    const isNewer = (other: string | undefined): boolean =>
      other !== undefined && other !== version && (version === undefined || semver().gt(other, version));
    return { ...local, wanted, latest, isOutdated: isNewer(wanted) || isNewer(latest) };
  } catch (error) {
    if (!isPhlowError(error) || error.code !== 'PHLOW_NPM_FAILED') throw error;
    return { ...local, problem: error.message };
  }
}

function wantedOf({ versions, tags }: NpmVersions, range: string): string | undefined {
  if (semver().validRange(range) === null) return tags[range];
  return semver().maxSatisfying([...versions], range) ?? undefined;
}

/**
 * Installs the newest versions that the ranges in `phlow.lock` take in. Without names: of all that came from a registry; a tarball or folder is installed
 * again only when it is named. Rejects as `installPackages`, and with PHLOW_MODULE_NOT_FOUND for a name that the lock file has not.
 */
export async function updatePackages(
  names: readonly string[],
  options: InstallOptions = {},
): Promise<InstallReport> {
  const home = resolve(options.baseDir ?? currentFolder());
  const lock = await readLock(join(home, LOCK_FILE));
  const specs = names.length === 0 ? fromRegistries(lock) : names.map((name) => specOf(name, lock));
  if (specs.length === 0) return { changes: [], written: undefined, notes: [] };
  return installPackages(specs, options);
}

function fromRegistries(lock: Lock | undefined): readonly string[] {
  return packagesOf(lock).flatMap(([, { origin }]) => (origin?.kind === 'npm' ? [specIn(origin)] : []));
}

function specIn({ from, range }: { readonly from: string; readonly range?: string | undefined }): string {
  return range === undefined ? from : `${from}@${range}`;
}

function specOf(name: string, lock: Lock | undefined): string {
  const origin = lock?.get(name)?.origin;
  if (origin !== undefined) return specIn(origin);
  const isKnown = lock?.has(name) === true;
  const hint = isKnown ? '' : didYouMeanModule(name, lock?.keys() ?? []);
  const reason = isKnown
    ? `${LOCK_FILE} does not say where it came from; install it anew: phlow install NAME`
    : `${LOCK_FILE} has no entry for it.${hint}`;
  throw new PhlowError('PHLOW_MODULE_NOT_FOUND', `Cannot update "${visibleLine(name)}": ${reason}`, {
    details: { module: name },
  });
}
