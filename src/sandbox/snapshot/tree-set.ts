import { dirname, sep } from 'node:path';
import type { SnapshotTree } from './snapshot.js';

/** The trees of a snapshot that is being taken, found by what lies in them. */
export class TreeSet {
  readonly #trees: SnapshotTree[] = [];
  readonly #names = new Set<string>();
  readonly #whole = new Map<string, SnapshotTree>();
  readonly #paths = new WeakMap<SnapshotTree, ReadonlySet<string>>();

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
    let paths = this.#paths.get(tree);
    if (paths === undefined) {
      const all = new Set<string>();
      for (const { path } of tree.entries)
        for (let name = path; name !== '.' && !all.has(name); name = dirname(name)) all.add(name);
      this.#paths.set(tree, all);
      paths = all;
    }
    const { length } = tree.folder;
    return paths.has(at.slice(tree.folder.endsWith(sep) ? length : length + 1).replaceAll('\\', '/'));
  }
}
