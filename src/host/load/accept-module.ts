import { dirname, join, relative, sep } from 'node:path';
import { PhlowError } from '../../errors.js';
import type { Manifest } from '../../manifest/manifest.js';
import { parseManifest } from '../../manifest/parse.js';
import { manifestText } from '../../manifest/read.js';
import { assertLocked, assertPartOf } from '../../sandbox/lock/assert-locked.js';
import { innerModules } from '../../sandbox/lock/inner-modules.js';
import { readVerified } from '../../sandbox/snapshot/read-verified.js';
import { SnapshotIndex, type Snapshot } from '../../sandbox/snapshot/snapshot.js';
import { takeSnapshot } from '../../sandbox/snapshot/take-snapshot.js';
import { lockPlaceOf, type LockPlace } from './lock-place.js';
import { installRootsOf } from './module-sources.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { isFlowName, isFlowPackage } from './package-folder.js';
import { checkManifest, readManifest } from './read-manifest.js';
import { hasDefaultEntry, noCode, type Found } from './resolve.js';

/** A module that may be loaded. */
export interface Accepted {
  readonly manifest: Manifest;
  /** What was held against the lock file, and is all that may run; undefined when no lock file concerns the module. */
  readonly snapshot: Snapshot | undefined;
}

/** Which module, and who asks. */
export interface Asked {
  readonly found: Found;
  readonly installRoots: readonly string[] | undefined;
  readonly baseDir: string;
  /** True: it is there to be found out about, and nobody has accepted anything yet. */
  readonly isOnTrial: boolean;
  /** Ends the reading of the module's files. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a module's manifest and holds the module to the lock file, if one concerns it: then the manifest is part of what was accepted too. Throws
 * PHLOW_LOCK_MISMATCH, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE, PHLOW_ENTRY_MISSING for a flow, and PHLOW_LOAD_FAILED for files that
 * change meanwhile.
 */
export async function acceptModule(asked: Asked): Promise<Accepted> {
  const { found, baseDir } = asked;
  // Read while the lock file is looked for: nearly always there is none, and this is all that the start waits for.
  const onDisk = readManifest(found.manifestPath, asked.signal);
  // What the lock file says is reported first, and a module that is held to one has its manifest in the snapshot.
  onDisk.catch(() => undefined);
  const place = found.origin === 'builtin' || asked.isOnTrial ? undefined : await lockPlaceOf(found, baseDir);
  const snapshot = place?.isConcerned === true ? await holdToLock(asked, place) : undefined;
  return { manifest: await codeManifest(asked, snapshot, onDisk), snapshot };
}

/**
 * Holds a module to its entry of the lock file: what it is made of, all of which was accepted. One inside of a package is held by the entry of that: the
 * package has to be what was accepted, and the module a part of it.
 */
export async function holdToLock(
  { found, installRoots: declared, baseDir, signal }: Omit<Asked, 'isOnTrial'>,
  place: LockPlace,
): Promise<Snapshot> {
  const { holder = found, key, file, alike } = place;
  const snapshotIn = (one: Found): Promise<Snapshot> =>
    snapshotOf(one, installRootsOf(one, declared, baseDir), baseDir, signal);
  const whole = await snapshotIn(holder);
  const manifest = await manifestIn(whole, holder, signal);
  const inner = await innerModules(whole, (text, at) => checkManifest(text, at, signal));
  const path = relative(holder.folder, found.folder).split(sep).join('/');
  const part = path === '' ? undefined : `${key}/${path}`;
  const accepted = place.lock?.get(key);
  assertLocked({ file, key, part, manifest, snapshot: whole, inner, accepted, alike });
  if (part === undefined) return whole;
  const snapshot = await snapshotIn(found);
  assertPartOf(snapshot, whole, { module: part, key });
  return snapshot;
}

/** What a module is made of, as it is now. */
export function snapshotOf(
  found: Found,
  installRoots: readonly string[],
  baseDir: string,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const { folder, origin, entryPath } = found;
  return takeSnapshot({
    folder,
    installRoots,
    signal,
    // The application's own modules share files with each other.
    looseWithin: origin === 'application' ? baseDir : undefined,
    ...(entryPath === undefined ? {} : { onlyFrom: entryPath }),
  });
}

/**
 * The manifest that is part of a snapshot; that of a package of flows says nothing. One that is no file of the module is complained about as on any
 * other day.
 */
export async function manifestIn(snapshot: Snapshot, found: Found, signal?: AbortSignal): Promise<Manifest> {
  const accepted = await acceptedManifest(snapshot, found, signal);
  if (accepted !== undefined) return accepted;
  return isOnlyFlows(snapshot, found) ? flowsManifest(found) : readManifest(found.manifestPath, signal);
}

/** The manifest among the files of a snapshot; undefined where it has none. */
async function acceptedManifest(
  snapshot: Snapshot,
  found: Found,
  signal: AbortSignal | undefined,
): Promise<Manifest | undefined> {
  const { manifestPath } = found;
  const file = inSnapshot(snapshot, found, manifestPath);
  return file && checkManifest(manifestText(readVerified(file), manifestPath), manifestPath, signal);
}

/** The manifest as it lies there; a package of flows needs none. */
export async function manifestOnDisk(found: Found): Promise<Manifest> {
  const isFlows = found.origin === 'package' && isFlowPackage(found.folder);
  return isFlows ? flowsManifest(found) : readManifest(found.manifestPath);
}

/** What a package of flows says that has no manifest: it asks for nothing. */
function flowsManifest({ name, manifestPath }: Found): Manifest {
  return { ...parseManifest('name: flow\n', manifestPath), name };
}

/** The manifest of a module whose code is to run, with a lock file and without: no code runs that has none. */
async function codeManifest(
  { found, signal }: Pick<Asked, 'found' | 'signal'>,
  snapshot: Snapshot | undefined,
  onDisk: Promise<Manifest>,
): Promise<Manifest> {
  const accepted = snapshot && (await acceptedManifest(snapshot, found, signal));
  if (accepted !== undefined) return accepted;
  if (found.origin === 'package' && isFlowPackage(found.folder) && !hasDefaultEntry(found))
    throw noCode(found);
  const manifest = await onDisk;
  if (snapshot === undefined) return manifest;
  const message = `Cannot load module "${found.name}": ${found.manifestPath} is not part of what was accepted; load it again when nothing writes to its files`;
  throw new PhlowError('PHLOW_LOAD_FAILED', message, { details: { module: found.name } });
}

function isOnlyFlows(snapshot: Snapshot, { origin }: Found): boolean {
  const entries = snapshot.trees[0]?.entries ?? [];
  return (
    origin === 'package' &&
    entries.every(({ path }) => path !== MANIFEST_FILE) &&
    entries.some(({ path }) => !path.includes('/') && isFlowName(path))
  );
}

/** Whether a path is a file of the module: of the snapshot where there is one, else on the disk. */
export function isFileIn(
  snapshot: Snapshot | undefined,
  found: Found,
): ((path: string) => boolean) | undefined {
  return snapshot && ((path) => inSnapshot(snapshot, found, path) !== undefined);
}

/** A file of the module's folder as a snapshot has it, the folder's own links aside. */
function inSnapshot(snapshot: Snapshot, { folder }: Found, path: string): ReturnType<SnapshotIndex['find']> {
  const own = snapshot.trees[0]?.folder ?? dirname(path);
  return indexOf(snapshot).find(join(own, relative(folder, path)));
}

const indexes = new WeakMap<Snapshot, SnapshotIndex>();

/** Made once: for a hundred thousand files that takes a while. */
function indexOf(snapshot: Snapshot): SnapshotIndex {
  const known = indexes.get(snapshot) ?? new SnapshotIndex(snapshot);
  indexes.set(snapshot, known);
  return known;
}
