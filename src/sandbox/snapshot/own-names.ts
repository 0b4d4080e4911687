import { dirname, join } from 'node:path';
import { nameFrom } from './look-up.js';
import { ownNamesIn } from './package-json.js';
import type { SnapshotTree } from './snapshot.js';
import { hasEntry } from './sorted-entries.js';

/**
 * The own names (`#x`) that sources import. What a package.json above a tree maps them to is not part of the module: there only its type counts,
 * so that a module which was accepted with such an import could never be loaded.
 */
export class OwnNames {
  readonly #names = new Map<string, Set<string>>();

  add(by: string, specifier: string): void {
    const names = this.#names.get(dirname(by)) ?? new Set();
    names.add(specifier);
    this.#names.set(dirname(by), names);
  }

  /** What a package.json above the tree maps that its sources import, as sentences. */
  async mappedAbove(tree: SnapshotTree): Promise<readonly string[]> {
    const imported = [...this.#names].flatMap(([folder, names]) =>
      isOfItself(tree, folder) ? [] : [...names],
    );
    this.#names.clear();
    if (tree.enclosing === undefined || imported.length === 0) return [];
    const { file } = tree.enclosing;
    const mapped = await ownNamesIn(file);
    const isMapped = (name: string): boolean =>
      mapped.some((key) => name === key || (key.endsWith('*') && name.startsWith(key.slice(0, -1))));
    return [...new Set(imported)]
      .filter(isMapped)
      .map(
        (name) =>
          `the import ${name} is mapped by ${file}, which is not the module's; map it in a package.json in the module's folder`,
      );
  }
}

/** True when a package.json of the tree is the nearest one of a folder. */
function isOfItself({ folder: top, entries }: SnapshotTree, folder: string): boolean {
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    if (hasEntry(entries, nameFrom(top, join(at, 'package.json')))) return true;
    if (dirname(at) === at) return false;
  }
  return false;
}
