import { join, relative } from 'node:path';
import { PhlowError } from '../errors.js';
import { readText, type FlowFiles } from '../flow/source/flow-files.js';
import { holdToLock } from '../host/load/accept-module.js';
import { lockPlaceOf, packageAt } from '../host/load/lock-place.js';
import { readVerified } from '../sandbox/snapshot/read-verified.js';
import { SnapshotIndex, type Snapshot } from '../sandbox/snapshot/snapshot.js';
import type { FoundFlow } from './flow-source.js';

/**
 * Holds the package that a flow came with to the lock file, if one concerns it: what the flow says, includes and imports is then read from what was
 * accepted, and nothing else. The owner's own flows are taken as they are. Throws PHLOW_LOCK_MISMATCH, and PHLOW_LOAD_FAILED for files that change
 * meanwhile.
 */
export async function acceptFlow(flow: FoundFlow): Promise<FoundFlow> {
  if (flow.packageFolder === undefined || flow.file === undefined) return flow;
  const found = packageAt(flow.packageFolder);
  const place = await lockPlaceOf(found, flow.baseDir);
  if (!place.isConcerned) return flow;
  const snapshot = await holdToLock({ found, installRoots: undefined, baseDir: flow.baseDir }, place);
  const files = acceptedFiles(snapshot, flow.packageFolder, flow.files);
  // It was read before anything was compared.
  if (flow.origin.kind === 'text' && flow.origin.text !== files.read(flow.file)) throw notAccepted(flow.file);
  return { ...flow, files };
}

/** The files of a package as they were accepted; what else there is on the disk is refused. */
function acceptedFiles(snapshot: Snapshot, folder: string, disk: FlowFiles): FlowFiles {
  // What its code takes in from elsewhere was accepted as well, but a flow reads in its own folder alone, with a lock file and without.
  const [ownTree] = snapshot.trees;
  const index = new SnapshotIndex({ ...snapshot, trees: ownTree === undefined ? [] : [ownTree] });
  const own = ownTree?.folder ?? folder;
  return {
    read(path) {
      const file = index.find(join(own, relative(folder, path)));
      if (file !== undefined) return readText(path, file.bytes, () => readVerified(file));
      // What lies outside is refused as on any other day.
      if (disk.read(path) === undefined) return undefined;
      throw notAccepted(path);
    },
  };
}

function notAccepted(path: string): PhlowError {
  const message = `${path} is not what was accepted: it changed while the flow was being loaded; load it again when nothing writes to its files`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file: path } });
}
