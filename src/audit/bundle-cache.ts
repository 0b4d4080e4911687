import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleCache, type CacheContent, bundleCacheFolder } from '../sandbox/bundle/bundle-cache.js';
import { isAlive } from '../sandbox/lock/claim.js';
import { cacheRoot } from '../sandbox/snapshot/private-folder.js';

/** Where bundles are kept. */
export interface CachePlace {
  /** Undefined when there is no place that nobody else can write to: then each load bundles again. */
  readonly folder: string | undefined;
  /** Why there is none. */
  readonly missing: string | undefined;
}

/** What a look through the cache has found. */
export interface CacheReport extends CachePlace, CacheContent {}

/** What was removed. */
export interface ClearedCache extends CachePlace {
  readonly removed: number;
}

/** Where the bundles of this user are kept, or would be: the folder need not be there yet, and is not made. */
export function cachePlace(): CachePlace {
  const place = bundleCacheFolder({ mayMake: false });
  return 'folder' in place
    ? { folder: place.folder, missing: undefined }
    : { folder: undefined, missing: place.missing };
}

/** Reads every bundle that is kept and compares it with its hash, as each use does. */
export async function verifyCache(): Promise<CacheReport> {
  const place = cachePlace();
  if (place.folder === undefined) return { ...place, good: 0, stale: 0, damaged: [] };
  return { ...place, ...(await new BundleCache(place.folder).verify()) };
}

/** Removes every bundle that is kept, and what a host that was killed has left beside them. */
export async function clearCache(): Promise<ClearedCache> {
  const place = cachePlace();
  if (place.folder === undefined) return { ...place, removed: 0 };
  const removed = await new BundleCache(place.folder).clear();
  return { ...place, removed: removed + (await removeLeftovers()) };
}

/** Folders of hosts that have ended without removing them. */
async function removeLeftovers(): Promise<number> {
  const root = cacheRoot({ mayMake: false });
  if (!('folder' in root)) return 0;
  let removed = 0;
  await rm(join(root.folder, 'compiled'), { recursive: true, force: true });
  for (const purpose of ['scratch', 'held']) {
    const folder = join(root.folder, purpose);
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const [, pid] = /^phlow-(\d+)-/.exec(name) ?? [];
      if (pid === undefined || isAlive(Number(pid))) continue;
      await rm(join(folder, name), { recursive: true, force: true });
      removed++;
    }
  }
  return removed;
}
