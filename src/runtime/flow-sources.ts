import { resolve } from 'node:path';
import { isPhlowError } from '../errors.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { FLOW_LIMITS } from '../flow/limits.js';
import { Diagnostics } from '../flow/diagnostics.js';
import { loadFlow } from '../flow/load-flow.js';
import type { FlowFiles } from '../flow/source/flow-files.js';
import { findScript } from './find-script.js';
import { findFlow, type FlowSource, type FoundFlow } from './flow-source.js';
import { currentFolder } from '../current-folder.js';

/**
 * Every file and folder that a flow depends on, as absolute paths: its own file, what it includes and imports, its script modules with what
 * they depend on, and the folders of its local modules. Works as far as the flow can be read.
 */
export function flowSources(source: FlowSource, packagesDir = currentFolder()): readonly string[] {
  const sources = new Set<string>();
  try {
    collect(findFlow(source), packagesDir, sources);
  } catch (error) {
    // Running the flow reports what cannot be read; up to there the list is right.
    if (!isPhlowError(error)) throw error;
  }
  return [...sources];
}

function collect(found: FoundFlow, packagesDir: string, sources: Set<string>, depth = 0): void {
  if (found.file !== undefined) sources.add(found.file);
  const files: FlowFiles = {
    read(path, use) {
      sources.add(path);
      return found.files.read(path, use);
    },
  };
  for (const { module } of loadFlow(found.origin, files, new Diagnostics()).modules) {
    const script = findScript(module, found.baseDir, packagesDir);
    if (script === undefined) {
      if (isLocalModule(module)) sources.add(resolve(found.baseDir, module));
    } else if (!sources.has(script.file) && depth < FLOW_LIMITS.scriptDepth) {
      collect(findFlow(script.file), packagesDir, sources, depth + 1);
    }
  }
}
