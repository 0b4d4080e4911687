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
import { findModule } from '../host/load/resolve.js';
import type { Manifest } from '../manifest/manifest.js';
import { readManifest } from '../manifest/read.js';
import { buildFlow } from './build-flow.js';
import { requireVersion } from './module-version.js';
import { readOptions } from '../options.js';
import { CHECK_FLOW_OPTIONS } from './option-rules.js';
import { findScript } from './find-script.js';
import { assertMayIsolate } from './isolation-options.js';
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
  const found = findFlow(source);
  const diagnostics = new Diagnostics();
  const aboutModules: Diagnostic[] = [];
  try {
    const { document, plan } = buildFlow(found.origin, diagnostics, found.files);
    checkIds(document, diagnostics);
    for (const step of unreachableSteps(plan)) {
      diagnostics.warning(
        `no run comes to ${stepName(step.document)}: nothing leads there`,
        step.document.range,
      );
    }
    checkTests(document, diagnostics);
    const schemas = new Map<string, ModuleSchemas>();
    const manifests: ReadManifests = new Map();
    const checks = new SchemaChecks(diagnostics);
    for (const declaration of document.modules) {
      const refused = errorOf(() => assertMayIsolate(declaration, found.packageFolder));
      if (refused !== undefined) aboutModules.push(diagnosticOf(refused));
      const manifest = await manifestOf(declaration, found, packagesDir, manifests);
      if (manifest === undefined) continue;
      if ('severity' in manifest) {
        aboutModules.push(manifest);
      } else {
        schemas.set(declaration.name, manifest);
        checkSettings(declaration, manifest, diagnostics, checks);
      }
    }
    checkCalls(document, schemas, diagnostics, checks);
  } catch (error) {
    // What made reading stop is one more diagnostic, unless it is the first of those that are there already.
    if (!isPhlowError(error)) throw error;
    if (diagnostics.list().length === 0) return [diagnosticOf(error)];
  }
  return [...diagnostics.list(), ...aboutModules];
}

/** Manifests by their paths, each read once: a flow may declare one module under thousands of names. */
type ReadManifests = Map<string, Promise<Manifest>>;

/** The manifest of a module, or why there is none; undefined for a script, whose manifest is only metadata. */
async function manifestOf(
  declaration: ModuleDeclaration,
  found: FoundFlow,
  packagesDir: string,
  manifests: ReadManifests,
): Promise<Manifest | Diagnostic | undefined> {
  const { module, name, range } = declaration;
  try {
    const script = findScript(module, found.baseDir, packagesDir);
    if (script !== undefined) {
      const own = existsSync(script.manifestPath) ? await readManifest(script.manifestPath) : undefined;
      requireVersion(declaration, own?.version);
      return undefined;
    }
    const baseDir = isLocalModule(module) ? found.baseDir : packagesDir;
    const { manifestPath } = findModule(module, baseDir);
    const read = manifests.get(manifestPath) ?? readManifest(manifestPath);
    manifests.set(manifestPath, read);
    requireVersion(declaration, (await read).version);
    return await read;
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const diagnostic = diagnosticOf(error);
    const cannot = `Cannot use module "${name}": `;
    const message = error.message.startsWith(cannot) ? error.message : cannot + error.message;
    return { ...diagnostic, message, place: diagnostic.place ?? placeOf(range) };
  }
}

/** The coded error that a check throws; undefined when it throws none. */
function errorOf(check: () => void): PhlowError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (isPhlowError(error)) return error;
    throw error;
  }
}

function diagnosticOf({ code, message, place }: PhlowError): Diagnostic {
  return { severity: 'error', code, message, place };
}
