import { dirname } from 'node:path';
import { PhlowError } from '../errors.js';
import { installedNames } from '../host/load/list-modules.js';
import type { Manifest } from '../manifest/manifest.js';
import { lockDiffText, type LockDiff } from '../sandbox/lock/lock-diff.js';
import { visibleLine } from '../visible-text.js';
import { LOCK_FILE, readLock, type Lock, type LockEntry } from '../sandbox/lock/lock-file.js';
import { updateLock } from '../sandbox/lock/update-lock.js';
import { examineWhole, lockPathOf, lockStateOf } from './examine.js';

/** What `lockModules` looks at and does. */
export interface LockOptions {
  /** The folder with `phlow_packages` and `phlow.lock`; default: the current one. */
  readonly baseDir?: string;
  /** Names or paths; default: everything under `phlow_packages`. */
  readonly modules?: readonly string[];
  /** True: it is an error when there is no lock file. For machines that install and test, where nobody accepts anything. */
  readonly frozen?: boolean;
  /** True: what is there now is accepted and written. */
  readonly accept?: boolean;
}

/** One module that is not what the lock file says. */
export interface LockChange {
  readonly module: string;
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
  readonly file: string;
  /** True when the lock file was written. */
  readonly isWritten: boolean;
  /** Every module that differs, accepted or not. */
  readonly changes: readonly LockChange[];
  /** Modules in the lock file that are no longer there. */
  readonly gone: readonly string[];
}

/** Compares modules with the lock file and, if told to, accepts them as they are. */
export async function lockModules(options: LockOptions = {}): Promise<LockReport> {
  const baseDir = options.baseDir ?? process.cwd();
  const file = lockPathOf(baseDir);
  const names = options.modules ?? installedNames(baseDir);
  const before = await readLock(file);
  if (before === undefined && options.frozen === true) {
    const message = `Cannot compare the modules in ${dirname(file)}: there is no ${LOCK_FILE}; write it with phlow lock --accept and put it under version control`;
    throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { file } });
  }
  const lock: Lock = before ?? new Map<string, LockEntry>();
  const changes: (LockChange & { readonly now: LockEntry })[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const examined = await examineWhole(name, baseDir);
    const { key, manifest } = examined;
    const state = lockStateOf(examined, lock);
    if (state === undefined) continue;
    const { now, diff } = state;
    seen.add(key);
    if (diff !== undefined) changes.push({ ...changeOf(key, diff, manifest), now });
  }
  const gone = options.modules === undefined ? [...lock.keys()].filter((key) => !seen.has(key)) : [];
  // A module that was renamed is new and gone at once.
  const wasOf = (integrity: string): string | undefined =>
    gone.find((key) => before?.get(key)?.integrity === integrity);
  const reported = changes.map(({ now, ...change }): LockChange => {
    const was = change.isNew ? wasOf(now.integrity) : undefined;
    const more =
      was === undefined ? '' : `\n  it is what was accepted as ${visibleLine(was)}, under another name`;
    return { ...change, text: `${change.text}${more}` };
  });
  const isWritten =
    options.accept === true && (before === undefined || changes.length > 0 || gone.length > 0);
  if (isWritten)
    await updateLock(file, (present) => {
      // Whoever else accepts at the same time has looked at other modules: only what was looked at here is written.
      const merged = new Map<string, LockEntry>(present);
      for (const { module, now } of changes) merged.set(module, now);
      for (const key of gone)
        if (merged.get(key)?.integrity === before?.get(key)?.integrity) merged.delete(key);
      return merged;
    });
  return { file, isWritten, changes: reported, gone };
}

function changeOf(module: string, diff: LockDiff, manifest: Manifest): LockChange {
  return {
    module,
    isNew: diff.isNew,
    isCodeChanged: diff.isCodeChanged,
    more: diff.more.map(({ permission, target }) => visibleLine(`${permission} ${target}`)),
    less: diff.less.map((text) => visibleLine(text)),
    dependencies: diff.dependencies.map((text) => visibleLine(text)),
    text: `${visibleLine(module)}\n${lockDiffText(diff, manifest)}`,
  };
}
