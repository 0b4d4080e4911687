import { statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { filesBelow } from './files-below.js';

/** How often files are looked at, in milliseconds. Looking works on every file system, unlike the notices of some. */
const EVERY_MS = 200;

/** The state of files and of all files below folders. Two states are the same when nothing was written, added or removed. */
export type FilesState = string;

/** Looks at files and folders. */
export function stateOf(paths: readonly string[]): FilesState {
  return [...new Set(paths)]
    .flatMap((path) =>
      statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? below(path) : [path],
    )
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? `${path} -` : `${path} ${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    })
    .join('\n');
}

function below(folder: string): string[] {
  return filesBelow(folder, () => true);
}

/** Resolves with true as soon as the paths are in another state, with false when the signal aborts. */
export async function hasChanged(
  paths: readonly string[],
  since: FilesState,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (stateOf(paths) !== since) return true;
    try {
      await setTimeout(EVERY_MS, undefined, { signal });
    } catch {
      // The pause ends early for one reason only: the signal.
      break;
    }
  }
  return false;
}
