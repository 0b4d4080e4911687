import { join } from 'node:path';
import { cacheRoot, whyUnsafe, type OwnPlace } from '../snapshot/private-folder.js';

/** The folder for bundles of the user who runs the host, made if it is not there; bundles from anywhere else could be somebody else's code. */
export function bundleCacheFolder(): OwnPlace {
  const root = cacheRoot();
  if ('missing' in root) return root;
  const folder = join(root.folder, 'bundles');
  const reason = whyUnsafe(folder);
  return reason === undefined ? { folder } : { missing: reason };
}

/** True when `folder` exists, or could be made, so that only its owner can write to it. */
export function isSafe(folder: string): boolean {
  return whyUnsafe(folder) === undefined;
}
