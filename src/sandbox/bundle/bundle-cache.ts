import { randomUUID, createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../errors.js';
import { isMap } from '../../values.js';
import { bundlerRevision, cacheKeyDigest } from './bundler-revision.js';
import { cacheRoot, whyUnsafe, type FolderUse, type OwnPlace } from '../snapshot/private-folder.js';

/** The folder for bundles of the user who runs the host, made if it is not there unless `use` says otherwise; bundles from anywhere else could be somebody else's code. */
export function bundleCacheFolder(use?: FolderUse): OwnPlace {
  const root = cacheRoot(use);
  if ('missing' in root) return root;
  const folder = join(root.folder, 'bundles');
  const reason = whyUnsafe(folder, use);
  return reason === undefined ? { folder } : { missing: reason };
}

/** True when `folder` exists, or could be made, so that only its owner can write to it. */
export function isSafe(folder: string): boolean {
  return whyUnsafe(folder) === undefined;
}

/** A bundle as it is kept. */
export interface CachedBundle {
  readonly code: string;
  readonly map: string;
}

/** A file that went into a bundle, relative to the module's folder, with the hash that it had in the snapshot. */
export type BundleInput = readonly [path: string, digest: string];

/** What is in the cache. */
export interface CacheContent {
  /** How many bundles can be used. */
  readonly good: number;
  /** How many entries nobody will use again: of another version of phlow, or left half written by a host that was killed. */
  readonly stale: number;
  /** Names of entries that are not what they claim to be; they are never used. */
  readonly damaged: readonly string[];
}

/** Code and map of the largest bundle, escaped as JSON. */
const MAX_ENTRY_BYTES = 128 * 1_048_576;
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
/** What an entry is called; everything else in the folder is none of the cache's. */
const ENTRY = /^[0-9a-f]{64}\.json$/;

/**
 * Bundles on disk, each by the hash of everything that went into it: what the module is made of, the bundler, and phlow itself. Nothing about a path
 * is kept, so nothing has to be looked at again. An entry counts when it is a file of this user's alone whose content has the hash that it claims.
 */
export class BundleCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The bundle that was made of exactly this. */
  async find(key: string): Promise<CachedBundle | undefined> {
    const stored = await read(this.#fileOf(key));
    return stored?.key === key ? { code: stored.code, map: stored.map } : undefined;
  }

  /** Keeps a bundle. A disk that is full or read-only keeps none, and nothing half of one. */
  async keep(key: string, { code, map }: CachedBundle, inputs: readonly BundleInput[]): Promise<void> {
    const file = this.#fileOf(key);
    // Written aside and renamed, so that nobody reads half of it.
    const aside = `${file}.${randomUUID()}`;
    const stored = { key, inputs, code, map };
    try {
      await writeFile(aside, JSON.stringify({ ...stored, integrity: integrityOf(stored) }), {
        mode: 0o600,
        flag: 'wx',
      });
      await rename(aside, file);
    } catch {
      await rm(aside, { force: true }).catch(() => undefined);
    }
  }

  /** Reads every entry and compares it with its hash, as each use does. */
  async verify(): Promise<CacheContent> {
    const damaged: string[] = [];
    let good = 0;
    let stale = 0;
    for (const name of await this.#names()) {
      const path = join(this.#folder, name);
      const file = ENTRY.test(name) ? await readEntry(path) : undefined;
      const key = file?.['key'];
      if (!ENTRY.test(name)) stale++;
      else if (file === undefined || typeof key !== 'string' || this.#fileOf(key) !== path)
        damaged.push(name);
      else if (!isOfThisVersion(key)) stale++;
      else if (intact(file) === undefined) damaged.push(name);
      else good++;
    }
    return { good, stale, damaged };
  }

  /** Removes every entry, and what a host that was killed has left behind; returns how many. */
  async clear(): Promise<number> {
    const names = await this.#names();
    for (const name of names) await rm(join(this.#folder, name), { force: true });
    return names.length;
  }

  async #names(): Promise<readonly string[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch((error: unknown) => {
      // Nothing was kept yet.
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    return entries.flatMap((entry) =>
      !entry.isDirectory() && /^[0-9a-f]{64}\.json/.test(entry.name) ? [entry.name] : [],
    );
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${cacheKeyDigest(key)}.json`);
  }
}

interface Stored extends CachedBundle {
  readonly key: string;
  readonly inputs: readonly BundleInput[];
}

function integrityOf({ key, inputs, code, map }: Stored): string {
  return textIntegrity(JSON.stringify([key, inputs, code, map]));
}

/** An entry whose content is what it claims to be. */
async function read(path: string): Promise<Stored | undefined> {
  const file = await readEntry(path);
  return file === undefined ? undefined : intact(file);
}

function intact({
  key,
  inputs,
  code,
  map,
  integrity,
}: Readonly<Record<string, unknown>>): Stored | undefined {
  if (typeof key !== 'string' || typeof code !== 'string' || typeof map !== 'string') return undefined;
  const stored: Stored = { key, inputs: Array.isArray(inputs) ? (inputs as BundleInput[]) : [], code, map };
  return integrityOf(stored) === integrity ? stored : undefined;
}

/** True for the key of a bundle that this version makes: other versions have other revisions, and store in other forms. */
function isOfThisVersion(key: string): boolean {
  return key.startsWith(`[${JSON.stringify(bundlerRevision())},`);
}

/** What a file of this user's alone holds. */
async function readEntry(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = await file.stat();
    const { size, uid, mode } = stat;
    if (!stat.isFile() || size > MAX_ENTRY_BYTES) return undefined;
    if (process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
    const data: unknown = JSON.parse(await file.readFile('utf8'));
    return isMap(data) ? data : undefined;
  } catch {
    // None, half of one, or somebody's edit: as good as none.
    return undefined;
  } finally {
    await file?.close();
  }
}

/** The hash of a text in the form that lock files use: `sha512-BASE64`. */
export function textIntegrity(text: string): string {
  return `sha512-${createHash('sha512').update(text).digest('base64')}`;
}
