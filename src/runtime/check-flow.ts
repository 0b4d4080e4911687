import { isPhlowError, messageOf } from '../errors.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { Findings, type Finding } from '../flow/findings.js';
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
  try {
    const { document } = buildFlow(found.origin, findings);
    for (const declaration of document.modules) {
      await checkModule(declaration, found, options.packagesDir ?? process.cwd(), findings);
    }
  } catch (error) {
    // What made reading stop is one more finding, unless it is the first of those that are there already.
    if (!isPhlowError(error)) throw error;
    if (findings.list().length > 0) return findings.list();
    return [{ severity: 'error', code: error.code, message: error.message, place: error.place }];
  }
  return findings.list();
}

async function checkModule(
  { module, name, spot }: ModuleDeclaration,
  found: FoundFlow,
  packagesDir: string,
  findings: Findings,
): Promise<void> {
  if (findScript(module, found.baseDir, packagesDir) !== undefined) return;
  try {
    const baseDir = isLocalModule(module) ? found.baseDir : packagesDir;
    await readManifest(findModule(module, baseDir).manifestPath);
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    findings.error(`Cannot use module "${name}": ${messageOf(error)}`, spot, error, error.code);
  }
}
