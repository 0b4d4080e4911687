import { fileURLToPath } from 'node:url';
import type { LoadOptions } from '../module-types.js';
import { PHLOW_FOLDER } from '../../manifest/phlow-folder.js';
import { findModule, type Found } from './resolve.js';
import { currentFolder } from '../../current-folder.js';

/** The name of the engine of flows as a module. No folder has such a name. */
export const FLOW_ENGINE = 'phlow:flow';

/** Finds what is to be loaded: a module, or for a program the engine that runs it: one file of phlow's own, whatever the flow. */
export function findProgram(nameOrPath: string, { program, baseDir }: LoadOptions): Found {
  if (program === undefined) return findModule(nameOrPath, baseDir ?? currentFolder());
  const entryPath = fileURLToPath(
    new URL('../../../workers/runtime/flow-engine/index.bundle.js', import.meta.url),
  );
  const manifestPath = program.manifest.file;
  return { name: FLOW_ENGINE, origin: 'builtin', manifestPath, folder: PHLOW_FOLDER, entryPath };
}
