import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installedPackages } from '../host/load/list-modules.js';
import { PACKAGES_FOLDER } from '../host/load/resolve.js';
import type { Lock } from '../sandbox/lock/lock-file.js';

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

/** The path that an entry of a lock file stands for, from the folder of that file. */
function pathOf(key: string): string {
  return /^\.{1,2}(?:\/|$)/.test(key) ? key : `./${PACKAGES_FOLDER}/${key}`;
}
