import { rmSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, PhlowError } from '../../errors.js';
import { layOutCopy, placedIn } from '../../sandbox/snapshot/lay-out.js';
import { newPrivateFolder } from '../../sandbox/snapshot/private-folder.js';
import type { Snapshot } from '../../sandbox/snapshot/snapshot.js';
import { PHLOW_FOLDER, type Found } from './resolve.js';

/**
 * A copy of what was accepted, which Node's own loader loads from: at the levels without a compartment it reads files when it likes, also at a restart
 * weeks later, and nothing makes it compare them with a hash.
 */
export interface HeldCopy {
  /** The folder that holds it; everything below has its own absolute path again. */
  readonly base: string;
  /** Where a thread finds the entry. */
  readonly bootOf: (entry: string, found: Found) => { readonly entry: string; readonly held: string };
  /** Removes it. */
  readonly drop: () => Promise<void>;
}

const held = new Set<string>();

/** Makes a copy. Rejects with PHLOW_LOAD_FAILED for files that have changed, and when there is no place for it. */
export async function holdCopy(snapshot: Snapshot, module: string): Promise<HeldCopy> {
  const base = newPrivateFolder('held', true);
  if (base === undefined)
    throw failed(
      module,
      'there is no folder for a copy of it where only this user can write, on all of the way to it; set XDG_CACHE_HOME to one',
    );
  if (held.size === 0) process.once('exit', dropAll);
  held.add(base);
  const drop = async (): Promise<void> => {
    await rm(base, { recursive: true, force: true });
    held.delete(base);
    if (held.size === 0) process.off('exit', dropAll);
  };
  try {
    await layOutCopy(snapshot, base);
    await linkPhlow(base);
  } catch (error) {
    await drop();
    throw failed(module, messageOf(error), error);
  }
  const own = snapshot.trees[0]?.folder ?? '';
  return {
    base,
    bootOf: (entry, { folder }) => {
      const path = join(own, relative(folder, fileURLToPath(entry)));
      return { entry: pathToFileURL(placedIn(base, path)).href, held: base };
    },
    drop,
  };
}

/** `phlow/sdk` is whatever phlow runs the module. */
async function linkPhlow(base: string): Promise<void> {
  await mkdir(join(base, 'node_modules'), { recursive: true, mode: 0o700 });
  await symlink(PHLOW_FOLDER, join(base, 'node_modules', 'phlow'), 'junction');
}

function dropAll(): void {
  for (const base of held) rmSync(base, { recursive: true, force: true });
}

function failed(module: string, reason: string, cause?: unknown): PhlowError {
  const message = `Cannot load module "${module}": ${reason}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { cause, details: { module } });
}
