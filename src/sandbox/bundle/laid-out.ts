import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeFrame, type SourceLocation } from '../../code-frame.js';
import { PhlowError } from '../../errors.js';
import { layOutNames, placedIn, realOf } from '../snapshot/lay-out.js';
import { nameFrom } from '../snapshot/look-up.js';
import { readVerified } from '../snapshot/read-verified.js';
import { SnapshotIndex, type Snapshot } from '../snapshot/snapshot.js';
import type { BundleInput } from './bundle-cache.js';

/** What the bundler decides by, wherever it finds it. */
const SETTINGS = /(?:^|\/)(?:package|tsconfig|jsconfig)\.json$/;

/** The files of a snapshot as the bundler sees them: their names in a scratch folder, their contents from the module's own files, each held against its hash. */
export class LaidOut {
  /** The scratch folder, without links. */
  readonly base: string;
  readonly #index: SnapshotIndex;
  readonly #used = new Map<string, string>();

  /** Throws PHLOW_LOAD_FAILED for what cannot be laid out. */
  constructor(snapshot: Snapshot, scratch: string) {
    this.base = realpathSync(scratch);
    this.#index = new SnapshotIndex(snapshot);
    for (const { folder, entries } of snapshot.trees)
      for (const { kind, path } of entries)
        if (kind === 'other' && SETTINGS.test(path))
          throw new PhlowError(
            'PHLOW_LOAD_FAILED',
            `${resolve(folder, path)} is not a regular file that can be read`,
          );
    layOutNames(snapshot, this.base);
  }

  placed(path: string): string {
    return placedIn(this.base, path);
  }

  real(path: string): string {
    return path.startsWith(this.base) ? realOf(this.base, path) : path;
  }

  /** True when a link on the way to something in the layout leads out of everything that the module may be made of. */
  leadsOut(path: string): boolean {
    return this.#index.leadsOut(this.real(path));
  }

  /** The content of a file in the layout; undefined when the snapshot has none. Throws PHLOW_LOAD_FAILED when it is no longer that. */
  read(path: string): Buffer | undefined {
    const found = this.#index.find(this.real(path));
    if (found === undefined) return undefined;
    this.#used.set(found.path, found.digest);
    return readVerified(found);
  }

  /** Every file whose content was given, relative to the module's folder. */
  used(folder: string): readonly BundleInput[] {
    return [...this.#used].map(([path, digest]) => [nameFrom(folder, path), digest]);
  }

  /** The place of a problem in a file of the module, with its code frame; columns count from 1. */
  placeOf(folder: string, file: string, line: number, column: number, length = 1): SourceLocation {
    const path = resolve(folder, file);
    const text = this.#textOf(path);
    return { file: path, line, column, frame: text === '' ? '' : codeFrame(text, line, column, length) };
  }

  #textOf(path: string): string {
    const found = this.#index.find(path);
    try {
      return found === undefined ? '' : readVerified(found).toString();
    } catch {
      // It changed meanwhile: the place stands without its frame.
      return '';
    }
  }
}
