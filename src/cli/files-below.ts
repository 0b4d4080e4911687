import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PhlowError } from '../errors.js';

/** Folders that hold other people's files or built ones. */
export const SKIPPED_FOLDERS: readonly string[] = [
  'node_modules',
  'phlow_packages',
  '.git',
  'dist',
  'phlow_remote',
];

/**
 * The files below a folder whose names are wanted, ordered by path; folders of installed and built files are left out.
 *
 * @throws PHLOW_FLOW_UNREADABLE for a folder that cannot be listed.
 */
export function filesBelow(folder: string, isWanted: (name: string) => boolean): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.includes(entry.name) ? [] : filesBelow(path, isWanted);
    return isWanted(entry.name) ? [path] : [];
  });
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new PhlowError('PHLOW_FLOW_UNREADABLE', `Cannot list the folder ${folder}: ${messageOf(error)}`, {
      details: { file: folder },
      cause: error,
    });
  }
}
