import { join } from 'node:path';
import { isPhlowError, type PhlowError } from '../../errors.js';
import { builtInNames } from '../../manifest/built-in-modules.js';
import type { Manifest } from '../../manifest/manifest.js';
import { isNamedFlow, MODULE_FLOW } from './package-folder.js';
import { moduleNames, npmModuleNames } from './package-names.js';
import { readManifest } from './read-manifest.js';
import { findModule, type Origin } from './resolve.js';

/** How many manifests are read at the same time. */
const MAX_AT_ONCE = 16;

/** A module that can be used by its name. Either its manifest is good, or `error` says why not, or it is a flow without a manifest. */
export interface ListedModule {
  readonly name: string;
  readonly origin: Origin;
  /** The path of its manifest, or of the flow. */
  readonly path: string;
  readonly manifest: Manifest | undefined;
  /** True for a flow without a manifest, which a flow can name and a host cannot load. */
  readonly isFlow: boolean;
  readonly error: PhlowError | undefined;
}

/**
 * The modules that can be used by name: the built-in ones, the folders under `phlow_packages`, then the npm packages of the folder that have a manifest.
 * Starts nothing.
 */
export async function listModules(baseDir: string): Promise<readonly ListedModule[]> {
  const names = [...builtInNames(), ...moduleNames(baseDir), ...npmModuleNames(baseDir)];
  return await describeAll([...new Set(names)], baseDir);
}

/** A few at a time: all the manifests of a large folder at once are held open, and in memory, together. */
async function describeAll(names: readonly string[], baseDir: string): Promise<readonly ListedModule[]> {
  const listed: ListedModule[] = [];
  for (let from = 0; from < names.length; from += MAX_AT_ONCE) {
    const group = names.slice(from, from + MAX_AT_ONCE);
    listed.push(...(await Promise.all(group.map((name) => describe(name, baseDir)))));
  }
  return listed;
}

async function describe(name: string, baseDir: string): Promise<ListedModule> {
  const { origin, manifestPath: path, folder } = findModule(name, baseDir);
  if (origin === 'package' && isNamedFlow(folder))
    return {
      name,
      origin,
      path: join(folder, MODULE_FLOW),
      manifest: undefined,
      isFlow: true,
      error: undefined,
    };
  try {
    return { name, origin, path, manifest: await readManifest(path), isFlow: false, error: undefined };
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return { name, origin, path, manifest: undefined, isFlow: false, error };
  }
}
