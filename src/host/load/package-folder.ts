import { lstatSync, opendirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../errors.js';
import { hasManifest, MANIFEST_FILE } from '../../manifest-file.js';

/** The npm package that this is: its manifest is that of a built-in module. */
export const OWN_PACKAGE = 'phlow';

/** The folder under which packages are looked up, below the base folder. */
export const PACKAGES_FOLDER = 'phlow_packages';

/** How the folders begin that an install works in, beside the packages: they are no packages. */
export const STAGED_PREFIX = '.phlow-';

/** The flow that other flows use by the name of the folder. */
export const MODULE_FLOW = 'module.phlow';

/** The flow that a folder stands for where it is opened as one: the first of these that it has (docs/spec/runtime.md 4). */
export const FOLDER_FLOWS = ['main.phlow', 'mod.phlow', MODULE_FLOW] as const;

/** Whether a file by this name at the top of a package makes it a package of flows, which needs no manifest. Tests are nothing that anybody uses. */
export function isFlowName(name: string): boolean {
  return /[^\\/]\.phlow$/.test(name) && !name.endsWith('.test.phlow');
}

/**
 * Whether a folder is a package: it has a manifest, or a flow at its top. This is the only rule: what lists packages, looks at one, accepts one and
 * holds a module to the package around it asks here.
 */
export function isPackageFolder(folder: string): boolean {
  return hasManifest(folder) || isFlowPackage(folder);
}

/** Whether a folder may be a package for all that can be seen: nobody may look into it. It is not to be passed over in silence. */
export function isClosedFolder(folder: string): boolean {
  try {
    lstatSync(join(folder, MANIFEST_FILE), { throwIfNoEntry: false });
    opendirSync(folder).closeSync();
    return false;
  } catch (error) {
    return errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
  }
}

/** Whether a folder is a package of flows that has no manifest. */
export function isFlowPackage(folder: string): boolean {
  return !hasManifest(folder) && namesIn(folder).some(isFlowName);
}

/** Whether a folder has a flow that other flows use by the folder's name, and no manifest. */
export function isNamedFlow(folder: string): boolean {
  return isFlowPackage(folder) && namesIn(folder).includes(MODULE_FLOW);
}

/** What to name to `phlow run` for the flow of a folder: the folder, or where it stands for none, the first flow at its top. */
export function flowToRun(folder: string): string | undefined {
  const names = namesIn(folder).filter(isFlowName).sort();
  return FOLDER_FLOWS.some((name) => names.includes(name)) ? folder : names[0] && join(folder, names[0]);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [] : entry.name,
    );
  } catch {
    // Reading it reports what is wrong with it.
    return [];
  }
}
