import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_IN_MANIFESTS } from './built-in-modules.js';

/** The project's top folder, seen from the compiled file. */
export const PHLOW_FOLDER = fileURLToPath(new URL('../../../', import.meta.url));

/** The path of the manifest of a module that ships with phlow; undefined for any other name. */
export function builtInManifest(name: string): string | undefined {
  const path = Object.hasOwn(BUILT_IN_MANIFESTS, name) ? BUILT_IN_MANIFESTS[name] : undefined;
  return path === undefined ? undefined : join(PHLOW_FOLDER, path);
}
