import { lstat, opendir, unlink, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Value } from '../../values.js';
import { FRAME_BYTES_PER_CHARACTER } from '../../wire/utf8-length.js';
import type { Entry } from '../capabilities.js';
import type { FolderGrant } from '../effective.js';
import { below, guestPathText, parseGuestPath } from '../guest-path.js';
import { BYTES_PER_BASE64_CHARACTER, ENTRIES_AT_ONCE, ENTRY_MS, LIST_BYTES, type Answer } from './answer.js';
import { denied, failed } from './denied.js';
import { detailsOf, listTree } from './folder-tree.js';
import { followLinks } from './follow-links.js';
import type { BrokerLimits } from './limits.js';
import { inFolder, inFolderOf, openFile, safestWalk, type Inside } from './open-inside.js';
import { makeFolder, replaceFile, type ReplaceOptions } from './replace-file.js';

/** Room for what a file may have grown by since its length was read, or may have without saying so. */
const SPARE_BYTES = 4_096;
/** A control character as JSON: `\u0001`. */
const MAX_ESCAPED_LENGTH = 6;
/** A path that leads out of the folder that relative paths start from. */
const CLIMBING = /^\.\.(?:\/|$)/;
/** What is read in one go. */
const READ_BYTES = 1_048_576;

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

  async readText(path: string, answer: Answer): Promise<Value> {
    const place = this.#locate('read', path, `read ${path}`);
    const bytes = await this.#read(place, FRAME_BYTES_PER_CHARACTER, answer);
    const { maxAnswerLength } = this.#limits;
    // Before it is written: escapes may make it six times as long.
    if (bytes.length * MAX_ESCAPED_LENGTH > maxAnswerLength && jsonLength(bytes) > maxAnswerLength)
      throw failed(
        place.attempt,
        `as JSON it has more than the ${maxAnswerLength} characters of an answer (limits.reply)`,
      );
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw failed(place.attempt, 'it is not UTF-8 text; use readBytes', error);
    }
  }

  async readBytes(path: string, mayFollow: boolean, answer: Answer): Promise<Value> {
    const place = this.#locate('read', path, `read ${path}`);
    const followed = mayFollow ? await followLinks(place, this.#grants.read) : place;
    const bytes = await this.#read(followed, BYTES_PER_BASE64_CHARACTER, answer);
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
  async tree(path: string, isRecursive: boolean, answer: Answer): Promise<Value> {
    const place = await this.#followed('read', path, `list ${path}`);
    const entries = await listTree(place, { isRecursive, most: this.#limits.maxListed }, answer);
    return entries.map((entry) => ({ ...entry }));
  }

  async list(path: string, answer: Answer): Promise<Value> {
    const place = this.#locate('read', path, `list ${path}`);
    await answer.reserve(LIST_BYTES);
    return inFolder(place, async (folder) => {
      // Counted before any is looked at: links and pipes are left out of the answer, and cost as much as what is in it.
      const names: string[] = [];
      for await (const { name } of await opendir(folder)) {
        if (names.push(name) > this.#limits.maxListed)
          throw failed(place.attempt, `the folder holds more than ${this.#limits.maxListed} entries`);
      }
      const entries: Value[] = [];
      for (const [i, name] of names.entries()) {
        if (i % ENTRIES_AT_ONCE === 0) await answer.spend(ENTRIES_AT_ONCE * ENTRY_MS);
        const entry = await entryAt(join(folder, name), name);
        if (entry !== undefined) entries.push(entry);
      }
      if (entries.length <= ENTRIES_AT_ONCE) answer.release();
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

  async #read(place: Inside, bytesPerCharacter: number, answer: Answer): Promise<Buffer> {
    const { maxReadBytes, maxAnswerBytes, maxAnswerLength } = this.#limits;
    const most = Math.min(maxReadBytes, maxAnswerBytes);
    const fitting = Math.floor(maxAnswerLength * bytesPerCharacter);
    const tooLong = (found: string): Error =>
      failed(
        place.attempt,
        fitting < most
          ? `the file has ${found}, more than the ${fitting} that fit into an answer (limits.reply)`
          : `the file has ${found}, more than the ${most} of one call`,
      );
    const file = await openFile(place, 'read');
    try {
      const bytes = await readWhole(file, Math.min(most, fitting), answer, tooLong);
      await answer.convert(bytes.length);
      return bytes;
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
    const path = parseGuestPath(this.#withoutClimbing(mode, text));
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

  /** A path that begins with `..` as an absolute one, where `*` was granted: that covers every absolute path. Elsewhere it stays as it is, and is refused. */
  #withoutClimbing(mode: 'read' | 'write', text: string): string {
    if (!CLIMBING.test(text)) return text;
    const grants = this.#grants[mode];
    const folder = grants.find(({ asked }) => asked === '.');
    const isAll = grants.some(({ asked, path }) => asked === '/' && path === '/');
    return folder !== undefined && isAll ? resolve(folder.path, text) : text;
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

/**
 * Reads all there is, once there is room for as much as the file claims to have. The claim is not believed: a file that has more is read again, with
 * room for the longest.
 */
async function readWhole(
  file: FileHandle,
  most: number,
  answer: Answer,
  tooLong: (found: string) => Error,
): Promise<Buffer> {
  const { size } = await file.stat();
  if (size > most) throw tooLong(`${size} bytes`);
  for (const length of [Math.min(size + SPARE_BYTES, most), most]) {
    await answer.reserve(length);
    const bytes = await readUpTo(file, length, answer.signal);
    if (bytes !== undefined) return bytes;
  }
  throw tooLong('bytes without an end');
}

/** The characters of a text as JSON, from its bytes as UTF-8; what has four bytes counts once. */
function jsonLength(bytes: Buffer): number {
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20) length += byte >= 0x08 && byte <= 0x0d && byte !== 0x0b ? 2 : MAX_ESCAPED_LENGTH;
    else if (byte === 0x22 || byte === 0x5c) length += 2;
    // The bytes that go on with a character begin with these bits.
    else if ((byte & 0xc0) !== 0x80) length += 1;
  }
  return length;
}

/** The bytes of a file; undefined if there are more than `most`. */
async function readUpTo(file: FileHandle, most: number, signal: AbortSignal): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafeSlow(most + 1);
  let total = 0;
  while (total <= most) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(bytes, total, Math.min(READ_BYTES, most + 1 - total), total);
    if (bytesRead === 0) return bytes.subarray(0, total);
    total += bytesRead;
  }
  return undefined;
}
