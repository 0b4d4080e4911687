import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that hold other people's files or built ones. */
const SKIPPED: readonly string[] = ['node_modules', 'phlow_packages', '.git', 'dist', 'phlow_remote'];

/** The files below a folder whose names are wanted, ordered by path; folders of installed and built files are left out. */
export function filesBelow(folder: string, isWanted: (name: string) => boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : filesBelow(path, isWanted);
    return isWanted(entry.name) ? [path] : [];
  });
}
