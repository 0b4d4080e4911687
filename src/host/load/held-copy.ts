import { rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, PhlowError } from '../../errors.js';
import { layOutCopy, placedIn } from '../../sandbox/snapshot/lay-out.js';
import { Pace } from '../../sandbox/snapshot/list-tree.js';
import { dropPrivateFolder, newPrivateFolder } from '../../sandbox/snapshot/private-folder.js';
import type { Snapshot } from '../../sandbox/snapshot/snapshot.js';
import type { HeldBoot } from '../../wire/boot-data.js';
import { ownFiles } from '../executors/own-folders.js';
import { PHLOW_FOLDER } from '../../manifest/phlow-folder.js';
import type { Found } from './resolve.js';

/**
 * A copy of what was accepted, which Node's own loader loads from: at the levels without a compartment it reads files when it likes, also at a restart
 * weeks later, and nothing makes it compare them with a hash.
 */
export interface HeldCopy {
  /** The folder that holds it; everything below has its own absolute path again. */
  readonly base: string;
  /** Where a thread finds the entry. */
  readonly bootOf: (entry: string, found: Found) => { readonly entry: string; readonly held: HeldBoot };
  /** Removes it. */
  readonly drop: () => Promise<void>;
}

const held = new Set<string>();

/** Makes a copy. Rejects with PHLOW_LOAD_FAILED for files that have changed, and when there is no place for it. */
export async function holdCopy(snapshot: Snapshot, module: string, signal?: AbortSignal): Promise<HeldCopy> {
  const base = newPrivateFolder('held', true);
  if (base === undefined)
    throw failed(
      module,
      'there is no folder for a copy of it where only this user can write, on all of the way to it; set XDG_CACHE_HOME to one',
    );
  if (held.size === 0) process.once('exit', dropAll);
  held.add(base);
  const drop = async (): Promise<void> => {
    await dropPrivateFolder(base);
    held.delete(base);
    if (held.size === 0) process.off('exit', dropAll);
  };
  try {
    await layOutCopy(snapshot, base, new Pace(signal));
    await writePhlow(base);
  } catch (error) {
    await drop();
    signal?.throwIfAborted();
    throw failed(module, messageOf(error), error);
  }
  const own = snapshot.trees[0]?.folder ?? '';
  return {
    base,
    bootOf: (entry, { folder }) => {
      const path = join(own, relative(folder, fileURLToPath(entry)));
      return { entry: pathToFileURL(placedIn(base, path)).href, held: { folder: base, own: ownFiles() } };
    },
    drop,
  };
}

/**
 * `phlow/sdk` is whatever phlow runs the module: files that take it from there. A link to its folder would be a way up from there, out of the
 * copy, for a module that is held to names of paths.
 */
async function writePhlow(base: string): Promise<void> {
  const folder = join(base, 'node_modules', 'phlow');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = JSON.parse(await readFile(join(PHLOW_FOLDER, 'package.json'), 'utf8')) as PhlowPackage;
  const exports: Record<string, string> = {};
  for (const [name, target] of Object.entries(own.exports)) {
    const code = typeof target === 'string' ? target : target.default;
    if (!code.endsWith('.js')) continue;
    const file = basename(code);
    const url = pathToFileURL(join(PHLOW_FOLDER, code)).href;
    await writeFile(join(folder, file), `export * from ${JSON.stringify(url)};\n`, { mode: 0o600 });
    exports[name] = `./${file}`;
  }
  const text = JSON.stringify({ name: 'phlow', type: 'module', exports });
  await writeFile(join(folder, 'package.json'), text, { mode: 0o600 });
}

interface PhlowPackage {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

function dropAll(): void {
  for (const base of held) rmSync(base, { recursive: true, force: true });
}

function failed(module: string, reason: string, cause?: unknown): PhlowError {
  const message = `Cannot load module "${module}": ${reason}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { cause, details: { module } });
}
