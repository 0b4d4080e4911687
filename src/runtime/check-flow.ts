import { isPhlowError, type PhlowError } from '../errors.js';
import { checkCalls, checkSettings, type ModuleSchemas } from '../flow/check/calls.js';
import { checkIds } from '../flow/check/duplicate-ids.js';
import { SchemaChecks } from '../flow/check/schema-checks.js';
import { checkTests } from '../flow/check/tests.js';
import { unreachableSteps } from '../flow/check/unreachable.js';
import { stepName } from '../flow/document/step-keys.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { Diagnostics, type Diagnostic } from '../flow/diagnostics.js';
import { placeOf } from '../flow/source/source-file.js';
import type { LoadOptions } from '../host/api/module.js';
import { acceptModule } from '../host/load/accept-module.js';
import { findModule, type Found } from '../host/load/resolve.js';
import { settleModule, type ModuleToSettle } from '../host/load/settle-module.js';
import type { Manifest } from '../manifest/manifest.js';
import { readManifest } from '../manifest/read.js';
import { acceptFlow } from './accept-flow.js';
import { requireVersion } from './module-version.js';
import { readOptions } from '../options.js';
import { CHECK_FLOW_OPTIONS } from './option-rules.js';
import { findScript } from './find-script.js';
import { isolationOptionsOf } from './isolation-options.js';
import { readFlow } from './read-flow.js';
import { findFlow, type FlowSource, type FoundFlow } from './flow-source.js';
import { existsSync, readFileSync } from 'node:fs';

/** The JSON Schema (draft 7) of flow files, as text; the same as `schemas/flow.schema.json` of the package. */
export function flowSchemaText(): string {
  return readFileSync(new URL('../../../schemas/flow.schema.json', import.meta.url), 'utf8');
}

/** Where a checked flow looks for its modules. */
export interface CheckFlowOptions {
  /** The folder that holds `phlow_packages`; default: the current folder. */
  readonly packagesDir?: string;
}

/**
 * Reads and compiles a flow with its tests, looks for its modules and reads their manifests, and tells what is wrong or odd: also steps that
 * no run comes to, ids that stand twice, and settings and inputs that a module is certain to refuse. Starts nothing.
 *
 * @throws PHLOW_FLOW_UNREADABLE when there is no flow to check.
 */
export async function checkFlow(
  source: FlowSource,
  options?: CheckFlowOptions,
): Promise<readonly Diagnostic[]> {
  const { packagesDir = process.cwd() } = readOptions('Cannot check a flow', options, CHECK_FLOW_OPTIONS);
  const given = findFlow(source);
  const diagnostics = new Diagnostics();
  const aboutModules: Diagnostic[] = [];
  try {
    const found = await acceptFlow(given);
    const { document, plan } = readFlow(found, diagnostics);
    checkIds(document, diagnostics);
    for (const step of unreachableSteps(plan)) {
      diagnostics.warning(
        `no run comes to ${stepName(step.document)}: nothing leads there`,
        step.document.range,
      );
    }
    checkTests(document, diagnostics);
    const schemas = new Map<string, ModuleSchemas>();
    const accepted: AcceptedModules = new Map();
    const checks = new SchemaChecks(diagnostics);
    for (const declaration of document.modules) {
      const { manifest, problem } = await lookAt(declaration, found, packagesDir, accepted);
      if (problem !== undefined) aboutModules.push(problem);
      if (manifest === undefined) continue;
      schemas.set(declaration.name, manifest);
      checkSettings(declaration, manifest, diagnostics, checks);
    }
    checkCalls(document, schemas, diagnostics, checks);
  } catch (error) {
    // What made reading stop is one more diagnostic, unless it is the first of those that are there already.
    if (!isPhlowError(error)) throw error;
    if (diagnostics.list().length === 0) return [diagnosticOf(error)];
  }
  return [...diagnostics.list(), ...aboutModules];
}

/** Modules that were found, read and held against the lock file, each once: a flow may declare one under thousands of names. */
type AcceptedModules = Map<string, Promise<Pick<ModuleToSettle, 'manifest' | 'found'>>>;

/** What there is to know of a declared module before it is loaded. */
interface LookedAt {
  /** Undefined for a script, whose manifest is only metadata, and where there is none to read. */
  readonly manifest?: Manifest;
  /** Why it would not be loaded. */
  readonly problem?: Diagnostic;
}

async function lookAt(
  declaration: ModuleDeclaration,
  flow: FoundFlow,
  packagesDir: string,
  acceptedModules: AcceptedModules,
): Promise<LookedAt> {
  const { module, name, range } = declaration;
  const known: { manifest?: Manifest } = {};
  try {
    const script = findScript(module, flow.baseDir, packagesDir);
    if (script !== undefined) {
      await acceptFlow(findFlow(script.file));
      const own = existsSync(script.manifestPath) ? await readManifest(script.manifestPath) : undefined;
      requireVersion(declaration, own?.version);
      return {};
    }
    const baseDir = isLocalModule(module) ? flow.baseDir : packagesDir;
    const found = findModule(module, baseDir);
    const accepting = acceptedModules.get(found.manifestPath) ?? accept(found, baseDir);
    acceptedModules.set(found.manifestPath, accepting);
    const accepted = await accepting;
    known.manifest = accepted.manifest;
    requireVersion(declaration, accepted.manifest.version);
    const options = optionsOf(declaration, flow);
    if (options !== undefined) settleModule({ ...accepted, module: name, options, baseDir });
    return known;
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const problem = diagnosticOf(error);
    const cannot = `Cannot use module "${name}": `;
    const message = error.message.startsWith(cannot) ? error.message : cannot + error.message;
    return { ...known, problem: { ...problem, message, place: problem.place ?? placeOf(range) } };
  }
}

async function accept(found: Found, baseDir: string): Promise<Pick<ModuleToSettle, 'manifest' | 'found'>> {
  const { manifest } = await acceptModule({ found, installRoots: undefined, baseDir, isOnTrial: false });
  return { found, manifest };
}

/** How the owner's flow holds a module. Undefined for a package's flow, whose modules get what its user grants, and where it was complained about. */
function optionsOf(declaration: ModuleDeclaration, { packageFolder }: FoundFlow): LoadOptions | undefined {
  if (packageFolder !== undefined) return undefined;
  try {
    return isolationOptionsOf(declaration, { packageFolder });
  } catch (error) {
    if (isPhlowError(error)) return undefined;
    throw error;
  }
}

function diagnosticOf({ code, message, place }: PhlowError): Diagnostic {
  return { severity: 'error', code, message, place };
}
