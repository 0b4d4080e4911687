import { closeSync, existsSync, mkdirSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, PhlowError } from '../errors.js';
import type { Files } from './templates/template.js';

/** New files in a folder, which can all be taken back: those that were there before, and what others put beside them, stay. */
export class MadeFiles {
  readonly #folder: string;
  readonly #files: string[] = [];
  /** The outermost first. */
  readonly #folders: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was written, in order. */
  get paths(): readonly string[] {
    return this.#files;
  }

  /** Writes files that are not there yet. Throws what the file system throws; call `undo` then. */
  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.#folder, path);
      this.#makeFolder(dirname(file));
      const descriptor = openSync(file, 'wx');
      // From here on it is there, if only in part: the disk may be full.
      this.#files.push(path);
      try {
        writeFileSync(descriptor, text);
      } finally {
        closeSync(descriptor);
      }
    }
  }

  /** Removes what was written. */
  undo(): void {
    for (const path of this.#files) attempt(() => rmSync(join(this.#folder, path), { force: true }));
    // What somebody else has put there stays.
    for (const folder of this.#folders.toReversed())
      attempt(() => {
        if (existsSync(folder)) rmdirSync(folder);
      });
  }

  #makeFolder(folder: string): void {
    const outermost = mkdirSync(folder, { recursive: true });
    if (outermost === undefined) return;
    const before = this.#folders.length;
    for (let made = folder; made.length >= outermost.length; made = dirname(made))
      this.#folders.splice(before, 0, made);
  }
}

/**
 * Makes files in a folder by `make`, all or none of them.
 *
 * @param what is made, for the error
 * @throws PHLOW_USAGE when a file cannot be written
 */
export async function makeFiles(
  what: string,
  folder: string,
  make: (made: MadeFiles) => void | Promise<void>,
): Promise<readonly string[]> {
  const made = new MadeFiles(folder);
  try {
    await make(made);
    return made.paths;
  } catch (error) {
    made.undo();
    if (error instanceof PhlowError) throw error;
    const message = `Cannot make ${what} in ${folder}: ${messageOf(error)}; name a folder that you may write to, on a disk with room`;
    throw new PhlowError('PHLOW_USAGE', message, { cause: error });
  }
}

function attempt(remove: () => void): void {
  try {
    remove();
  } catch {
    // The error that led here says why.
  }
}
