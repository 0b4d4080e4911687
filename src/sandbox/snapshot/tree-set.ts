import { dirname, sep } from 'node:path';
import { hasEntry, positionOf } from './sorted-entries.js';
import type { SnapshotTree } from './snapshot.js';

/** The trees of a snapshot that is being taken, found by what lies in them. */
export class TreeSet {
  readonly #trees: SnapshotTree[] = [];
  readonly #names = new Set<string>();
  readonly #whole = new Map<string, SnapshotTree>();

  get all(): readonly SnapshotTree[] {
    return this.#trees;
  }

  add(tree: SnapshotTree): void {
    this.#trees.push(tree);
    this.#names.add(tree.name);
    if (tree.isWhole && !this.#whole.has(tree.folder)) this.#whole.set(tree.folder, tree);
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  /** The tree that lists whatever stands at a path. */
  around(path: string): SnapshotTree | undefined {
    for (let at = path; ; at = dirname(at)) {
      const tree = this.#whole.get(at);
      if (tree !== undefined || dirname(at) === at) return tree;
    }
  }

  /** True when a tree has anything at a path in its folder: a look-up ends there. */
  hasPath(tree: SnapshotTree, at: string): boolean {
    const { length } = tree.folder;
    const path = at.slice(tree.folder.endsWith(sep) ? length : length + 1).replaceAll(sep, '/');
    const { entries } = tree;
    // A set of all names would be made in one turn, which for the largest tree takes too long.
    if (hasEntry(entries, path)) return true;
    return entries[positionOf(entries, `${path}/`)]?.path.startsWith(`${path}/`) === true;
  }
}
