import { listModules } from '../host/list-modules.js';
import type { Manifest } from '../manifest/manifest.js';
import { lockDiffText, type LockDiff } from '../sandbox/lock/lock-diff.js';
import { readLock, writeLock, type LockEntry } from '../sandbox/lock/lock-file.js';
import { plainLine } from '../sandbox/plain-line.js';
import { examine, lockPathOf, lockStateOf } from './examine.js';

/** What `lockModules` looks at and does. */
export interface LockOptions {
  /** The folder with `phlow_packages` and `phlow.lock`; default: the current one. */
  readonly baseDir?: string;
  /** Names or paths; default: everything under `phlow_packages`. */
  readonly modules?: readonly string[];
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
  const names = options.modules ?? (await packageNames(baseDir));
  const before = await readLock(file);
  const lock = new Map<string, LockEntry>(before);
  const changes: LockChange[] = [];
  const seen = new Set<string>();
  for (const name of names) {
    const examined = await examine(name, baseDir);
    const { key, manifest } = examined;
    const { now, diff } = await lockStateOf(examined, baseDir, lock);
    seen.add(key);
    lock.set(key, now);
    if (diff !== undefined) changes.push(changeOf(key, diff, manifest));
  }
  const gone = options.modules === undefined ? [...lock.keys()].filter((key) => !seen.has(key)) : [];
  for (const key of gone) lock.delete(key);
  const isWritten =
    options.accept === true && (before === undefined || changes.length > 0 || gone.length > 0);
  if (isWritten) await writeLock(file, lock);
  return { file, isWritten, changes, gone };
}

async function packageNames(baseDir: string): Promise<readonly string[]> {
  const listed = await listModules(baseDir);
  return listed.filter(({ origin }) => origin === 'package').map(({ name }) => name);
}

function changeOf(module: string, diff: LockDiff, manifest: Manifest): LockChange {
  return {
    module,
    isNew: diff.isNew,
    isCodeChanged: diff.isCodeChanged,
    more: diff.more.map(({ permission, target }) => plainLine(`${permission} ${target}`)),
    less: diff.less.map(plainLine),
    text: `${plainLine(module)}\n${lockDiffText(diff, manifest)}`,
  };
}
