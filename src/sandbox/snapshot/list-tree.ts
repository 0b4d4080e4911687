import { lstatSync, opendirSync, readlinkSync, type Dir, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PhlowError } from '../../errors.js';
import { isGone, unreadable } from './unreadable.js';

/** How much of a module is looked at; counted down over all of its folders. */
export class SnapshotBudget {
  static readonly MAX_FILES = 30_000;
  static readonly MAX_LINKS = 2_000;
  /** Folders of packages from elsewhere. */
  static readonly MAX_PACKAGES = 3_000;
  static readonly MAX_BYTES = 1024 * 1_048_576;
  static readonly MAX_DEPTH = 64;
  /** Packages that are asked for, counted once for each folder that asks. */
  static readonly MAX_ASKED = 50_000;
  /** Paths outside of what is listed already that are looked at on the disk. */
  static readonly MAX_LOOK_UPS = 50_000;
  #files = SnapshotBudget.MAX_FILES;
  #links = SnapshotBudget.MAX_LINKS;
  #packages = SnapshotBudget.MAX_PACKAGES;
  #bytes = SnapshotBudget.MAX_BYTES;
  #asked = SnapshotBudget.MAX_ASKED;
  #lookUps = SnapshotBudget.MAX_LOOK_UPS;

  /** Counts a file before anything of it is read. Throws PHLOW_LOAD_FAILED when that is too much. */
  take(folder: string, bytes: number): void {
    this.#files--;
    this.#bytes -= bytes;
    if (this.#files < 0) throw tooMuch(folder, `more than ${SnapshotBudget.MAX_FILES} files`);
    if (this.#bytes < 0) throw tooMuch(folder, `more than ${SnapshotBudget.MAX_BYTES / 1_048_576} MiB`);
  }

  /** Counts a link: each costs more than a file to follow and to copy. Throws PHLOW_LOAD_FAILED when that is too much. */
  link(folder: string): void {
    this.#links--;
    if (this.#links < 0) throw tooMuch(folder, `more than ${SnapshotBudget.MAX_LINKS} links`);
  }

  /** Counts a package from elsewhere before its folder is listed. Throws PHLOW_LOAD_FAILED when that is too much. */
  package(folder: string): void {
    this.#packages--;
    if (this.#packages < 0)
      throw asksTooMuch(folder, `more than ${SnapshotBudget.MAX_PACKAGES} packages from elsewhere`);
  }

  /** Counts a package that a file asks for. Throws PHLOW_LOAD_FAILED when that is too much. */
  ask(by: string): void {
    this.#asked--;
    if (this.#asked < 0) throw asksTooMuch(by, `more than ${SnapshotBudget.MAX_ASKED} packages`);
  }

  /** Counts a look at the disk for what a file asks for. Throws PHLOW_LOAD_FAILED when that is too much. */
  lookUp(by: string): void {
    this.#lookUps--;
    if (this.#lookUps < 0)
      throw asksTooMuch(by, `what takes more than ${SnapshotBudget.MAX_LOOK_UPS} looks at the disk to find`);
  }
}

/** A name in a folder before it is read; `target` is what a link says. */
export interface ListedName {
  readonly kind: 'file' | 'link' | 'other';
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly target: string;
}

/** Gives way to the other work of the host every few milliseconds. */
export class Pace {
  static readonly MAX_SLICE_MS = 4;
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Throws the reason of the signal once it has aborted. */
  async step(): Promise<void> {
    if (performance.now() - this.#since < Pace.MAX_SLICE_MS) return;
    await setImmediate();
    this.throwIfEnded();
    this.#since = performance.now();
  }

  throwIfEnded(): void {
    this.#signal?.throwIfAborted();
  }
}

/**
 * Everything below a folder, hidden or not, links not followed. What disappears meanwhile is not listed: then nobody reads it either. Throws
 * PHLOW_LOAD_FAILED for what is too large or cannot be looked at: nobody may accept what was not seen.
 */
export async function listTree(
  folder: string,
  budget: SnapshotBudget,
  pace: Pace,
): Promise<readonly ListedName[]> {
  const names: ListedName[] = [];
  const left = [''];
  for (let inner = left.pop(); inner !== undefined; inner = left.pop()) {
    if (inner.split('/').length > SnapshotBudget.MAX_DEPTH)
      throw tooMuch(folder, `folders more than ${SnapshotBudget.MAX_DEPTH} deep`);
    for (const entry of entriesIn(join(folder, inner))) {
      await pace.step();
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) {
        budget.take(folder, 0);
        left.push(path);
        continue;
      }
      const listed = describe(folder, path);
      if (listed === undefined) continue;
      budget.take(folder, listed.bytes);
      if (listed.kind === 'link') budget.link(folder);
      names.push(listed);
    }
  }
  return names;
}

/** In pieces: a folder of a million names is refused long before its end. */
function* entriesIn(folder: string): Generator<Dirent> {
  let open: Dir;
  try {
    open = opendirSync(folder, { bufferSize: 256 });
  } catch (error) {
    if (isGone(error)) return;
    throw unreadable(folder, error);
  }
  const next = (): Dirent | null => {
    try {
      return open.readSync();
    } catch (error) {
      throw unreadable(folder, error);
    }
  };
  try {
    for (let entry = next(); entry !== null; entry = next()) yield entry;
  } finally {
    open.closeSync();
  }
}

function describe(folder: string, path: string): ListedName | undefined {
  const at = join(folder, path);
  try {
    const stat = lstatSync(at);
    if (stat.isSymbolicLink()) return { kind: 'link', path, bytes: 0, target: readlinkSync(at) };
    return { kind: stat.isFile() ? 'file' : 'other', path, bytes: stat.isFile() ? stat.size : 0, target: '' };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadable(at, error);
  }
}

function asksTooMuch(by: string, what: string): PhlowError {
  const message = `Cannot look at what a module is made of: with ${by} it asks for ${what}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file: by } });
}

function tooMuch(folder: string, what: string): PhlowError {
  const message = `Cannot look at what a module is made of: ${folder} holds ${what}; nothing of it was read`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { folder } });
}
