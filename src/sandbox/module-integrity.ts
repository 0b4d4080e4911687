import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readPlainFile } from '../manifest/read-plain-file.js';
import { compareText, isMap } from '../values.js';
import { PhlowError } from '../errors.js';
import { readPackageJson } from './package-json.js';

/** Never part of a module's identity: history, and what a module writes itself. */
const LEFT_OUT: readonly string[] = ['.git', '.DS_Store'];
const MOST_FILES = 50_000;
/** Of one folder; a file that only claims to be large is not read. */
const MOST_BYTES = 512 * 1_048_576;

/**
 * The hash of everything a module is made of: its folder with the dependencies in it, and of each install root the packages that it declares,
 * directly or through others. Names, kinds and contents, in one order on every system; links count as what they say and are not followed.
 * Throws PHLOW_LOAD_FAILED for a folder of more than 50 000 files or 512 MiB.
 */
export async function moduleIntegrity(folder: string, installRoots: readonly string[] = []): Promise<string> {
  const hash = createHash('sha512');
  await hashFolder(hash, folder);
  for (const [name, dependency] of await dependenciesIn(installRoots, folder)) {
    hash.update(`dependency ${name}\n`);
    await hashFolder(hash, dependency);
  }
  return `sha512-${hash.digest('base64')}`;
}

/** The declared dependencies that stand in install roots, with their folders, by name. */
async function dependenciesIn(
  roots: readonly string[],
  folder: string,
): Promise<readonly (readonly [string, string])[]> {
  const found = new Map<string, string>();
  const left = [folder];
  for (let from = left.pop(); from !== undefined; from = left.pop()) {
    for (const name of await declaredBy(from)) {
      const at = roots.map((root) => join(root, name)).find((path) => existsSync(path));
      if (at === undefined || found.has(name)) continue;
      found.set(name, at);
      left.push(at);
    }
  }
  return [...found].sort(([a], [b]) => compareText(a, b));
}

async function declaredBy(folder: string): Promise<readonly string[]> {
  const data = (await readPackageJson(folder)) ?? {};
  return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) => {
    const declared = data[key];
    return isMap(declared) ? Object.keys(declared) : [];
  });
}

async function hashFolder(hash: Hash, folder: string): Promise<void> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .map(({ entry, path }) => ({ entry, path, name: relative(folder, path).replaceAll('\\', '/') }))
    .filter(
      ({ name, entry }) => !entry.isDirectory() && !name.split('/').some((part) => LEFT_OUT.includes(part)),
    )
    .sort((a, b) => compareText(a.name, b.name));
  if (entries.length > MOST_FILES)
    throw new PhlowError(
      'PHLOW_LOAD_FAILED',
      `Cannot hash ${folder}: it holds more than ${MOST_FILES} files`,
    );
  let leftBytes = MOST_BYTES;
  for (const { entry, path, name } of entries) {
    const kind = entry.isSymbolicLink() ? 'link' : entry.isFile() ? 'file' : 'other';
    const content = entry.isFile()
      ? await readPlainFile(path, leftBytes)
      : Buffer.from(entry.isSymbolicLink() ? await readlink(path) : '');
    leftBytes -= content.length;
    // Lengths first, so that no two lists of files can be spelled the same.
    hash.update(`${kind} ${Buffer.byteLength(name)} ${name} ${content.length}\n`).update(content);
  }
}
