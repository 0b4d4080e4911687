import { isPhlowError, type PhlowError } from '../errors.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { Findings, type Finding } from '../flow/findings.js';
import { placeOf } from '../flow/source/source-file.js';
import { findModule } from '../host/resolve.js';
import { readManifest } from '../manifest/read.js';
import { buildFlow } from './build-flow.js';
import { findScript } from './find-script.js';
import { findFlow, type FlowSource, type FoundFlow } from './flow-source.js';

/** Where a checked flow looks for its modules. */
export interface CheckFlowOptions {
  /** The folder that holds `phlow_packages`; default: the current folder. */
  readonly packagesDir?: string;
}

/**
 * Reads and compiles a flow, looks for its modules and reads their manifests, and tells what is wrong or odd. Starts nothing.
 *
 * @throws PHLOW_FLOW_UNREADABLE when there is no flow to check.
 */
export async function checkFlow(
  source: FlowSource,
  options: CheckFlowOptions = {},
): Promise<readonly Finding[]> {
  const found = findFlow(source);
  const findings = new Findings();
  const aboutModules: Finding[] = [];
  try {
    const { document } = buildFlow(found.origin, findings);
    for (const declaration of document.modules) {
      aboutModules.push(...(await checkModule(declaration, found, options.packagesDir ?? process.cwd())));
    }
  } catch (error) {
    // What made reading stop is one more finding, unless it is the first of those that are there already.
    if (!isPhlowError(error)) throw error;
    if (findings.list().length === 0) return [findingOf(error)];
  }
  return [...findings.list(), ...aboutModules];
}

async function checkModule(
  { module, name, spot }: ModuleDeclaration,
  found: FoundFlow,
  packagesDir: string,
): Promise<readonly Finding[]> {
  if (findScript(module, found.baseDir, packagesDir) !== undefined) return [];
  try {
    const baseDir = isLocalModule(module) ? found.baseDir : packagesDir;
    await readManifest(findModule(module, baseDir).manifestPath);
    return [];
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const finding = findingOf(error);
    const message = `Cannot use module "${name}": ${error.message}`;
    return [{ ...finding, message, place: finding.place ?? placeOf(spot) }];
  }
}

function findingOf({ code, message, place }: PhlowError): Finding {
  return { severity: 'error', code, message, place };
}
