import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isPhlowError, PhlowError } from '../errors.js';
import { Diagnostics, type Diagnostic } from '../flow/diagnostics.js';
import type { FlowDocument, ModuleDeclaration } from '../flow/document/flow-document.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { placeOf, type SourceRange } from '../flow/source/source-file.js';
import type { LoadOptions } from '../host/module-types.js';
import type { Found } from '../host/load/resolve.js';
import { settleModule } from '../host/load/settle-module.js';
import type { Manifest } from '../manifest/manifest.js';
import { readManifest } from '../host/load/read-manifest.js';
import { realPathOf } from '../sandbox/ownership.js';
import { findScript, misplacedScript } from './find-script.js';
import { findFlow, type FoundFlow } from './flow-source.js';
import { assertOwnPath, isolationOptionsOf, type Holder } from './isolation-options.js';
import { requireVersion } from './module-version.js';
import { grantOf, type PackageGrant } from './package-grant.js';
import { readFlow } from './read-flow.js';
import { engineManifest } from './remote/apart.js';

/** Scripts that each use two scripts add up to any number of modules: a walk through them has to end. */
const MAX_USED_MODULES = 10_000;

/** A module that a flow comes to: one that it declares, or that a script module of it declares. */
export interface UsedModule {
  readonly declaration: ModuleDeclaration;
  /** With the names of the scripts around it: `SCRIPT/MODULE`. */
  readonly name: string;
  /** The same, each by itself. */
  readonly names: readonly string[];
  /** What its path starts from. */
  readonly baseDir: string;
  /** The package whose flow declares it; undefined where the owner's does. */
  readonly packageFolder: string | undefined;
  /** How it is held; undefined where nobody has said, or where what was said is refused. */
  readonly options: LoadOptions | undefined;
  /** The flow that it is; undefined for a module with code of its own. */
  readonly script: FoundFlow | undefined;
  /** Where its user finds it in a file of his own; undefined when there is none. */
  readonly range: SourceRange | undefined;
}

/** Why a module of a script would not be loaded, or the script itself. */
export interface UsedModuleProblem {
  readonly name: string;
  readonly diagnostic: Diagnostic;
}

/** What a flow comes to. */
export interface UsedModules {
  readonly modules: readonly UsedModule[];
  readonly problems: readonly UsedModuleProblem[];
}

/** A flow that was read. */
export interface FlowToWalk {
  readonly found: FoundFlow;
  readonly document: FlowDocument;
  /** What the owner grants to the modules of a package's flow; undefined where nobody has said. */
  readonly packageGrant: PackageGrant | undefined;
}

/**
 * Walks through the modules of a flow with those of its script modules, each as often as it would be loaded, as its user would hold it there: the
 * same for `check` and `audit`. Loads nothing.
 *
 * @param packagesDir the folder that holds `phlow_packages`.
 * @param accept holds the package of a script to the lock file, where that is asked for.
 */
export async function usedModules(
  flow: FlowToWalk,
  packagesDir: string,
  accept: (found: FoundFlow) => Promise<FoundFlow> | FoundFlow,
): Promise<UsedModules> {
  const walk = new Walk(packagesDir, accept);
  const { file, packageFolder } = flow.found;
  const files = file === undefined ? [] : [realPathOf(file)];
  await walk.into({ ...flow, packageFolder, files, scripts: [], range: undefined });
  return walk;
}

/** What is known of a module when it is held against how its flow declares it. Throws as `requireVersion` and `settleModule`. */
export function settleUsed(
  { declaration, name, options, script, baseDir }: UsedModule,
  found: Pick<Found, 'origin' | 'folder'>,
  manifest: Manifest,
): void {
  requireVersion(declaration, manifest.version);
  if (options === undefined) return;
  // A flow asks for nothing itself: whatever its manifest says, it runs in the engine, which needs nothing.
  const held = script === undefined ? manifest : engineManifest(manifest);
  settleModule({ module: name, found, manifest: held, options, baseDir });
}

/** A flow on the way. */
interface WalkedFlow extends FlowToWalk {
  /** The package whose word it is, be it by the flow around it. */
  readonly packageFolder: string | undefined;
  /** The real paths of the flows around it, and its own: links may name one file in any number of ways. */
  readonly files: readonly string[];
  /** The names of the scripts around its modules. */
  readonly scripts: readonly string[];
  /** Where the owner's flow uses the package that it came with; undefined for the owner's own. */
  readonly range: SourceRange | undefined;
}

/** A script that was read, however it is used. */
interface ReadScript {
  readonly found: FoundFlow;
  readonly document: FlowDocument;
  readonly errors: readonly Diagnostic[];
}

class Walk implements UsedModules {
  readonly modules: UsedModule[] = [];
  readonly problems: UsedModuleProblem[] = [];
  readonly #packagesDir: string;
  readonly #accept: (found: FoundFlow) => Promise<FoundFlow> | FoundFlow;
  readonly #scripts = new Map<string, Promise<ReadScript>>();

  constructor(packagesDir: string, accept: (found: FoundFlow) => Promise<FoundFlow> | FoundFlow) {
    this.#packagesDir = packagesDir;
    this.#accept = accept;
  }

  async into(flow: WalkedFlow): Promise<void> {
    for (const declaration of flow.document.modules) {
      const names = [...flow.scripts, declaration.name];
      const name = names.join('/');
      const range = flow.range ?? declaration.range;
      if (this.modules.length >= MAX_USED_MODULES) {
        this.#tooMany(name, range);
        return;
      }
      try {
        await this.#one(declaration, names, flow, range);
      } catch (error) {
        if (!isPhlowError(error)) throw error;
        this.#refuse(name, diagnosticOf(error), range);
      }
    }
  }

  /** Where nobody says so, it is at the place where the owner's flow comes to the module. */
  #refuse(name: string, diagnostic: Diagnostic, range: SourceRange | undefined): void {
    this.problems.push({ name, diagnostic: { ...diagnostic, place: diagnostic.place ?? placeOf(range) } });
  }

  #tooMany(name: string, range: SourceRange | undefined): void {
    const code = 'PHLOW_FLOW_TOO_LARGE';
    if (this.problems.some(({ diagnostic }) => diagnostic.code === code)) return;
    const message = `Cannot examine module "${name}": the flow has more than ${MAX_USED_MODULES} modules, including those of its scripts`;
    this.#refuse(name, diagnosticOf(new PhlowError(code, message)), range);
  }

  async #one(
    declaration: ModuleDeclaration,
    names: readonly string[],
    flow: WalkedFlow,
    range: SourceRange | undefined,
  ): Promise<void> {
    const { found, packageFolder, packageGrant, files } = flow;
    const { module } = declaration;
    const name = names.join('/');
    const options = optionsOf(declaration, { packageFolder, packageGrant }, found.baseDir);
    assertOwnPath(declaration, resolve(found.baseDir, module), { packageFolder });
    const baseDir = isLocalModule(module) ? found.baseDir : this.#packagesDir;
    const script = findScript(module, found.baseDir, this.#packagesDir);
    if (script === undefined) {
      this.modules.push({
        declaration,
        name,
        names,
        baseDir,
        packageFolder,
        options,
        script: undefined,
        range,
      });
      return;
    }
    const manifest = existsSync(script.manifestPath) ? await readManifest(script.manifestPath) : undefined;
    requireVersion(declaration, manifest?.version);
    const file = realPathOf(script.file);
    const misplaced = misplacedScript(name, file, files, range);
    if (misplaced !== undefined) throw misplaced;
    const read = await this.#read(script.file);
    const owner = read.found.packageFolder ?? packageFolder;
    const { grant, ...held } = options ?? {};
    const isolation = held.isolation ?? (owner === undefined ? undefined : 'isolated');
    this.modules.push({
      declaration,
      name,
      names,
      baseDir,
      packageFolder,
      options: options && { ...held, ...(isolation === undefined ? {} : { isolation }) },
      script: read.found,
      range,
    });
    for (const diagnostic of read.errors) this.#refuse(name, diagnostic, range);
    // Where nobody has said what a package's modules are granted, nobody has said so of those inside of them.
    const isSaid = packageFolder === undefined || packageGrant !== undefined;
    const inner = isSaid
      ? (packageGrant?.inside(declaration.name) ?? grantOf(declaration.name, owner, grant))
      : undefined;
    const unknown = inner?.unknownName(read.document.modules.map((declared) => declared.name));
    if (unknown !== undefined) this.#refuse(name, diagnosticOf(unknown), range);
    await this.into({
      found: read.found,
      document: read.document,
      packageGrant: inner,
      packageFolder: owner,
      files: [...files, file],
      scripts: names,
      range: owner === undefined ? undefined : range,
    });
  }

  #read(file: string): Promise<ReadScript> {
    const reading = this.#scripts.get(file) ?? this.#readOnce(file);
    this.#scripts.set(file, reading);
    return reading;
  }

  async #readOnce(file: string): Promise<ReadScript> {
    const found = await this.#accept(findFlow(file));
    const diagnostics = new Diagnostics();
    const { document } = readFlow(found, diagnostics);
    const errors = diagnostics.list().filter(({ severity }) => severity === 'error');
    return { found, document, errors };
  }
}

/** What can be read of it; what cannot is complained about with the flow. */
function optionsOf(declaration: ModuleDeclaration, holder: Holder, baseDir: string): LoadOptions | undefined {
  if (holder.packageFolder !== undefined && holder.packageGrant === undefined) return undefined;
  try {
    return isolationOptionsOf(declaration, holder, baseDir);
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return undefined;
  }
}

/** An error as something to say about a flow. */
export function diagnosticOf({ code, message, place }: PhlowError): Diagnostic {
  return { severity: 'error', code, message, place };
}
