import { realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { compareText } from '../../values.js';
import { Demands, type Demand } from './demands.js';
import { importsIn, mayImport } from './imports-in.js';
import { packageAround } from '../ownership.js';
import { isInside } from './inside.js';
import { listTree, Pace, SnapshotBudget, type ListedName } from './list-tree.js';
import { looseFile, lookUp, lookupFolders, realPath, nameFrom, packageNameIn } from './look-up.js';
import {
  assertReadable,
  enclosingType,
  innerModuleFolders,
  MAX_PACKAGE_JSON_BYTES,
  OF_PACKAGE,
  PACKAGE_JSON,
  packageSays,
} from './package-json.js';
import { OwnNames } from './own-names.js';
import { readHashed } from './read-verified.js';
import { realFolder } from './unreadable.js';
import {
  treeIntegrity,
  wholeIntegrity,
  type LookupLink,
  type Snapshot,
  type SnapshotEntry,
  type SnapshotTree,
} from './snapshot.js';
import { sortedByPath } from './sorted-entries.js';
import { TreeSet } from './tree-set.js';

/** What to take a snapshot of. */
export interface SnapshotOptions {
  /** The module's folder. */
  readonly folder: string;
  /** Folders besides the ones on the way up that packages may lie in. */
  readonly installRoots?: readonly string[];
  /** Single files outside of the module's folder belong to it when they lie in here; absent: none do. */
  readonly looseWithin?: string | undefined;
  /** Only this file and what it imports, instead of the whole folder: for modules of phlow itself, whose folder is all of phlow. */
  readonly onlyFrom?: string;
  /** Ends it: rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Larger sources are not looked through for imports. */
const MAX_SCANNED_BYTES = 8 * 1_048_576;

/**
 * Reads everything that a module is made of, once: its folder, hidden or not, and the packages that it takes from elsewhere, declared or not,
 * looked up as Node and the bundler look them up. Throws PHLOW_LOAD_FAILED for what is too large to be looked at, and when the folder is gone.
 */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  return new Taking(await realFolder(options.folder), options).take();
}

class Taking {
  readonly #own: string;
  readonly #options: SnapshotOptions;
  readonly #budget = new SnapshotBudget();
  readonly #pace: Pace;
  readonly #trees = new TreeSet();
  readonly #links = new Map<string, LookupLink>();
  readonly #outside = new Set<string>();
  readonly #demands = new Demands(this.#budget);
  readonly #ownNames = new OwnNames();
  /** Files outside of the trees, each with the package.json that maps something to it; grows while it is gone through. */
  readonly #loose = new Map<string, string | undefined>();
  readonly #looked = new Map<string, ReturnType<typeof lookUp>>();
  /** Folders of packages that exist on the way up; without any, sources need not be looked through. */
  #bounds: readonly string[] = [];
  #within: string | undefined;

  constructor(own: string, options: SnapshotOptions) {
    this.#own = own;
    this.#options = options;
    this.#pace = new Pace(options.signal);
  }

  async take(): Promise<Snapshot> {
    const { installRoots = [], looseWithin, onlyFrom } = this.#options;
    const above = lookupFolders(onlyFrom === undefined ? dirname(this.#own) : this.#own);
    const bounds = await Promise.all(
      [...installRoots, ...above].map((folder) => realpath(folder).catch(() => undefined)),
    );
    this.#bounds = [...new Set(bounds.filter((bound) => bound !== undefined))];
    const within = onlyFrom === undefined ? looseWithin : this.#own;
    // The current folder may have been removed: nothing lies within it then.
    this.#within = within === undefined ? undefined : await realFolder(within).catch(() => within);
    if (onlyFrom === undefined) await this.#addTree(this.#own, true);
    else {
      this.#trees.add(await this.#treeOf(this.#own, true, false, []));
      this.#loose.set(await realFolder(onlyFrom), undefined);
    }
    await this.#followAll();
    for (const [loose, by] of this.#loose) {
      await this.#pace.step();
      await this.#addLoose(loose, by);
      await this.#followAll();
    }
    return this.#finished();
  }

  async #followAll(): Promise<void> {
    for (let demand = this.#demands.next(); demand !== undefined; demand = this.#demands.next()) {
      await this.#pace.step();
      await this.#follow(demand);
    }
  }

  #finished(): Snapshot {
    const [own, ...others] = this.#trees.all;
    const trees = [
      ...(own === undefined ? [] : [own]),
      ...others.sort((a, b) => compareText(a.name, b.name)),
    ];
    const links = [...this.#links.values()].sort((a, b) => compareText(a.at, b.at));
    const named = links.map(({ at, to }) => [nameFrom(this.#own, at), nameFrom(this.#own, to)] as const);
    const outside = [...this.#outside].sort(compareText);
    return { trees, links, outside, integrity: wholeIntegrity(trees, named) };
  }

  async #addTree(folder: string, isDeclared: boolean): Promise<void> {
    const listed = await listTree(folder, this.#budget, this.#pace);
    const entries = await this.#read(folder, listed, isDeclared ? 'declared' : 'undeclared');
    const tree = await this.#treeOf(folder, isDeclared, true, entries);
    this.#trees.add(tree);
    for (const sentence of await this.#ownNames.mappedAbove(tree)) this.#outside.add(sentence);
    for (const entry of entries) {
      if (entry.kind !== 'link') continue;
      if (entry.to !== undefined) await this.#include(entry.to, isDeclared);
      else this.#outside.add(`the link ${join(folder, entry.path)} leads to ${entry.target}`);
    }
  }

  async #treeOf(
    folder: string,
    isDeclared: boolean,
    isWhole: boolean,
    entries: readonly SnapshotEntry[],
    name = nameFrom(this.#own, folder),
  ): Promise<SnapshotTree> {
    const isOwnPackage = isWhole && entries.some(({ path }) => path === 'package.json');
    const enclosing = isOwnPackage ? undefined : await enclosingType(join(folder, isWhole ? '.' : '-'));
    const integrity = await treeIntegrity({ folder, enclosing, entries }, this.#pace);
    return { folder, name, isDeclared, isWhole, enclosing, entries, integrity };
  }

  async #read(
    folder: string,
    listed: readonly ListedName[],
    tree: 'declared' | 'undeclared',
  ): Promise<readonly SnapshotEntry[]> {
    const entries: SnapshotEntry[] = [];
    const modules = innerModuleFolders(listed);
    for (const name of listed) {
      await this.#pace.step();
      entries.push(await this.#entryOf(folder, name, tree, modules.has(dirname(name.path))));
    }
    return sortedByPath(entries, this.#pace);
  }

  async #entryOf(
    folder: string,
    listed: ListedName,
    tree: 'declared' | 'undeclared' | 'loose',
    isOfModule = false,
  ): Promise<SnapshotEntry> {
    const { kind, path, bytes, target } = listed;
    const at = join(folder, path);
    if (kind === 'link') return { kind, path, target, to: this.#insideOf(at, folder) };
    if (kind === 'other') return { kind, path };
    const isPackage = tree !== 'loose' && PACKAGE_JSON.test(path);
    const isOfPackage = isOfModule || OF_PACKAGE.test(path);
    if (isPackage && isOfPackage) assertReadable(at, bytes);
    const isScanned = (this.#bounds.length > 0 || this.#within !== undefined) && mayImport(path);
    const keep = isScanned ? MAX_SCANNED_BYTES : isPackage ? MAX_PACKAGE_JSON_BYTES : -1;
    const read = await readHashed(at, bytes, keep, this.#pace);
    if (read === undefined) return { kind: 'other', path };
    const { content, digest } = read;
    if (content !== undefined && isPackage) await this.#readPackage(folder, at, content, tree, isOfPackage);
    if (content !== undefined && isScanned)
      for await (const specifier of importsIn(content, this.#pace))
        this.#want(tree === 'loose' ? undefined : folder, at, specifier);
    return { kind: 'file', path, bytes: read.bytes, digest };
  }

  /** The real path of a link, when it stays inside of what a module may be made of. */
  #insideOf(at: string, folder: string): string | undefined {
    const real = realPath(at);
    if (real === undefined) return undefined;
    const isInBounds =
      packageAround(real) !== undefined && this.#bounds.some((bound) => isInside(bound, real));
    return isInside(folder, real) || isInside(this.#own, real) || isInBounds ? real : undefined;
  }

  async #readPackage(
    folder: string,
    at: string,
    content: Buffer,
    tree: 'declared' | 'undeclared',
    isOfPackage: boolean,
  ): Promise<void> {
    const { dependencies, targets } = packageSays(content, at, isOfPackage);
    for (const name of dependencies) this.#demands.add({ by: at, name, isDeclared: tree === 'declared' });
    await this.#pace.step();
    for (const target of targets) {
      this.#want(folder, at, target);
      await this.#pace.step();
    }
  }

  /** What a specifier in a file asks for from outside of the tree that the file is in. */
  #want(whole: string | undefined, at: string, specifier: string): void {
    if (isBuiltin(specifier)) return;
    if (specifier.startsWith('#') && whole !== undefined) this.#ownNames.add(at, specifier);
    if (!/^\.{1,2}(?:\/|$)/.test(specifier)) {
      const name = packageNameIn(specifier);
      if (name !== undefined) this.#demands.add({ by: at, name, isDeclared: false });
      return;
    }
    const path = join(dirname(at), specifier);
    if (whole === undefined || !isInside(whole, path))
      this.#loose.set(path, PACKAGE_JSON.test(at) ? at : this.#loose.get(path));
  }

  async #follow({ by, name, isDeclared }: Demand): Promise<void> {
    const from = dirname(by);
    const folders = lookupFolders(from);
    const tree = this.#trees.around(from);
    for (const folder of folders) {
      const at = join(folder, name);
      if (tree !== undefined && isInside(tree.folder, at)) {
        if (this.#trees.hasPath(tree, at)) return;
        continue;
      }
      const found = this.#looked.get(at) ?? this.#lookUp(at, by);
      if (found === 'nowhere') continue;
      if (!('folder' in found)) {
        if (isDeclared) this.#outside.add(`the dependency ${name} at ${found.at} leads to ${found.leadsTo}`);
        return;
      }
      const real = found.folder;
      const isInBounds =
        isInside(this.#own, real) || this.#bounds.some((bound) => bound !== real && isInside(bound, real));
      if (!isInBounds) {
        if (isDeclared) this.#outside.add(`the dependency ${name} at ${found.at} is a link to ${real}`);
        return;
      }
      if (real !== found.at && !this.#links.has(found.at)) {
        this.#budget.link(dirname(found.at));
        this.#links.set(found.at, { at: found.at, to: real });
      }
      await this.#include(real, isDeclared);
      return;
    }
  }

  #lookUp(at: string, by: string): ReturnType<typeof lookUp> {
    this.#budget.lookUp(by);
    const found = lookUp(at);
    this.#looked.set(at, found);
    return found;
  }

  /** Sees to it that what stands at a path is listed. */
  async #include(real: string, isDeclared: boolean): Promise<void> {
    if (this.#trees.around(real) !== undefined) return;
    const folder = packageAround(real);
    if (folder === undefined) return;
    this.#budget.package(folder);
    await this.#addTree(folder, isDeclared);
  }

  /** A single file outside of the trees: of another package, or of the application that the module belongs to. */
  async #addLoose(path: string, by: string | undefined): Promise<void> {
    const file = await looseFile(path, this.#budget);
    if (file === undefined || this.#trees.around(file) !== undefined) return;
    const name = nameFrom(this.#own, file);
    if (this.#trees.hasName(name)) return;
    const within = [...this.#bounds, ...(this.#within === undefined ? [] : [this.#within])];
    const isWithin = within.some((bound) => isInside(bound, file));
    if (!isWithin && by !== undefined) this.#outside.add(`${by} maps a name to ${file}`);
    if (!isWithin) return;
    const folder = dirname(file);
    const listed = { kind: 'file', path: basename(file), target: '', bytes: MAX_SCANNED_BYTES } as const;
    this.#budget.take(folder, 0);
    const entry = await this.#entryOf(folder, listed, 'loose');
    this.#trees.add(await this.#treeOf(folder, false, false, [entry], name));
  }
}
