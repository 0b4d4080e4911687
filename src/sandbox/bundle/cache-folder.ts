import { join } from 'node:path';
import { cacheRoot, whyUnsafe, type OwnPlace } from '../snapshot/private-folder.js';

/** The folder for bundles of the user who runs the host, made if it is not there and `mayMake` says so; bundles from anywhere else could be somebody else's code. */
export function bundleCacheFolder(mayMake = true): OwnPlace {
  const root = cacheRoot(mayMake);
  if ('missing' in root) return root;
  const folder = join(root.folder, 'bundles');
  const reason = whyUnsafe(folder, mayMake);
  return reason === undefined ? { folder } : { missing: reason };
}

/** True when `folder` exists, or could be made, so that only its owner can write to it. */
export function isSafe(folder: string): boolean {
  return whyUnsafe(folder) === undefined;
}
