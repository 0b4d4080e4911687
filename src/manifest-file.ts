import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The manifest of a module, in its folder. */
export const MANIFEST_FILE = 'phlow.yaml';

/** Whether a folder has a manifest, and so is a module. */
export function hasManifest(folder: string): boolean {
  return existsSync(join(folder, MANIFEST_FILE));
}
