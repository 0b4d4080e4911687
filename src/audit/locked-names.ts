import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installedPackages } from '../host/load/list-modules.js';
import { pathOfKey } from '../host/load/lock-place.js';
import type { Lock } from '../sandbox/lock/lock-file.js';
import { isPathKey, lockKeyFrom } from '../sandbox/lock/lock-key.js';

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
export function missingEntry(
  nameOrPath: string,
  baseDir: string,
  lock: Lock | undefined,
): string | undefined {
  const path = isPathKey(nameOrPath)
    ? lockKeyFrom(resolve(baseDir), resolve(baseDir, nameOrPath))
    : pathOfKey(nameOrPath);
  return missingNames(baseDir, lock).find((key) => pathOfKey(key) === path);
}
