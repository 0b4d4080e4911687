import { createHash } from 'node:crypto';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../../values.js';
import { PhlowError } from '../../errors.js';

/** The hash of a text in the form that lock files use: `sha512-BASE64`. */
export function textIntegrity(text: string): string {
  return `sha512-${createHash('sha512').update(text).digest('base64')}`;
}

/** Never part of a module's identity: history, and what a module writes itself. */
const LEFT_OUT: readonly string[] = ['.git', '.DS_Store'];
const MOST_FILES = 50_000;

/**
 * The hash of everything in a module's folder, its dependencies included: names, kinds and contents, in one order on every system. Links are
 * hashed as what they say, not followed. Throws PHLOW_LOAD_FAILED for a folder of more than 50 000 files.
 */
export async function folderIntegrity(folder: string): Promise<string> {
  const hash = createHash('sha512');
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .map(({ entry, path }) => ({ entry, path, name: path.slice(folder.length + 1).replaceAll('\\', '/') }))
    .filter(
      ({ name, entry }) => !entry.isDirectory() && !name.split('/').some((part) => LEFT_OUT.includes(part)),
    )
    .sort((a, b) => compareText(a.name, b.name));
  if (entries.length > MOST_FILES)
    throw new PhlowError(
      'PHLOW_LOAD_FAILED',
      `Cannot hash ${folder}: it holds more than ${MOST_FILES} files`,
    );
  for (const { entry, path, name } of entries) {
    const kind = entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : 'other';
    const content = entry.isFile()
      ? await readFile(path)
      : Buffer.from(entry.isSymbolicLink() ? await readlink(path) : '');
    // Lengths first, so that no two lists of files can be spelled the same.
    hash.update(`${kind} ${Buffer.byteLength(name)} ${name} ${content.length}\n`).update(content);
  }
  return `sha512-${hash.digest('base64')}`;
}
