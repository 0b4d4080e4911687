import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { installedPackages } from '../host/load/list-modules.js';
import { PACKAGES_FOLDER } from '../host/load/resolve.js';
import type { Lock } from '../sandbox/lock/lock-file.js';
import { lockKeyFrom } from '../sandbox/lock/lock-key.js';

/** What a folder has to be looked at for: every package under `phlow_packages`, and whatever else its lock file names that is there. */
export function namesToCompare(baseDir: string, lock: Lock | undefined): readonly string[] {
  const installed = installedPackages(baseDir);
  const others = [...(lock?.keys() ?? [])].map(pathOf).filter((path) => existsSync(join(baseDir, path)));
  const isInstalled = (path: string): boolean => installed.some((name) => pathOf(name) === path);
  return [...installed, ...others.filter((path) => !isInstalled(path))];
}

/** What the lock file names although there is no such folder. */
export function missingNames(baseDir: string, lock: Lock | undefined): readonly string[] {
  return [...(lock?.keys() ?? [])].filter((key) => !existsSync(join(baseDir, pathOf(key))));
}

/** The entry that a name or path stands for although there is no such folder any more; undefined where there is one, or no entry. */
export function missingEntry(
  nameOrPath: string,
  baseDir: string,
  lock: Lock | undefined,
): string | undefined {
  const path = isPath(nameOrPath)
    ? lockKeyFrom(resolve(baseDir), resolve(baseDir, nameOrPath))
    : pathOf(nameOrPath);
  return missingNames(baseDir, lock).find((key) => pathOf(key) === path);
}

/** The path that an entry of a lock file stands for, from the folder of that file. */
function pathOf(key: string): string {
  return isPath(key) ? key : `./${PACKAGES_FOLDER}/${key}`;
}

function isPath(name: string): boolean {
  return /^\.{1,2}(?:\/|$)/.test(name) || isAbsolute(name);
}
