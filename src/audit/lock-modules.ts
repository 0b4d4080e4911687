import { dirname, join, resolve } from 'node:path';
import { currentFolder } from '../current-folder.js';
import { isPhlowError, PhlowError } from '../errors.js';
import { type LockPlace, pathOfKey } from '../host/load/lock-place.js';
import { alikeText } from '../sandbox/lock/assert-locked.js';
import { lessText, lockDiffText, moreText, type LockDiff } from '../sandbox/lock/lock-diff.js';
import { visibleLine, visiblePath } from '../visible-text.js';
import { isOwnKey, isPathKey, lockKeyFrom } from '../sandbox/lock/lock-key.js';
import { LOCK_FILE, readLock, type Lock, type LockEntry } from '../sandbox/lock/lock-file.js';
import { updateLock } from '../sandbox/lock/update-lock.js';
import { examineWhole, lockStateOf, type LockState } from './examine.js';
import { existsSync } from 'node:fs';
import { installedPackages } from '../host/load/package-names.js';

/** What `lockModules` looks at and does. */
export interface LockOptions {
  /** The folder with `phlow_packages` and `phlow.lock`; default: the current one. */
  readonly baseDir?: string;
  /** Names or paths, also of entries whose folder is gone; default: everything under `phlow_packages`, and what else the lock file names. */
  readonly modules?: readonly string[];
  /** True: it is an error when there is no lock file. For machines that install and test, where nobody accepts anything. */
  readonly frozen?: boolean;
  /** True: what is there now is accepted and written. */
  readonly accept?: boolean;
}

/** One module that is not what the lock file says. */
export interface LockChange {
  /** Its name in the lock file. */
  readonly module: string;
  /** The lock file that it is held to. */
  readonly file: string;
  readonly isNew: boolean;
  readonly isCodeChanged: boolean;
  readonly more: readonly string[];
  readonly less: readonly string[];
  /** What it takes in from outside of its folder and was not accepted like that. */
  readonly dependencies: readonly string[];
  /** The difference as a person reads it. */
  readonly text: string;
}

/** What came of it. */
export interface LockReport {
  /** The lock file that the modules are held to; where they are not all held to the same, the one of the base folder. */
  readonly file: string;
  /** The lock files that were written. */
  readonly written: readonly string[];
  readonly isWritten: boolean;
  /** False: there was none of the lock files that the modules are held to. */
  readonly hasLock: boolean;
  /** How many entries were compared; what ships with phlow has none. */
  readonly compared: number;
  /** Every module that differs, accepted or not. */
  readonly changes: readonly LockChange[];
  /** Modules in the lock file that are no longer there. */
  readonly gone: readonly string[];
}

/**
 * Compares modules with the lock file and, on request, accepts them as they are: each in the lock file that it is held to when it is loaded. Throws
 * PHLOW_LOCK_MISMATCH for a lock file that cannot be read or that `frozen` misses, PHLOW_LOCK_UNWRITABLE, and PHLOW_OPTION_INVALID for a module that
 * cannot be accepted from this folder.
 */
export async function lockModules(options: LockOptions = {}): Promise<LockReport> {
  const baseDir = resolve(options.baseDir ?? currentFolder());
  const baseFile = join(baseDir, LOCK_FILE);
  let base = options.modules === undefined ? await readLock(baseFile) : undefined;
  const names = options.modules ?? namesToCompare(baseDir, base);
  const named = new Set<string>();
  const isGone = async (name: string): Promise<boolean> => {
    base ??= await readLock(baseFile);
    const key = missingEntry(name, baseDir, base);
    if (key !== undefined) named.add(key);
    return key !== undefined;
  };
  const { states, failures } = await statesOf(names, baseDir, options.accept === true, isGone);
  const [first] = failures;
  if (first !== undefined && states.length === 0) throw withOthers(first, failures, []);
  const locks = new Map(states.map(({ place }) => [place.file, place.lock]));
  if (locks.size === 0) locks.set(baseFile, base ?? (await readLock(baseFile)));
  if (options.frozen === true) for (const [file, lock] of locks) assertThere(file, lock);
  const differing = states.flatMap(({ diff, ...state }) => (diff === undefined ? [] : [{ ...state, diff }]));
  // What an earlier phlow accepted by itself inside of a package is held with the package.
  const isHeld = (key: string): boolean =>
    states.some(({ place }) => place.file === baseFile && isPartOf(key, place.key));
  const gone =
    options.modules === undefined ? [...(base?.keys() ?? [])].filter((key) => !isHeld(key)) : [...named];
  const changes = differing.map(({ place, now, diff }): LockChange => {
    const change = changeOf(place, diff);
    // A module that was renamed is new and gone at once.
    const was = diff.isNew ? gone.find((key) => base?.get(key)?.integrity === now.integrity) : undefined;
    if (was === undefined) return change;
    const text = `${change.text}\n  it is what was accepted as ${visibleLine(was)}, under another name`;
    return { ...change, text };
  });
  // Nothing is accepted while something could not be looked at. What differs is reported with it, or one module would hide all others.
  if (first !== undefined) throw withOthers(first, failures, changes);
  const written: string[] = [];
  if (options.accept === true) {
    if (gone.length > 0) locks.set(baseFile, base);
    for (const [file, before] of locks) {
      const accepted = differing.filter(({ place }) => place.file === file);
      const dropped = file === baseFile ? gone : [];
      // A lock file that names nothing is there for the packages that come. Who names what ships with phlow wants none.
      const isWanted = before === undefined && options.modules === undefined;
      if (!isWanted && accepted.length + dropped.length === 0) continue;
      await updateLock(file, (present) => {
        // Another process that accepts at the same time has looked at other modules: only what was looked at here is written.
        const merged = new Map<string, LockEntry>(present);
        for (const { place, now } of accepted) {
          for (const key of merged.keys()) if (isPartOf(key, place.key)) merged.delete(key);
          // Where it came from does not change by being accepted as it lies there.
          merged.set(place.key, { ...now, origin: present?.get(place.key)?.origin });
        }
        for (const key of dropped)
          if (merged.get(key)?.integrity === before?.get(key)?.integrity) merged.delete(key);
        return merged;
      });
      written.push(file);
    }
  }
  const [file = baseFile] = locks.size === 1 ? locks.keys() : [];
  const hasLock = [...locks.values()].some((lock) => lock !== undefined);
  const compared = states.length;
  return { file, written, isWritten: written.length > 0, hasLock, compared, changes, gone };
}

/** Whether an entry is about a package, or about something in its folder. */
export function isPartOf(key: string, whole: string): boolean {
  // One of the application's own has an entry of its own wherever it lies.
  return key === whole || (!isOwnKey(whole) && key.startsWith(`${whole}/`));
}

async function statesOf(
  names: readonly string[],
  baseDir: string,
  isAccepting: boolean,
  isGone: (name: string) => Promise<boolean>,
): Promise<{ readonly states: readonly LockState[]; readonly failures: readonly PhlowError[] }> {
  const states: LockState[] = [];
  const failures: PhlowError[] = [];
  for (const name of names) {
    try {
      const state = await stateOf(name, baseDir, isAccepting);
      // By the path of a module inside, the package has been looked at already.
      const isKnown = states.some(
        ({ place }) => place.key === state?.place.key && place.file === state.place.file,
      );
      if (state !== undefined && !isKnown) states.push(state);
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      if (error.code === 'PHLOW_MODULE_NOT_FOUND' && (await isGone(name))) continue;
      // What is wrong with a lock file is so for each module that is held to it.
      if (failures.every(({ message }) => message !== error.message)) failures.push(error);
    }
  }
  return { states, failures };
}

async function stateOf(name: string, baseDir: string, isAccepting: boolean): Promise<LockState | undefined> {
  const examined = await examineWhole(name, baseDir, isAccepting);
  const state = lockStateOf(examined);
  if (state?.place.key.startsWith('..') !== true || state.place.lock?.has(state.place.key) === true)
    return state;
  const { folder } = examined.found;
  const message = `Cannot lock module "${visibleLine(name)}" in ${visiblePath(baseDir)}: it is outside that folder, and loading it from elsewhere would not look there; run phlow lock in a folder that contains it, such as ${visiblePath(dirname(folder))}`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module: name } });
}

/** The first error, with what else could not be looked at and what differs. */
function withOthers(
  first: PhlowError,
  failures: readonly PhlowError[],
  changes: readonly LockChange[],
): PhlowError {
  if (failures.length + changes.length === 1) return first;
  const message = [
    ...failures.map((failure) => failure.message),
    ...(changes.length === 0 ? [] : ['This also differs:']),
    ...changes.map(({ text }) => text),
  ].join('\n');
  const { code, place, details } = first;
  return new PhlowError(code, message, { cause: first, place, details: { ...details, changes } });
}

function assertThere(file: string, lock: Lock | undefined): void {
  if (lock !== undefined) return;
  const message = `Cannot compare the modules in ${visiblePath(dirname(file))}: there is no ${LOCK_FILE}; write it with phlow lock --accept and put it under version control`;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { file } });
}

function changeOf({ key, file, alike }: LockPlace, diff: LockDiff): LockChange {
  const meant = alike === undefined ? '' : `\n  ${LOCK_FILE} has no entry for it${alikeText(alike)}`;
  return {
    module: key,
    file,
    isNew: diff.isNew,
    isCodeChanged: diff.isCodeChanged,
    more: diff.more.map((more) => visibleLine(moreText(more))),
    less: diff.less.map((less) => visibleLine(lessText(less))),
    dependencies: diff.dependencies.map((text) => visibleLine(text)),
    text: `${visibleLine(key)}\n${lockDiffText(diff)}${meant}`,
  };
}

/** What a folder has to be looked at for: every package under `phlow_packages`, and whatever else its lock file names that is there. */
export function namesToCompare(baseDir: string, lock: Lock | undefined): readonly string[] {
  const installed = installedPackages(baseDir);
  const others = [...(lock?.keys() ?? [])].map(pathOfKey).filter((path) => existsSync(join(baseDir, path)));
  const isInstalled = (path: string): boolean => installed.some((name) => pathOfKey(name) === path);
  return [...installed, ...others.filter((path) => !isInstalled(path))];
}

/** What the lock file names although there is no such folder. */
export function missingNames(baseDir: string, lock: Lock | undefined): readonly string[] {
  return [...(lock?.keys() ?? [])].filter((key) => !existsSync(join(baseDir, pathOfKey(key))));
}

/** The entry that a name or path stands for although there is no such folder any more; undefined where there is one, or no entry. */
function missingEntry(nameOrPath: string, baseDir: string, lock: Lock | undefined): string | undefined {
  const path = isPathKey(nameOrPath)
    ? lockKeyFrom(resolve(baseDir), resolve(baseDir, nameOrPath))
    : pathOfKey(nameOrPath);
  return missingNames(baseDir, lock).find((key) => pathOfKey(key) === path);
}
