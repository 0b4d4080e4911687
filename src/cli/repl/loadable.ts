import { readdirSync } from 'node:fs';
import { hasManifest } from '../../manifest-file.js';

/** What `.load` can be given here: names of modules, and the paths of those in the current folder and the ones in it. */
export function loadable(names: Iterable<string>): readonly string[] {
  const near = foldersIn('.').flatMap((folder) => [folder, ...foldersIn(folder)]);
  return [...names, ...near.filter(hasManifest)];
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')
        ? `${folder}/${entry.name}`
        : [],
    );
  } catch {
    // Nothing can be offered from there.
    return [];
  }
}
