import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Pace } from './list-tree.js';
import { copyVerified, copiesAtOnce, readVerified, type Listed } from './read-verified.js';
import type { Snapshot } from './snapshot.js';

/** Files copied at once. */
const MAX_COPYING = 8;

/** A file that is to stand in a layout. */
interface Placed {
  readonly to: string;
  readonly file: Listed;
}

/**
 * Writes the names of a snapshot's files below `base`, where each has its own absolute path again, for the bundler to look things up in: only
 * what it decides by has content. Throws PHLOW_LOAD_FAILED for what has changed meanwhile.
 */
export function layOutNames(snapshot: Snapshot, base: string): void {
  const layout = new Layout(base);
  for (const { to, file } of layout.filesOf(snapshot))
    layout.write(to, basename(to) === 'package.json' ? readVerified(file) : '');
  layout.finish(snapshot, true);
}

/**
 * Writes a copy of a snapshot below `base`, where each file has its own absolute path again, for Node to load from. Each is held against its hash
 * while it is copied, so later changes to the module's own files have no effect. Rejects with PHLOW_LOAD_FAILED for what has changed by then.
 */
export async function layOutCopy(snapshot: Snapshot, base: string, pace: Pace): Promise<void> {
  const layout = new Layout(base);
  const left = layout.filesOf(snapshot);
  const copy = async (): Promise<void> => {
    for (const { to, file } of left) {
      if (copiesAtOnce(file)) layout.write(to, readVerified(file));
      else await copyVerified(file, to);
      await pace.step();
      pace.throwIfEnded();
    }
  };
  await Promise.all(Array.from({ length: MAX_COPYING }, copy));
  // One that says nothing makes Node warn of ES modules that do without any: it is written only where another would be found.
  layout.finish(snapshot, hasPackageAbove(base));
}

class Layout {
  readonly #base: string;
  readonly #folders: Set<string>;
  readonly #files = new Set<string>();

  constructor(base: string) {
    this.#base = base;
    this.#folders = new Set([base]);
  }

  /** Each file once, its folder made. */
  *filesOf({ trees }: Snapshot): Generator<Placed> {
    for (const { folder, entries } of trees)
      for (const entry of entries) {
        if (entry.kind !== 'file') continue;
        const path = join(folder, entry.path);
        const to = this.#claim(placedIn(this.#base, path));
        if (to !== undefined) yield { to, file: { ...entry, path } };
      }
  }

  write(to: string, content: Buffer | string): void {
    writeFileSync(to, content, { flag: 'wx', mode: 0o600 });
  }

  /** What decides how the files are read, and the links between them. */
  finish({ trees, links }: Snapshot, isClosed: boolean): void {
    for (const { enclosing } of trees) {
      if (enclosing === undefined) continue;
      // Nothing but the type: the rest of that file is not the module's.
      const { type } = enclosing;
      const to = this.#claim(placedIn(this.#base, enclosing.file));
      if (to !== undefined) this.write(to, JSON.stringify(type === '' ? {} : { type }));
    }
    // Above it nobody looks for one.
    const top = isClosed ? this.#claim(join(this.#base, 'package.json')) : undefined;
    if (top !== undefined) this.write(top, '{}');
    for (const { at, to } of linksIn({ trees, links })) {
      const path = placedIn(this.#base, at);
      if (this.#folders.has(path)) continue;
      const free = this.#claim(path);
      if (free !== undefined) symlinkSync(placedIn(this.#base, to), free);
    }
  }

  #claim(path: string): string | undefined {
    if (this.#files.has(path)) return undefined;
    this.#files.add(path);
    for (let folder = dirname(path); !this.#folders.has(folder); folder = dirname(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#folders.add(folder);
    }
    return path;
  }
}

function hasPackageAbove(folder: string): boolean {
  const above = dirname(folder);
  return existsSync(join(above, 'package.json')) || (above !== folder && hasPackageAbove(above));
}

/** The path of something of the machine in a layout. */
export function placedIn(base: string, path: string): string {
  // A drive of Windows becomes a folder.
  return join(base, path.replace(/^([A-Za-z]):/, '$1'));
}

/** What something in a layout is on the machine. */
export function realOf(base: string, path: string): string {
  const rest = path.slice(base.length);
  return process.platform === 'win32' ? rest.replace(/^[\\/]([A-Za-z])[\\/]/, '$1:\\') : rest;
}

function* linksIn({
  trees,
  links,
}: Pick<Snapshot, 'trees' | 'links'>): Generator<{ at: string; to: string }> {
  yield* links;
  for (const { folder, entries } of trees)
    for (const entry of entries)
      if (entry.kind === 'link' && entry.to !== undefined)
        yield { at: join(folder, entry.path), to: entry.to };
}
