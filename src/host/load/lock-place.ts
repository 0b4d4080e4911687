import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PhlowError } from '../../errors.js';
import { lockCommand } from '../../sandbox/lock/assert-locked.js';
import { foldedKey, isOwnKey, isPathKey, lockKeyFrom } from '../../sandbox/lock/lock-key.js';
import { LOCK_FILE, readLock, type Lock } from '../../sandbox/lock/lock-file.js';
import { packagesOnWays, realPathOf as real, type PackagePlace } from '../../sandbox/ownership.js';
import { isInside } from '../../sandbox/snapshot/inside.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { isPackageFolder } from './package-folder.js';
import { PACKAGES_FOLDER } from './package-folder.js';
import type { Found } from './resolve.js';

/** The lock file that a module is held to, and what it says: the one answer for loading, comparing and accepting. */
export interface LockPlace {
  readonly file: string;
  /** The name of the module in it: the folder below `phlow_packages`, or a path that begins with a dot. No two folders have the same. */
  readonly key: string;
  /** Undefined: there is no such file. */
  readonly lock: Lock | undefined;
  /** False for one of the application's own that the lock file does not name. */
  readonly isConcerned: boolean;
  /** The package around the module that the entry is about, and that the module is a part of; undefined for a module with an entry of its own. */
  readonly holder: Found | undefined;
  /** An entry that is spelled almost as `key`, where there is none of that name, and that no module has: somebody meant this one. */
  readonly alike?: string | undefined;
}

type Place = Omit<LockPlace, 'isConcerned'>;

interface Candidate {
  readonly home: string;
  readonly key: string;
  /** The package that the folder is part of. */
  readonly around?: string | undefined;
  /** The packages that the module may be a part of, outermost first, by the names of their entries. */
  readonly holders?: readonly Holder[];
}

interface Holder {
  readonly key: string;
  readonly folder: string;
}

/**
 * Which lock file a module is held to, and by which entry. A package: the one beside the `phlow_packages` or `node_modules` that it lies in, whatever folder it is named
 * from; where there are several of these on the way, the outermost that has a lock file, since what lies further in is itself part of a package.
 * One of the application's own: the outermost on the way to it that names it, or else one that has an entry for nothing but it in another spelling, or else
 * the one of the base folder. Throws PHLOW_LOCK_MISMATCH
 * for a lock file that cannot be read, and for a package without one that the base folder's names.
 *
 * @param isAccepting whether it is going to be written: nobody accepts anything into a lock file that came with a package, unless from inside of it. Once
 *   one further out has been written, it is that one that holds.
 */
export async function lockPlaceOf(found: Found, baseDir: string, isAccepting = false): Promise<LockPlace> {
  const base = resolve(baseDir);
  const ways = found.origin === 'package' ? packagesOnWays(resolve(found.folder)) : [];
  const [homes = [], ...others] = ways.map((way) => homesOf(way));
  const own = homes.filter((home) => isOwnHome(home, base));
  const first = own.at(-1) ?? homes[0];
  if (first === undefined) return ownPlace(found, base);
  for (const home of isAccepting && own.length > 0 ? own : homes) {
    const place = await placeAt(home);
    if (place.lock !== undefined) return { ...place, isConcerned: true };
  }
  // Named by another link, it is still what was accepted by the name that its lock file has for it.
  for (const home of others.flat()) {
    const place = await placeAt(home);
    if (place.lock?.has(place.key) === true) return { ...place, isConcerned: true };
  }
  const place = heldAt(first, join(first.home, LOCK_FILE), undefined);
  await assertNotNamed(found.folder, place, base);
  return { ...place, isConcerned: false };
}

/** The folders beside the folders of packages on the way, outermost first. One that all users can write to is nobody's place for a lock file. */
function homesOf(way: readonly PackagePlace[]): readonly Candidate[] {
  return way
    .map(({ home, kind, shared, below }, i, all) => {
      const keyOf = (names: readonly string[]): string =>
        kind === 'phlow_packages' ? names.join('/') : `./${kind}/${names.join('/')}`;
      const holders = below.slice(1).map((_, end) => {
        const names = below.slice(0, end + 1);
        return { key: keyOf(names), folder: join(shared, ...names) };
      });
      return { home, key: keyOf(below), around: all[i - 1]?.folder, holders };
    })
    .filter(({ home }, i, all) => i === all.length - 1 || !isEverybodys(home));
}

/** Whether the base folder lies in an application: beside a folder of packages or below, and in the package that this is itself part of, if any. */
function isOwnHome({ home, around }: Candidate, base: string): boolean {
  return isInside(real(home), real(base)) && (around === undefined || isInside(real(around), real(base)));
}

async function ownPlace({ folder, origin }: Found, base: string): Promise<LockPlace> {
  const named = resolve(folder);
  const spellings = [...new Set([named, real(named)])];
  const naming: Place[] = [];
  const meaning: Place[] = [];
  for (const at of spellings)
    for (const home of new Set([...foldersAbove(at), base])) {
      const place = await placeAt({ home, key: lockKeyFrom(home, at) });
      const key = keyNaming(place, home, real(named));
      if (key !== undefined) naming.push({ ...place, key });
      else if (place.alike !== undefined) meaning.push(place);
    }
  const lengthOf = ({ file }: Place): number => real(dirname(file)).length;
  const [outermost] = (naming.length > 0 ? naming : meaning).sort((a, b) => lengthOf(a) - lengthOf(b));
  if (outermost !== undefined) return { ...outermost, isConcerned: true };
  const inBase = spellings.find((at) => isInside(base, at)) ?? named;
  const place = await placeAt({ home: base, key: lockKeyFrom(base, inBase) });
  return { ...place, isConcerned: origin === 'package' && place.lock !== undefined };
}

/** The name that a lock file has for a folder of the application's own, which may be that of a link to it; undefined when it has none. */
function keyNaming({ key, lock }: Place, home: string, folder: string): string | undefined {
  if (lock === undefined || lock.has(key)) return lock && key;
  return [...lock.keys()].find((one) => isOwnKey(one) && real(resolve(home, one)) === folder);
}

/** A folder and those above it, as far as they are not open to all users: what lies in such a one is anybody's. */
function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  if (isEverybodys(folder)) return [];
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

/** Whether all users can put a file into a folder. Windows has no such bits. */
function isEverybodys(folder: string): boolean {
  const mode = lstatSync(real(folder), { throwIfNoEntry: false })?.mode ?? 0;
  return process.getuid !== undefined && (mode & 0o002) !== 0;
}

async function placeAt(candidate: Candidate): Promise<Place> {
  const file = join(candidate.home, LOCK_FILE);
  return heldAt(candidate, file, await readLock(file));
}

/** What lies inside of a package is part of it: its bytes are hashed with the package, and the entry of the package holds them. */
function heldAt({ key, holders = [] }: Candidate, file: string, lock: Lock | undefined): Place {
  const accepted = holders.find((holder) => lock?.has(holder.key) === true);
  const isItsOwn = lock?.has(key) === true;
  const holder = accepted ?? (isItsOwn ? undefined : holders.find(({ folder }) => isPackageFolder(folder)));
  const name = holder?.key ?? key;
  const alike = alikeIn(lock, name, dirname(file));
  return { file, key: name, lock, holder: holder && packageAt(holder.folder), alike };
}

/** The path that an entry of a lock file stands for, from the folder of that file. */
export function pathOfKey(key: string): string {
  return isPathKey(key) ? key : `./${PACKAGES_FOLDER}/${key}`;
}

/** The entry that is meant for a module, though it names none: by hand, or on a file system for which the two spellings are one. */
function alikeIn(lock: Lock | undefined, key: string, home: string): string | undefined {
  if (lock === undefined || lock.has(key)) return undefined;
  const isModule = (one: string): boolean => isPackageFolder(join(home, pathOfKey(one)));
  const folded = foldedKey(key);
  return [...lock.keys()].find((one) => foldedKey(one) === folded && !isModule(one));
}

/** A package by its folder. */
export function packageAt(folder: string): Found {
  const manifestPath = join(folder, MANIFEST_FILE);
  return { name: basename(folder), origin: 'package', manifestPath, folder, entryPath: undefined };
}

/** A lock file that is gone is not the same as a module that was never locked, as far as that can be seen. */
async function assertNotNamed(folder: string, place: Place, base: string): Promise<void> {
  const { key } = place;
  const named = await placeAt({ home: base, key: lockKeyFrom(base, resolve(folder)) });
  if (named.file === place.file || named.lock === undefined) return;
  // The plain name may be that of another folder: of a package beside the lock file.
  const isOther = existsSync(key.startsWith('./') ? join(base, key) : join(base, PACKAGES_FOLDER, key));
  const isNamed = named.lock.has(named.key) || named.alike !== undefined;
  if (!isNamed && (isOther || !named.lock.has(key))) return;
  const message = `Cannot use module "${visibleLine(key)}": ${visiblePath(named.file)} names it, but the package is held to ${visiblePath(place.file)}, and there is no such file; put it back from version control, or accept the package there: ${lockCommand(key, dirname(place.file))}`;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { module: key, file: place.file } });
}
