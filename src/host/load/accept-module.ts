import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Manifest } from '../../manifest/manifest.js';
import { parseManifest } from '../../manifest/parse.js';
import { manifestText, readManifest } from '../../manifest/read.js';
import { assertLocked } from '../../sandbox/lock/assert-locked.js';
import { readVerified } from '../../sandbox/snapshot/read-verified.js';
import { SnapshotIndex, type Snapshot } from '../../sandbox/snapshot/snapshot.js';
import { takeSnapshot } from '../../sandbox/snapshot/take-snapshot.js';
import { lockPlaceOf } from './lock-place.js';
import { installRootsOf } from './module-sources.js';
import type { Found } from './resolve.js';

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
 * PHLOW_LOCK_MISMATCH, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE, and PHLOW_LOAD_FAILED for files that change meanwhile.
 */
export async function acceptModule(asked: Asked): Promise<Accepted> {
  const { found, baseDir } = asked;
  // Read while the lock file is looked for: nearly always there is none, and this is all that the start waits for.
  const onDisk = readManifest(found.manifestPath);
  // What the lock file says is reported first, and a module that is held to one has its manifest in the snapshot.
  onDisk.catch(() => undefined);
  const place = found.origin === 'builtin' || asked.isOnTrial ? undefined : await lockPlaceOf(found, baseDir);
  if (place?.isConcerned !== true) return { manifest: await onDisk, snapshot: undefined };
  const installRoots = installRootsOf(found, asked.installRoots, baseDir);
  const snapshot = await snapshotOf(found, installRoots, baseDir, asked.signal);
  const manifest = await manifestIn(snapshot, found);
  assertLocked({ ...place, manifest, snapshot, accepted: place.lock?.get(place.key) });
  return { manifest, snapshot };
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

/** The manifest that is part of a snapshot. One that is no file of the module is complained about as on any other day. */
export async function manifestIn(snapshot: Snapshot, found: Found): Promise<Manifest> {
  const file = inSnapshot(snapshot, found, found.manifestPath);
  if (file === undefined && isOnlyFlows(snapshot)) return parseManifest(FLOWS_MANIFEST, found.manifestPath);
  if (file === undefined) return readManifest(found.manifestPath);
  return parseManifest(manifestText(readVerified(file), found.manifestPath), found.manifestPath);
}

/** What a package of flows says that has no manifest: it asks for nothing. */
const FLOWS_MANIFEST = 'name: flow\n';

/** The manifest as it lies there; a package of flows needs none. */
export async function manifestOnDisk({ folder, origin, manifestPath }: Found): Promise<Manifest> {
  const isFlows =
    origin === 'package' &&
    !existsSync(manifestPath) &&
    FLOW_FILES.some((name) => existsSync(join(folder, name)));
  return isFlows ? parseManifest(FLOWS_MANIFEST, manifestPath) : readManifest(manifestPath);
}

const FLOW_FILES = ['module.phlow', 'main.phlow', 'mod.phlow'];

function isOnlyFlows({ trees: [own] }: Snapshot): boolean {
  const entries = own?.entries ?? [];
  return (
    entries.every(({ path }) => path !== 'phlow.yaml') && entries.some(({ path }) => path.endsWith('.phlow'))
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
