import { isPhlowError } from '../errors.js';
import { checkCalls, checkSettings, type ModuleSchemas } from '../flow/check/calls.js';
import { checkIds } from '../flow/check/duplicate-ids.js';
import { SchemaChecks } from '../flow/check/schema-checks.js';
import { checkLimits } from '../flow/check/idle-limits.js';
import { checkTests } from '../flow/check/tests.js';
import { unreachableSteps } from '../flow/check/unreachable.js';
import { stepName } from '../flow/document/step-keys.js';
import type { FlowDocument, ModuleDeclaration, PlacedText } from '../flow/document/flow-document.js';
import { Diagnostics, type Diagnostic } from '../flow/diagnostics.js';
import { valueOf } from '../flow/node.js';
import type { Plan } from '../flow/plan/plan.js';
import { placeOf } from '../flow/source/source-file.js';
import { isRemote } from '../nats/service-name.js';
import { acceptModule } from '../host/load/accept-module.js';
import { findModule, type Found } from '../host/load/resolve.js';
import type { ModuleToSettle } from '../host/load/settle-module.js';
import type { Host } from '../host/host.js';
import type { Manifest } from '../manifest/manifest.js';
import { stepsNamed, unknownStep } from '../manifest/step-references.js';
import { codeIn } from '../phs/values/scalar.js';
import { acceptFlow } from './accept-flow.js';
import { holdFlow, type PackageFlowOptions } from './held-flow.js';
import { functionOf } from './host-function.js';
import { readOptions } from '../options.js';
import { CHECK_FLOW_OPTIONS } from './option-rules.js';
import { diagnosticOf, settleUsed, usedModules, type UsedModule } from './used-modules.js';
import { codeInFlow, reasonIn } from './not-loaded.js';
import { withDeclaredVersion } from './module-version.js';
import { readFlow } from './read-flow.js';
import { findFlow, type FlowSource } from './flow-source.js';
import { readFileSync } from 'node:fs';
import { currentFolder } from '../current-folder.js';

/** The JSON Schema (draft 7) of flow files, as text; the same as `schemas/flow.schema.json` of the package. */
export function flowSchemaText(): string {
  return readFileSync(new URL('../../../schemas/flow.schema.json', import.meta.url), 'utf8');
}

/** Where a checked flow looks for its modules. */
export interface CheckFlowOptions extends PackageFlowOptions {
  /** The folder that holds `phlow_packages`; default: the current folder. */
  readonly packagesDir?: string;
  /** The host that is to run the flow: what the flow declares by the names of its functions is there. */
  readonly host?: Host;
}

/**
 * Reads and compiles a flow with its tests, looks for its modules and reads their manifests, and reports what is wrong or odd: also steps that
 * no run comes to, ids that stand twice, and settings and inputs that a module is certain to refuse. Starts nothing.
 *
 * @param options a flow that came with a package asks its user for grants; the report names what it lacks where they are given.
 * @throws PHLOW_FLOW_UNREADABLE when there is no flow to check, and PHLOW_OPTION_INVALID.
 */
export async function checkFlow(
  source: FlowSource,
  options?: CheckFlowOptions,
): Promise<readonly Diagnostic[]> {
  const read = readOptions('Cannot check a flow', options, CHECK_FLOW_OPTIONS);
  const { packagesDir = currentFolder() } = read;
  const given = findFlow(source);
  const held = holdFlow(given, read, 'Cannot check a flow');
  // Without grants the caller checks a package's flow and does not use it.
  const packageGrant = read.grant === undefined ? undefined : held.packageGrant;
  const diagnostics = new Diagnostics();
  const aboutModules: Diagnostic[] = [];
  try {
    const found = await acceptFlow(given);
    const { document, plan } = readFlow(found, diagnostics, { packageGrant });
    checkIds(document, diagnostics);
    checkLimits(plan, diagnostics);
    checkTests(document, diagnostics);
    const schemas = new Map<string, ModuleSchemas>();
    const accepted: AcceptedModules = new Map();
    const checks = new SchemaChecks(diagnostics);
    const starts: string[] = [];
    const { modules, problems } = await usedModules(
      { found, document, packageGrant },
      packagesDir,
      acceptFlow,
    );
    for (const used of modules) {
      const { declaration, name, script } = used;
      if (script !== undefined) {
        const main = name === declaration.name ? mainNamed(name, document) : undefined;
        const message = `main names the module "${name}", which starts no runs: it is a flow`;
        if (main !== undefined) diagnostics.error(message, main.range);
        continue;
      }
      const { manifest, problem } = lookAtFunction(used, read.host) ?? (await lookAt(used, accepted));
      if (problem !== undefined) aboutModules.push(problem);
      if (manifest === undefined || name !== declaration.name) continue;
      schemas.set(name, manifest);
      const main = manifest.type === 'step' ? mainNamed(name, document) : undefined;
      const message = `main names the module "${name}", whose phlow.yaml does not say that it starts runs (type: main, or any)`;
      if (main !== undefined) diagnostics.warning(message, main.range);
      checkSettings(declaration, manifest, diagnostics, checks);
      if (mainNamed(name, document) === undefined) continue;
      starts.push(...stepsNamed(manifest.with, declaration.with && valueOf(declaration.with)));
      checkSteps(declaration, manifest, plan, diagnostics);
    }
    aboutModules.push(...problems.map(({ name, diagnostic }) => aboutModule(name, diagnostic)));
    checkCalls(document, schemas, diagnostics, checks);
    for (const step of unreachableSteps(plan, starts)) {
      diagnostics.warning(
        `no run reaches ${stepName(step.document)}: nothing leads there`,
        step.document.range,
      );
    }
  } catch (error) {
    // What made reading stop is one more diagnostic, unless it is the first of those that are there already.
    if (!isPhlowError(error)) throw error;
    const isThere = diagnostics.list().some(({ severity }) => severity === 'error');
    if (!isThere) aboutModules.unshift(diagnosticOf(error));
  }
  return [...diagnostics.list(), ...aboutModules];
}

/** A main module may name steps in its settings: they have to be there. */
function checkSteps(
  { name, with: settings, range }: ModuleDeclaration,
  manifest: Manifest,
  plan: Plan,
  diagnostics: Diagnostics,
): void {
  if (settings === undefined) return;
  const isCode = (text: string): boolean => codeIn(text) !== undefined;
  const unknown = unknownStep(manifest.with, valueOf(settings), new Set(plan.ids.keys()), isCode);
  if (unknown !== undefined)
    diagnostics.error(
      `Cannot load module "${name}" with these settings: ${unknown}`,
      settings.range ?? range,
    );
}

/** Where `main` names a module. */
function mainNamed(name: string, { mains }: FlowDocument): PlacedText | undefined {
  return mains.find((main) => main.name.text === name)?.name;
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

/** The same of a function of the application; undefined where the host has none of this name for the flow. */
function lookAtFunction(
  { declaration, packageFolder }: UsedModule,
  host: Host | undefined,
): LookedAt | undefined {
  const provided = packageFolder === undefined ? functionOf(host, declaration.module) : undefined;
  return provided && { manifest: provided.manifest };
}

async function lookAt(used: UsedModule, acceptedModules: AcceptedModules): Promise<LookedAt> {
  const { declaration, name, baseDir, range } = used;
  // What other hosts serve is known once one of them is asked.
  if (isRemote(declaration.module)) return {};
  const known: { manifest?: Manifest } = {};
  try {
    const found = findModule(declaration.module, baseDir);
    const accepting = acceptedModules.get(found.manifestPath) ?? accept(found, baseDir);
    acceptedModules.set(found.manifestPath, accepting);
    const accepted = await accepting;
    known.manifest = accepted.manifest;
    settleUsed(used, accepted.found, accepted.manifest);
    return known;
  } catch (failure) {
    const error = withDeclaredVersion(failure, declaration);
    if (!isPhlowError(error)) throw error;
    const problem = aboutModule(name, diagnosticOf(error));
    return { ...known, problem: { ...problem, place: problem.place ?? placeOf(range) } };
  }
}

async function accept(found: Found, baseDir: string): Promise<Pick<ModuleToSettle, 'manifest' | 'found'>> {
  const { manifest } = await acceptModule({ found, installRoots: undefined, baseDir, isOnTrial: false });
  return { found, manifest };
}

/** What is wrong with a module, under the name that it has in the flow, once. */
function aboutModule(name: string, problem: Diagnostic): Diagnostic {
  const message = `Cannot use module "${name}": ${reasonIn(problem.message)}`;
  return { ...problem, code: codeInFlow(problem.code), message };
}
