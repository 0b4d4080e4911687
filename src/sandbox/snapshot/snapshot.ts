import { createHash } from 'node:crypto';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Pace } from './list-tree.js';
import { nameFrom } from './look-up.js';
import { positionOf } from './sorted-entries.js';

/** One name in a folder, as it was when the snapshot was taken. Paths are relative to the tree, with `/`. */
export type SnapshotEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly bytes: number;
      /** SHA-256 of the content, in base64. */
      readonly digest: string;
    }
  | {
      readonly kind: 'link';
      readonly path: string;
      /** What the link says. */
      readonly target: string;
      /** The absolute real path that it leads to; undefined when that is nowhere, or outside of everything the module may be made of. */
      readonly to: string | undefined;
    }
  /** A pipe, a device, or what may not be read: it cannot run, and it must not turn into something that can. */
  | { readonly kind: 'other'; readonly path: string };

/** A folder that a module is made of. */
export interface SnapshotTree {
  /** Absolute, without links. */
  readonly folder: string;
  /** Relative to the module's folder: the same on every machine. Empty for the module's own folder. */
  readonly name: string;
  /** False for what the code takes in although no package.json declares it. */
  readonly isDeclared: boolean;
  /** True when every file of the folder is listed; false for single files of it. */
  readonly isWhole: boolean;
  /** What the nearest package.json above says about the files, where the tree has none of its own. */
  readonly enclosing: { readonly file: string; readonly type: string } | undefined;
  /** Sorted by path. */
  readonly entries: readonly SnapshotEntry[];
  /** `sha512-…` of names, kinds and contents. */
  readonly integrity: string;
}

/** A link that the look-up of a package passes: `node_modules/x` that leads to where x really is. */
export interface LookupLink {
  readonly at: string;
  readonly to: string;
}

/**
 * Everything that a module is made of, read once; plain data. A later read of one of these files only counts when its bytes are the ones that are
 * listed here, so that what was looked at is what runs, even if the files change in the meantime.
 */
export interface Snapshot {
  /** The module's own folder first, then the packages that it resolves to from elsewhere, by name. */
  readonly trees: readonly SnapshotTree[];
  readonly links: readonly LookupLink[];
  /** Links and dependencies that lead out of everything that a module may be made of, as sentences. */
  readonly outside: readonly string[];
  /** `sha512-…` of it all. */
  readonly integrity: string;
}

/** Text that is hashed at once: one call for each line takes three times as long (measured on 20.20). */
const HASHED_AT_ONCE = 65_536;

/**
 * What an entry says: the content of a file, the target of a link. Where other links on its way decide where a link leads, that counts as well: one of
 * them may lie outside of everything that is listed.
 */
export function saysOf(folder: string, entry: SnapshotEntry): string {
  if (entry.kind === 'file') return entry.digest;
  if (entry.kind === 'other') return '';
  const { path, target, to } = entry;
  if (to === undefined || to === resolve(folder, dirname(path), target)) return target;
  return `${target}\0${nameFrom(folder, to)}`;
}

/** The hash of a tree's list; lengths come first, so that no two lists are spelled the same. Gives way to other work in between. */
export async function treeIntegrity(
  { folder, enclosing, entries }: Pick<SnapshotTree, 'folder' | 'enclosing' | 'entries'>,
  pace: Pace,
): Promise<string> {
  const hash = createHash('sha512');
  let lines = `enclosing ${enclosing?.type ?? ''}\n`;
  for (const entry of entries) {
    const says = saysOf(folder, entry);
    lines += `${entry.kind} ${Buffer.byteLength(entry.path)} ${entry.path} ${Buffer.byteLength(says)} ${says}\n`;
    if (lines.length < HASHED_AT_ONCE) continue;
    hash.update(lines);
    lines = '';
    await pace.step();
  }
  return `sha512-${hash.update(lines).digest('base64')}`;
}

/** The hash of all trees and of the links between them. */
export function wholeIntegrity(
  trees: readonly SnapshotTree[],
  links: readonly (readonly [string, string])[],
): string {
  const hash = createHash('sha512');
  for (const { name, integrity } of trees)
    hash.update(`tree ${Buffer.byteLength(name)} ${name} ${integrity}\n`);
  for (const [at, to] of links)
    hash.update(`link ${Buffer.byteLength(at)} ${at} ${Buffer.byteLength(to)} ${to}\n`);
  return `sha512-${hash.digest('base64')}`;
}

/** The hash of what a loader of certain files can see: every name, and the content of those files only. Gives way to other work in between. */
export async function viewIntegrity(
  { trees, links }: Snapshot,
  isSeen: (path: string) => boolean,
  pace: Pace,
): Promise<string> {
  const hash = createHash('sha512');
  for (const { folder, name, enclosing, entries } of trees) {
    let lines = `${JSON.stringify([name, enclosing?.type ?? null, entries.length])}\n`;
    for (const entry of entries) {
      const isContent = entry.kind === 'file' && isSeen(entry.path);
      const says = entry.kind === 'link' || isContent ? saysOf(folder, entry) : '';
      lines += `${JSON.stringify([entry.kind, entry.path, says])}\n`;
      if (lines.length < HASHED_AT_ONCE) continue;
      hash.update(lines);
      lines = '';
      await pace.step();
    }
    hash.update(lines);
    await pace.step();
  }
  const own = trees[0]?.folder ?? '';
  hash.update(JSON.stringify(links.map(({ at, to }) => [relative(own, at), relative(own, to)])));
  return hash.digest('base64');
}

type FileEntry = SnapshotEntry & { readonly kind: 'file' };

/** Finds files of a snapshot by their absolute paths. Looks among the entries as they are sorted: a map of them all would be made in one turn. */
export class SnapshotIndex {
  readonly #whole = new Map<string, SnapshotTree>();
  readonly #loose = new Map<string, FileEntry>();
  readonly #links = new Map<string, string | undefined>();

  constructor(snapshot: Snapshot) {
    for (const { at, to } of snapshot.links) this.#links.set(at, to);
    for (const tree of snapshot.trees) {
      // What stands in two trees was read twice: one reading counts, and another one is refused when it is used.
      if (tree.isWhole && !this.#whole.has(tree.folder)) this.#whole.set(tree.folder, tree);
      for (const entry of tree.entries) {
        if (entry.kind === 'link') this.#links.set(joined(tree.folder, entry.path), entry.to);
        if (tree.isWhole || entry.kind !== 'file') continue;
        const path = joined(tree.folder, entry.path);
        if (!this.#loose.has(path)) this.#loose.set(path, entry);
      }
    }
  }

  /** The file at a path, links followed as they were when the snapshot was taken; undefined when it is not part of the module. */
  find(path: string): { readonly path: string; readonly bytes: number; readonly digest: string } | undefined {
    const real = this.#follow(path);
    const entry = real === undefined ? undefined : this.#fileAt(real);
    return real === undefined || entry === undefined
      ? undefined
      : { path: real, bytes: entry.bytes, digest: entry.digest };
  }

  /** True when a link on the way leads out of everything that the module may be made of. */
  leadsOut(path: string): boolean {
    return this.#follow(path) === undefined;
  }

  #fileAt(path: string): FileEntry | undefined {
    for (let at = dirname(path); ; at = dirname(at)) {
      const entries = this.#whole.get(at)?.entries;
      if (entries !== undefined) {
        const name = relative(at, path).replaceAll(sep, '/');
        const entry = entries[positionOf(entries, name)];
        if (entry?.kind === 'file' && entry.path === name) return entry;
      }
      if (dirname(at) === at) return this.#loose.get(path);
    }
  }

  #follow(path: string): string | undefined {
    let at = path;
    // As many links as the system follows.
    for (let links = 0; links < 40; links++) {
      const link = [...prefixesOf(at)].find((prefix) => this.#links.has(prefix));
      if (link === undefined) return at;
      const to = this.#links.get(link);
      if (to === undefined) return undefined;
      at = to + at.slice(link.length);
    }
    return undefined;
  }
}

function* prefixesOf(path: string): Generator<string> {
  for (let end = path.search(/[\\/](?![\\/])/); end >= 0;) {
    const next = path.slice(end + 1).search(/[\\/]/);
    end = next < 0 ? -1 : end + 1 + next;
    yield end < 0 ? path : path.slice(0, end);
  }
}

function joined(folder: string, path: string): string {
  return folder.endsWith('/') || folder.endsWith('\\') ? `${folder}${path}` : `${folder}/${path}`;
}
