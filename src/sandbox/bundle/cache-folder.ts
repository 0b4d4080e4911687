import { join } from 'node:path';
import { cacheRoot, whyUnsafe, type FolderUse, type OwnPlace } from '../snapshot/private-folder.js';

/** The folder for bundles of the user who runs the host, made if it is not there unless `use` says otherwise; bundles from anywhere else could be somebody else's code. */
export function bundleCacheFolder(use?: FolderUse): OwnPlace {
  const root = cacheRoot(use);
  if ('missing' in root) return root;
  const folder = join(root.folder, 'bundles');
  const reason = whyUnsafe(folder, use);
  return reason === undefined ? { folder } : { missing: reason };
}

/** True when `folder` exists, or could be made, so that only its owner can write to it. */
export function isSafe(folder: string): boolean {
  return whyUnsafe(folder) === undefined;
}
