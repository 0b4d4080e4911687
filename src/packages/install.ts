import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isPartOf } from '../audit/lock-modules.js';
import { currentFolder } from '../current-folder.js';
import { PhlowError } from '../errors.js';
import { lockPlaceOf, packageAt } from '../host/load/lock-place.js';
import { installedPackages } from '../host/load/package-names.js';
import { manifestIn } from '../host/load/accept-module.js';
import { checkManifest } from '../host/load/read-manifest.js';
import { innerModules } from '../sandbox/lock/inner-modules.js';
import { lockEntryOf } from '../sandbox/lock/lock-diff.js';
import { LOCK_FILE, readLock, type Lock, type LockEntry } from '../sandbox/lock/lock-file.js';
import { isPathKey } from '../sandbox/lock/lock-key.js';
import { updateLock } from '../sandbox/lock/update-lock.js';
import { shellText, visibleLine, visiblePath } from '../visible-text.js';
import { mendPackages, packageSnapshot } from './mend.js';
import { changeOf, identityOf, inPlace, type PackageChange } from './package-change.js';
import { getPackage, sourceOf, sourceOfOrigin, type GotPackage, type PackageSource } from './sources.js';
import {
  dropFolder,
  installFailed,
  moveFolder,
  stagedBeside,
  targetOf,
  whileAlone,
  withFolders,
  writeStaged,
} from './staging.js';

/** What to install, and how. */
export interface InstallOptions {
  /** The folder with `phlow_packages` and `phlow.lock`; default: the current one. */
  readonly baseDir?: string;
  /** True: what asks for more than was accepted is accepted, and a folder that no install has put there is replaced. */
  readonly accept?: boolean;
  /** True: everything is got and checked, and nothing is written. */
  readonly dryRun?: boolean;
  /** Asks a person about changes that are otherwise refused; without it they are, unless `accept` is given. */
  readonly confirm?: (changes: readonly PackageChange[]) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

/** What came of an install. */
export interface InstallReport {
  /** What was installed, or would be. */
  readonly changes: readonly PackageChange[];
  /** The lock file; undefined where it says what it said before. */
  readonly written: string | undefined;
  /** What the owner should know besides, as sentences. */
  readonly notes: readonly string[];
}

/** One package on its way. */
interface Wanted {
  readonly source: PackageSource;
  /** The entry of the lock file that it has to be equal to; undefined where another may be accepted. */
  readonly exactly: LockEntry | undefined;
}

interface Prepared extends Wanted {
  readonly got: GotPackage;
  readonly target: string;
  readonly accepted: LockEntry | undefined;
  readonly identity: string;
  readonly change: PackageChange;
}

/**
 * Installs modules below `phlow_packages`, each from a tarball, a folder or a registry, and writes into `phlow.lock` what was accepted. Without any: what
 * the lock file names and is not there, exactly as it was accepted. All are got and checked before the first is put in its place. A process that is killed
 * leaves each module as it was or as it is to be; the next install puts right what is in between.
 *
 * Rejects as `getPackage`, and with PHLOW_PERMISSIONS_WIDENED for an update that asks for more than was accepted, PHLOW_INSTALL_CONFLICT for a folder
 * that no install has put there or that another process changes, PHLOW_LOCK_MISMATCH, PHLOW_LOCK_UNWRITABLE, and PHLOW_INSTALL_FAILED for what the file
 * system does not let happen.
 */
export async function installPackages(
  specs: readonly string[],
  options: InstallOptions = {},
): Promise<InstallReport> {
  const home = resolve(options.baseDir ?? currentFolder());
  const lockFile = join(home, LOCK_FILE);
  const notes = options.dryRun === true ? [] : [...(await mendPackages(home))];
  const lock = await readLock(lockFile);
  const wanted = specs.length === 0 ? missingIn(lock, home) : specs.map((spec) => wantedBy(spec, home));
  const prepared: Prepared[] = [];
  for (const one of wanted) prepared.push(await prepare(one, home, lock, options));
  assertDifferent(prepared);
  const changes = prepared.map(({ change }) => change);
  await assertAllowed(changes, options);
  if (options.dryRun === true) return { changes, written: undefined, notes };
  const isNewLock = lock === undefined;
  const before = textOf(lockFile);
  const toDo = prepared.filter(
    ({ change, got, accepted }) => change.kind !== 'same' || !isSameOrigin(got, accepted),
  );
  for (const one of toDo) notes.push(...undeclared(one, await put(one, home, options)));
  if (specs.length === 0 || (isNewLock && toDo.length > 0))
    notes.push(...unlocked(home, await readLock(lockFile)));
  return { changes, written: textOf(lockFile) === before ? undefined : lockFile, notes };
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function wantedBy(spec: string, home: string): Wanted {
  return { source: sourceOf(spec, home), exactly: undefined };
}

/** What the lock file names and is not there. Throws PHLOW_INSTALL_FAILED for what nobody knows the origin of. */
function missingIn(lock: Lock | undefined, home: string): readonly Wanted[] {
  const missing = [...(lock ?? [])].filter(([key]) => !isPathKey(key) && !existsSync(targetOf(home, key)));
  const without = missing.filter(([, { origin }]) => origin === undefined).map(([key]) => visibleLine(key));
  if (without.length > 0) {
    const message = `Cannot install ${without.join(', ')}: ${LOCK_FILE} does not say where ${without.length === 1 ? 'it' : 'they'} came from; put ${without.length === 1 ? 'it' : 'them'} back from version control, or install by name: phlow install NAME`;
    throw new PhlowError('PHLOW_INSTALL_FAILED', message, { details: { missing: without } });
  }
  return missing.flatMap(([, entry]) =>
    entry.origin === undefined
      ? []
      : [{ source: sourceOfOrigin(entry.origin, entry.version, home), exactly: entry }],
  );
}

async function prepare(
  one: Wanted,
  home: string,
  lock: Lock | undefined,
  { signal }: InstallOptions,
): Promise<Prepared> {
  const { source, exactly } = one;
  const got = await getPackage(source, { cwd: home, home, signal }, exactly?.origin?.integrity);
  const { name, version } = got.opened;
  const target = targetOf(home, name);
  const place = await lockPlaceOf(packageAt(target), home, true);
  if (place.file !== join(home, LOCK_FILE) || place.key !== name) {
    const message = `Cannot install ${visibleLine(name)} in ${visiblePath(home)}: packages there are held to ${visiblePath(place.file)}; install in the folder of that`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { lockFile: place.file } });
  }
  const accepted = lock?.get(name);
  if (source.kind === 'npm' && accepted?.version === version) assertSameBytes(got, accepted);
  const there = await inPlace(target, home).catch((error: unknown) => {
    throw installFailed(`install ${visibleLine(name)}`, error);
  });
  if (there.isLink)
    throw conflict(name, `${visiblePath(target)} is a link, which somebody has made; remove it first`);
  const change = changeOf(got, accepted, there);
  // The range that its user gave stays where the lock file is only followed.
  const origin = exactly?.origin ?? got.origin;
  return {
    ...one,
    got: { ...got, origin },
    target,
    accepted,
    identity: there.identity,
    change: { ...change, origin },
  };
}

/** One version of a registry is one tarball for all times. */
function assertSameBytes({ origin, shown }: GotPackage, accepted: LockEntry): void {
  const expected = accepted.origin?.kind === 'npm' ? accepted.origin.integrity : undefined;
  if (expected === undefined || expected === origin.integrity) return;
  const message = `Cannot install ${visibleLine(shown)}: the registry has other bytes for this version than ${LOCK_FILE} accepted; expected ${expected}, found ${origin.integrity ?? 'none'}. A version never changes: nobody should use it before it is known why`;
  throw new PhlowError('PHLOW_INTEGRITY_MISMATCH', message, {
    details: { package: shown, expected, found: origin.integrity },
  });
}

function isSameOrigin({ origin }: GotPackage, accepted: LockEntry | undefined): boolean {
  const before = accepted?.origin;
  return (['kind', 'from', 'range', 'integrity'] as const).every((key) => before?.[key] === origin[key]);
}

function assertDifferent(prepared: readonly Prepared[]): void {
  const names = prepared.map(({ got }) => got.opened.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new PhlowError(
      'PHLOW_OPTION_INVALID',
      `Cannot install ${visibleLine(twice)} twice at once: name it once`,
    );
}

async function assertAllowed(changes: readonly PackageChange[], options: InstallOptions): Promise<void> {
  if (options.accept === true || options.dryRun === true) return;
  const wider = changes.filter(({ more }) => more.length > 0);
  const foreign = changes.filter(({ isForeign }) => isForeign);
  const asked = [...new Set([...wider, ...foreign])];
  if (asked.length === 0 || (await options.confirm?.(asked)) === true) return;
  const [first] = foreign;
  if (first !== undefined) {
    const isWider = first.more.length > 0;
    const more = isWider ? ', and it asks for more than was accepted' : '';
    const both = isWider ? ', which accepts what it asks for, too' : '';
    throw conflict(
      first.name,
      `what is in its place is not what ${LOCK_FILE} accepted, and would be lost${more}; put that into version control, or replace it with --accept${both}\n${first.text}`,
    );
  }
  const names = wider.map(({ name }) => visibleLine(name)).join(', ');
  const message = [
    `Cannot update ${names}: ${wider.length === 1 ? 'it asks' : 'they ask'} for more than was accepted`,
    ...wider.map(({ text }) => text),
    'Nothing was changed. If you accept that, do it again with --accept',
  ].join('\n');
  throw new PhlowError('PHLOW_PERMISSIONS_WIDENED', message, {
    details: {
      packages: wider.map(({ name, from, version, more, less }) => ({ name, from, version, more, less })),
    },
  });
}

function conflict(name: string, reason: string): PhlowError {
  return new PhlowError('PHLOW_INSTALL_CONFLICT', `Cannot install ${visibleLine(name)}: ${reason}`, {
    details: { package: name },
  });
}

/** Unpacks a package beside its place, and swaps it in. */
async function put(one: Prepared, home: string, { signal }: InstallOptions): Promise<LockEntry> {
  const { got, target } = one;
  const shown = visibleLine(got.opened.name);
  try {
    return await withFolders(target, async () => {
      const staged = stagedBeside(target, 'new');
      try {
        await writeStaged(staged, got.opened.tarball.files, signal);
        const entry = await entryIn(staged, home, one);
        await whileAlone(home, () => swap(one, staged, entry, home));
        return entry;
      } finally {
        await dropFolder(staged);
      }
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw installFailed(`install ${shown}`, error);
  }
}

/** What the lock file is going to say. Beside its place a package is made of the same as in it. */
async function entryIn(staged: string, home: string, { got, exactly }: Prepared): Promise<LockEntry> {
  const { name } = got.opened;
  const snapshot = await packageSnapshot(staged, home);
  const manifest = await manifestIn(snapshot, packageAt(staged));
  const entry = lockEntryOf(manifest, snapshot, await innerModules(snapshot, checkManifest));
  if (exactly !== undefined && entry.integrity !== exactly.integrity) {
    const message = `Cannot install ${visibleLine(name)}: what ${visibleLine(got.shown)} holds, with the packages that it takes in from here, is not what ${LOCK_FILE} accepted; look at it with phlow install ${shellText(got.shown)} --dry-run`;
    throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { module: name } });
  }
  return { ...entry, origin: got.origin };
}

async function swap(one: Prepared, staged: string, entry: LockEntry, home: string): Promise<void> {
  const { target, got, accepted, identity } = one;
  const { name } = got.opened;
  const lockFile = join(home, LOCK_FILE);
  const present = (await readLock(lockFile))?.get(name);
  if (identityOf(target) !== identity || present?.integrity !== accepted?.integrity)
    throw conflict(name, 'another process has changed it meanwhile; install it again');
  const old = stagedBeside(target, 'old');
  const isUpdate = existsSync(target);
  if (isUpdate) await moveFolder(target, old);
  try {
    await moveFolder(staged, target);
    await updateLock(lockFile, (now) => withEntry(now, name, entry));
  } catch (error) {
    if (existsSync(target)) await moveFolder(target, staged);
    if (isUpdate) await moveFolder(old, target);
    throw error;
  }
  if (isUpdate) await dropFolder(old);
}

function withEntry(now: Lock | undefined, name: string, entry: LockEntry): Lock {
  const merged = new Map<string, LockEntry>(now);
  for (const key of merged.keys()) if (isPartOf(key, name)) merged.delete(key);
  return merged.set(name, entry);
}

function undeclared({ got }: Prepared, { dependencies }: LockEntry): readonly string[] {
  return [...(dependencies ?? [])].flatMap(([place, { isDeclared }]) =>
    isDeclared
      ? []
      : `${visibleLine(got.opened.name)} takes in ${visibleLine(place)}, which it does not declare`,
  );
}

/** Packages that a lock file does not hold are refused once there is one. */
function unlocked(home: string, lock: Lock | undefined): readonly string[] {
  const names = installedPackages(home).filter((name) => lock !== undefined && !lock.has(name));
  if (names.length === 0) return [];
  return [
    `${LOCK_FILE} has no entry for ${names.map((name) => visibleLine(name)).join(', ')}, so that ${names.length === 1 ? 'it is' : 'they are'} not loaded; if you accept ${names.length === 1 ? 'it' : 'them'}: phlow lock --accept ${names.map(shellText).join(' ')}`,
  ];
}
