import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PhlowError } from '../../errors.js';
import { flowText, type FlowFiles } from '../../flow/source/flow-files.js';
import { acceptModule, inSnapshot } from '../../host/load/accept-module.js';
import { lockPlaceOf } from '../../host/load/module-sources.js';
import type { Found } from '../../host/load/resolve.js';
import type { Manifest } from '../../manifest/manifest.js';
import { parseManifest } from '../../manifest/parse.js';
import { readManifest } from '../../manifest/read.js';
import { LOCK_FILE, readLock } from '../../sandbox/lock/lock-file.js';
import { readVerified } from '../../sandbox/snapshot/read-verified.js';
import type { Snapshot } from '../../sandbox/snapshot/snapshot.js';
import type { FoundScript } from '../find-script.js';
import type { FoundFlow } from '../flow-source.js';

/** A flow that may run, and what its author says about it. */
export interface AcceptedFlow {
  readonly found: FoundFlow;
  readonly manifest: Manifest;
}

/**
 * Reads the manifest that a flow comes with. A package's is held to the lock file, like code: then every text of the flow is one that was
 * accepted. Throws PHLOW_LOCK_MISMATCH, PHLOW_LOAD_FAILED for files that change meanwhile, and what is wrong with the manifest.
 */
export async function acceptFlow(found: FoundFlow, script: FoundScript | undefined): Promise<AcceptedFlow> {
  const { packageFolder } = found;
  if (packageFolder === undefined) return { found, manifest: await manifestAt(script?.manifestPath, found) };
  const manifestPath = join(packageFolder, 'phlow.yaml');
  const owner: Found = {
    name: basename(packageFolder),
    origin: 'package',
    manifestPath,
    folder: packageFolder,
    entryPath: undefined,
  };
  const baseDir = dirname(packageFolder);
  if (!existsSync(manifestPath) || !statSync(packageFolder).isDirectory()) {
    await assertNoLock(owner, baseDir);
    return { found, manifest: await manifestAt(undefined, found) };
  }
  const { manifest, snapshot } = await acceptModule({
    found: owner,
    installRoots: undefined,
    baseDir,
    isOnTrial: false,
  });
  return { found: snapshot === undefined ? found : heldTo(snapshot, owner, found), manifest };
}

async function manifestAt(path: string | undefined, { file }: FoundFlow): Promise<Manifest> {
  return path !== undefined && existsSync(path)
    ? readManifest(path)
    : parseManifest('name: flow\n', file ?? 'flow');
}

/** What has no manifest cannot be accepted, so where there is a lock file it cannot run. */
async function assertNoLock(owner: Found, baseDir: string): Promise<void> {
  const { home, key } = lockPlaceOf(owner, baseDir);
  if ((await readLock(join(home, LOCK_FILE))) === undefined) return;
  const message = `Cannot run a flow of the package "${key}": ${LOCK_FILE} does not know it, and without a phlow.yaml it cannot be accepted; add one with a name`;
  throw new PhlowError('PHLOW_LOCK_MISMATCH', message, { details: { module: key, isNew: true } });
}

function heldTo(snapshot: Snapshot, owner: Found, found: FoundFlow): FoundFlow {
  const files: FlowFiles = {
    read(path) {
      const listed = inSnapshot(snapshot, owner, path);
      if (listed !== undefined) return flowText(readVerified(listed), path);
      if (found.files.read(path) === undefined) return undefined;
      throw changed(path);
    },
  };
  const { origin } = found;
  if (origin.kind === 'text' && files.read(origin.path) !== origin.text) throw changed(origin.path);
  return { ...found, files };
}

function changed(path: string): PhlowError {
  const message = `Cannot run the flow: ${path} is not what ${LOCK_FILE} accepted: it changed meanwhile`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file: path } });
}
