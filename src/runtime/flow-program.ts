import { isPhlowError } from '../errors.js';
import { Diagnostics } from '../flow/diagnostics.js';
import { loadFlow } from '../flow/load-flow.js';
import { readManifest } from '../host/load/read-manifest.js';
import { findModule } from '../host/load/resolve.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { currentFolder } from '../current-folder.js';
import { findFlow, type FlowSource } from './flow-source.js';

/**
 * Whether the words behind a flow's name are the flow's own: a main module of it is a command, which asks for `permissions.terminal`. False for what cannot be
 * read; opening it says why.
 */
export async function isProgram(source: FlowSource, packagesDir = currentFolder()): Promise<boolean> {
  try {
    const { origin, files, baseDir } = findFlow(source);
    const { mains, modules } = loadFlow(origin, files, new Diagnostics());
    const declared = mains.flatMap(({ name }) => modules.findLast((one) => one.name === name.text) ?? []);
    for (const { module } of declared) {
      const { manifestPath } = findModule(module, isLocalModule(module) ? baseDir : packagesDir);
      if ((await readManifest(manifestPath)).permissions.terminal) return true;
    }
    return false;
  } catch (error) {
    if (isPhlowError(error)) return false;
    throw error;
  }
}
