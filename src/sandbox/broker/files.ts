import { lstat, opendir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Value } from '../../values.js';
import type { Entry } from '../capabilities.js';
import type { FolderGrant } from '../effective.js';
import { below, guestPathText, parseGuestPath } from '../guest-path.js';
import { denied, failed } from './denied.js';
import { detailsOf, listTree } from './folder-tree.js';
import { followLinks } from './follow-links.js';
import type { BrokerLimits } from './limits.js';
import { inFolder, inFolderOf, openFile, safestWalk, type Inside } from './open-inside.js';
import { makeFolder, replaceFile, type ReplaceOptions } from './replace-file.js';

/** The granted folders of one module instance, and how much it has written. */
export class Files {
  readonly #grants: { readonly read: readonly FolderGrant[]; readonly write: readonly FolderGrant[] };
  readonly #limits: BrokerLimits;
  #writtenBytes = 0;

  constructor(grants: Files['grants'], limits: BrokerLimits) {
    this.#grants = grants;
    this.#limits = limits;
  }

  get grants(): { readonly read: readonly FolderGrant[]; readonly write: readonly FolderGrant[] } {
    return this.#grants;
  }

  async readText(path: string): Promise<Value> {
    const place = this.#locate('read', path, `read ${path}`);
    const bytes = await this.#read(place);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw failed(place.attempt, 'it is not UTF-8 text; use readBytes', error);
    }
  }

  async readBytes(path: string, mayFollow: boolean): Promise<Value> {
    const place = this.#locate('read', path, `read ${path}`);
    const bytes = await this.#read(mayFollow ? await followLinks(place, this.#grants.read) : place);
    return bytes.toString('base64');
  }

  /** Links are followed as far as they stay inside of what was granted. */
  async details(path: string): Promise<Value> {
    const place = await this.#followed('read', path, `look at ${path}`);
    return inFolderOf(place, { create: false, walk: safestWalk() }, async (real) => ({
      ...detailsOf(await lstat(real)),
    }));
  }

  /** All that is in a folder; with `isRecursive` all that is in its folders, too. Only the path itself may have links in it. */
  async tree(path: string, isRecursive: boolean): Promise<Value> {
    const place = await this.#followed('read', path, `list ${path}`);
    const entries = await listTree(place, { isRecursive, most: this.#limits.maxListed });
    return entries.map((entry) => ({ ...entry }));
  }

  async list(path: string): Promise<Value> {
    const place = this.#locate('read', path, `list ${path}`);
    return inFolder(place, async (folder) => {
      // Counted before any is looked at: links and pipes are left out of the answer, and cost as much as what is in it.
      const names: string[] = [];
      for await (const { name } of await opendir(folder)) {
        if (names.push(name) > this.#limits.maxListed)
          throw failed(place.attempt, `the folder holds more than ${this.#limits.maxListed} entries`);
      }
      const entries: Value[] = [];
      for (const name of names) {
        const entry = await entryAt(join(folder, name), name);
        if (entry !== undefined) entries.push(entry);
      }
      return entries;
    });
  }

  async stat(path: string): Promise<Value> {
    const place = this.#locate('read', path, `look at ${path}`);
    return inFolderOf(place, { create: false, walk: safestWalk() }, async (real, name) => {
      const entry = await entryAt(real, name);
      if (entry === undefined) throw denied(place.attempt, 'it is neither a file nor a folder');
      return entry;
    });
  }

  write(path: string, data: Uint8Array, mode: 'write' | 'append'): Promise<null> {
    return this.#write(this.#locate('write', path, `write ${path}`), data, mode);
  }

  /** Writes a whole file, in one go for everybody who reads it. */
  async replace(path: string, data: Uint8Array, options: ReplaceOptions): Promise<Value> {
    const place = await this.#followed('write', path, `write ${path}`);
    this.#count(data, place);
    return { overwritten: await replaceFile(place, data, options) };
  }

  async makeFolder(path: string, options: { readonly makeParents: boolean }): Promise<null> {
    await makeFolder(await this.#followed('write', path, `make the folder ${path}`), options);
    return null;
  }

  async remove(path: string): Promise<null> {
    const place = this.#locate('write', path, `remove ${path}`);
    await inFolderOf(place, { create: false, walk: safestWalk() }, async (real) => {
      // A link itself may go; what it leads to is not touched by unlink.
      if ((await lstat(real)).isDirectory()) throw denied(place.attempt, 'it is a folder');
      await unlink(real);
    });
    return null;
  }

  async #read(place: Inside): Promise<Buffer> {
    const file = await openFile(place, 'read');
    try {
      return await readUpTo(file, this.#limits.maxReadBytes, place);
    } finally {
      await file.close();
    }
  }

  async #write(place: Inside, data: Uint8Array, mode: 'write' | 'append'): Promise<null> {
    this.#count(data, place);
    const file = await openFile(place, mode);
    try {
      if (mode === 'write') await file.truncate(0);
      await file.writeFile(data);
      return null;
    } finally {
      await file.close();
    }
  }

  /** Before anything is written, so that writes under way together cannot pass the quota. */
  #count(data: Uint8Array, place: Inside): void {
    this.#writtenBytes += data.byteLength;
    if (this.#writtenBytes <= this.#limits.maxWrittenBytes) return;
    this.#writtenBytes -= data.byteLength;
    throw denied(place.attempt, `the module may write ${this.#limits.maxWrittenBytes} bytes in all`);
  }

  #followed(mode: 'read' | 'write', path: string, attempt: string): Promise<Inside> {
    return followLinks(this.#locate(mode, path, attempt), this.#grants[mode]);
  }

  /** Finds the grant that covers a path; the narrowest when several do. */
  #locate(mode: 'read' | 'write', text: string, attempt: string): Inside {
    const path = parseGuestPath(text);
    if (typeof path === 'string') throw denied(attempt.slice(0, 200), path);
    let best: Inside | undefined;
    for (const grant of this.#grants[mode]) {
      const base = parseGuestPath(grant.asked);
      const rest = typeof base === 'string' ? undefined : below(path, base);
      if (rest === undefined || (best !== undefined && best.rest.length <= rest.length)) continue;
      best = { granted: grant.path, rest, attempt };
    }
    if (best !== undefined) return best;
    const plain = guestPathText(path);
    throw denied(attempt.slice(0, 200), notGranted(mode, plain), { permission: `fs.${mode}`, path: plain });
  }
}

function notGranted(mode: 'read' | 'write', path: string): string {
  return `${path} is in no folder that was granted; the module's phlow.yaml must ask for it under permissions.fs.${mode} and the owner grant it`;
}

async function entryAt(path: string, name: string): Promise<(Entry & Record<string, Value>) | undefined> {
  const stat = await lstat(path);
  if (stat.isFile()) return { name, kind: 'file', bytes: stat.size };
  return stat.isDirectory() ? { name, kind: 'folder', bytes: 0 } : undefined;
}

/** Reads all there is; the size that the file claims is not believed. */
async function readUpTo(file: FileHandle, most: number, place: Inside): Promise<Buffer> {
  const { size } = await file.stat();
  if (size > most)
    throw failed(place.attempt, `the file has ${size} bytes, more than the ${most} of one call`);
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(size - total + 1, 4_096), 1_048_576));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    if (total > most) throw failed(place.attempt, `the file has more than the ${most} bytes of one call`);
    chunks.push(chunk.subarray(0, bytesRead));
  }
}
