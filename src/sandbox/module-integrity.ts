import { takeSnapshot } from './snapshot/take-snapshot.js';

/**
 * The hash of everything a module is made of: its folder, hidden or not, with the dependencies in it, and the packages that it takes from install
 * roots, declared or not, directly or through others. Names, kinds and contents, the same on every system.
 * Throws PHLOW_LOAD_FAILED for what is too large to be looked at, and for names of dependencies that are none.
 */
export async function moduleIntegrity(folder: string, installRoots: readonly string[] = []): Promise<string> {
  return (await takeSnapshot({ folder, installRoots })).integrity;
}
