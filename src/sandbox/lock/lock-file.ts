import { randomUUID } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { placeAt, type SourceLocation } from '../../code-frame.js';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { readPlainFile } from '../../manifest/read-plain-file.js';
import { compareText, isMap } from '../../values.js';
import { visibleLine } from '../../visible-text.js';
import { withFile } from '../../with-file.js';
import { textNestsAtMost } from '../../wire/nesting.js';
import { Pace } from '../snapshot/list-tree.js';
import { duplicateKey } from './duplicate-key.js';
import { wellSpelledKey } from './lock-key.js';

/** The name of the lock file, beside the folder `phlow_packages`. */
export const LOCK_FILE = 'phlow.lock';

/** What a module was when its owner accepted it. */
export interface LockEntry {
  readonly version: string | undefined;
  /** `sha512-…` of everything the module is made of. */
  readonly integrity: string;
  /** What it was accepted to ask for, as `fs.read ./templates`, in order. */
  readonly permissions: readonly string[];
  /** What the modules inside of it were accepted to ask for, by their paths below its folder. Absent when none asks for anything. */
  readonly inside?: ReadonlyMap<string, readonly string[]> | undefined;
  /**
   * What it is made of besides its own folder, by the place relative to that. All of it is part of `integrity`; this shows which of it differs. Absent
   * in what an older phlow has written.
   */
  readonly dependencies?: ReadonlyMap<string, LockedDependency> | undefined;
  /** Where `phlow install` got it from. Absent for what was put there by other means. */
  readonly origin?: LockOrigin | undefined;
}

/** Where a package came from, and what gets it again. */
export interface LockOrigin {
  readonly kind: (typeof ORIGIN_KINDS)[number];
  /** The name in a registry; the path of a tarball or folder, relative to the lock file, with `/`. */
  readonly from: string;
  /** The versions that an update may take: a range, or a tag of the registry. Of a registry's alone. */
  readonly range?: string | undefined;
  /** `sha512-…` of the tarball. Absent for a folder, which has none. */
  readonly integrity?: string | undefined;
}

const ORIGIN_KINDS = ['npm', 'tarball', 'folder'] as const;

/** A package or a file that a module takes in from outside of its folder. */
export interface LockedDependency {
  readonly integrity: string;
  /** False: its package.json does not name it. */
  readonly isDeclared: boolean;
}

/** The accepted modules by the name they are loaded with. */
export type Lock = ReadonlyMap<string, LockEntry>;

const FORMAT = 1;
/** With the origin of an entry: a phlow that knows format 1 alone would drop it, so it is not to read the file. */
const FORMAT_WITH_ORIGIN = 2;
const FORMATS: readonly unknown[] = [FORMAT, FORMAT_WITH_ORIGIN];
/** Some twenty thousand modules and dependencies. Parsing its JSON is one turn of the event loop, the rest is done in slices. */
export const MAX_LOCK_BYTES = 4 * 1_048_576;
/** So many entries take less than a slice of time. */
const ENTRIES_AT_ONCE = 100;
/** Twice what phlow writes; what nests a million times takes many seconds to look through. */
const MAX_NESTING = 12;

/** Reads a lock file; undefined when there is none. Throws PHLOW_LOCK_MISMATCH for a file that is not one. */
export async function readLock(path: string): Promise<Lock | undefined> {
  // Most folders on the way to a module have none. Not by the thread pool: two turns of it in each folder took a third of the time before a start.
  if (!isAnything(path)) return undefined;
  let text: string;
  try {
    text = (await readPlainFile(path, MAX_LOCK_BYTES)).toString().replace(/^\uFEFF/, '');
  } catch (error) {
    // A link that leads nowhere is no missing file: somebody wanted one here.
    if (isMissing(error) && !isAnything(path)) return undefined;
    const reason = isPhlowError(error) ? error.details['reason'] : undefined;
    if (typeof reason === 'string') throw unreadable(path, reason, error);
    if (isMissing(error)) throw unreadable(path, 'it is a link that leads nowhere', error);
    const help = 'let the user who runs phlow read it';
    throw unreadable(path, messageOf(error), error, undefined, help);
  }
  if (/^(<{7}|={7}|>{7})( |$)/m.test(text)) throw unreadable(path, 'it holds the marks of a merge conflict');
  if (!textNestsAtMost(text, MAX_NESTING)) throw unreadable(path, `it nests more than ${MAX_NESTING} deep`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `it is not JSON: ${messageOf(error)}`, error);
  }
  // JSON takes the last of two equal keys; which of them was accepted is not for a parser to say.
  const pace = new Pace();
  const twice = await duplicateKey(text, pace);
  if (twice !== undefined) {
    const place = placeAt(path, text, twice.offset, twice.text.length);
    throw unreadable(path, `it has ${visibleLine(twice.text, 80)} twice`, undefined, place);
  }
  if (!isMap(data) || data['phlow'] === undefined) throw unreadable(path, 'it is no lock file of phlow');
  if (!FORMATS.includes(data['phlow'])) {
    const found = `it has format ${JSON.stringify(data['phlow'])}, and this phlow knows formats ${FORMATS.join(' and ')}`;
    if (typeof data['phlow'] !== 'number' || data['phlow'] <= FORMAT_WITH_ORIGIN)
      throw unreadable(path, found);
    const help = 'use a newer phlow; this one would drop what the newer one accepted';
    throw unreadable(path, `${found}: a newer phlow wrote it`, undefined, undefined, help);
  }
  if (!isMap(data['modules'])) throw unreadable(path, 'its "modules" is not an object');
  const home = resolve(dirname(path));
  const lock = new Map<string, LockEntry>();
  for (const [key, entry] of Object.entries(data['modules'])) {
    if (lock.size % ENTRIES_AT_ONCE === 0) await pace.step();
    const spelled = wellSpelledKey(home, key);
    if (spelled !== key) {
      const found = `its entry ${JSON.stringify(visibleLine(key, 200))} is not spelled as phlow spells names`;
      throw unreadable(path, `${found}: ${JSON.stringify(visibleLine(spelled, 200))}`);
    }
    lock.set(key, entryOf(path, key, entry));
  }
  return lock;
}

function isMissing(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}

function isAnything(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !isMissing(error);
  }
}

/** Writes a lock file in one order, so that two equal locks are the same text. To change one, use `updateLock`. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const names = [...lock.keys()].sort(compareText);
  const modules = Object.fromEntries(names.map((name) => [name, written(lock.get(name))]));
  const hasOrigin = [...lock.values()].some(({ origin }) => origin !== undefined);
  const format = hasOrigin ? FORMAT_WITH_ORIGIN : FORMAT;
  const text = `${JSON.stringify({ phlow: format, modules }, undefined, 2)}\n`;
  if (Buffer.byteLength(text) > MAX_LOCK_BYTES)
    throw new Error(
      `it would have more than ${MAX_LOCK_BYTES} bytes, and no more are read; hold fewer modules by one lock file`,
    );
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    await withFile(aside, 'wx', async (file) => {
      await file.writeFile(text);
      // A machine that loses its power has the old file or the new one.
      await file.sync();
    });
    await rename(aside, path);
  } catch (error) {
    // A full disk leaves nothing half.
    await rm(aside, { force: true });
    throw error;
  }
}

function written(entry: LockEntry | undefined): unknown {
  if (entry === undefined) return undefined;
  const { inside, dependencies, origin, ...own } = entry;
  const named = [...(dependencies ?? [])].map(([name, { integrity, isDeclared }]) => [
    name,
    { integrity, declared: isDeclared },
  ]);
  return {
    ...own,
    ...(inside === undefined ? {} : { inside: Object.fromEntries(inside) as unknown }),
    ...(dependencies === undefined ? {} : { dependencies: Object.fromEntries(named) as unknown }),
    ...(origin === undefined ? {} : { origin: writtenOrigin(origin) }),
  };
}

function writtenOrigin({ kind, from, range, integrity }: LockOrigin): unknown {
  return { [kind]: from, range, integrity };
}

function entryOf(path: string, name: string, entry: unknown): LockEntry {
  if (!isMap(entry)) throw unreadable(path, `its entry "${name}" is not an object`);
  const { version, integrity, permissions, inside, dependencies, origin } = entry;
  const wrong = (what: string): PhlowError => unreadable(path, `its entry "${name}" has no ${what}`);
  if (typeof integrity !== 'string' || !integrity.startsWith('sha512-'))
    throw wrong('"integrity": "sha512-…"');
  if (!isTexts(permissions)) throw wrong('list of texts as "permissions"');
  if (version !== undefined && typeof version !== 'string') throw wrong('text as "version"');
  if (inside !== undefined && !isMap(inside)) throw wrong('object as "inside"');
  const asking = Object.entries(inside ?? {}).map(([path, texts]): [string, readonly string[]] => {
    if (!isTexts(texts)) throw wrong(`list of texts for ${JSON.stringify(path)} in "inside"`);
    return [path, texts];
  });
  const own = {
    version,
    integrity,
    permissions,
    ...(inside === undefined ? {} : { inside: new Map(asking) }),
    ...(origin === undefined ? {} : { origin: originOf(origin, wrong) }),
  };
  if (dependencies === undefined) return own;
  if (!isMap(dependencies)) throw wrong('object as "dependencies"');
  const named = Object.entries(dependencies).map(([place, one]): [string, LockedDependency] => {
    if (!isMap(one) || typeof one['integrity'] !== 'string' || typeof one['declared'] !== 'boolean')
      throw wrong(`"integrity" and "declared" for the dependency ${JSON.stringify(place)}`);
    return [place, { integrity: one['integrity'], isDeclared: one['declared'] }];
  });
  return { ...own, dependencies: new Map(named) };
}

function originOf(origin: unknown, wrong: (what: string) => PhlowError): LockOrigin {
  const kind = ORIGIN_KINDS.find((one) => isMap(origin) && typeof origin[one] === 'string');
  const from = isMap(origin) && kind !== undefined ? origin[kind] : undefined;
  if (!isMap(origin) || kind === undefined || typeof from !== 'string')
    throw wrong(`"npm", "tarball" or "folder" in its "origin"`);
  const { range, integrity } = origin;
  if (range !== undefined && typeof range !== 'string') throw wrong('text as "range" in its "origin"');
  if (integrity !== undefined && (typeof integrity !== 'string' || !integrity.startsWith('sha512-')))
    throw wrong('"integrity": "sha512-…" in its "origin"');
  return {
    kind,
    from,
    ...(range === undefined ? {} : { range }),
    ...(integrity === undefined ? {} : { integrity }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function unreadable(
  path: string,
  reason: string,
  cause?: unknown,
  place?: SourceLocation,
  help = 'put it back from version control; or delete it, look at every module with phlow lock, and then accept them: phlow lock --accept',
): PhlowError {
  return new PhlowError('PHLOW_LOCK_MISMATCH', `Cannot read the lock file ${path}: ${reason}; ${help}`, {
    cause,
    place,
    details: { file: path },
  });
}
