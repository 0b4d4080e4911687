import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The manifest of a module, in its folder. */
export const MANIFEST_FILE = 'phlow.yaml';

/** Whether a file by this name at the top of a package makes it a package of flows, which needs no manifest. Tests are nothing that anybody uses. */
export function isFlowName(name: string): boolean {
  return /[^\\/]\.phlow$/.test(name) && !name.endsWith('.test.phlow');
}

/**
 * Whether a folder is a package: it has a manifest, or a flow at its top. This is the only rule: what lists packages, looks at one, accepts one and
 * holds a module to the package around it asks here.
 */
export function isPackageFolder(folder: string): boolean {
  return existsSync(join(folder, MANIFEST_FILE)) || isFlowPackage(folder);
}

/** Whether a folder is a package of flows that has no manifest. */
export function isFlowPackage(folder: string): boolean {
  return !existsSync(join(folder, MANIFEST_FILE)) && namesIn(folder).some(isFlowName);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [] : entry.name,
    );
  } catch {
    // Whoever reads it says what is wrong with it.
    return [];
  }
}
