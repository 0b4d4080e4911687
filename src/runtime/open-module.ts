import { resolve } from 'node:path';
import { PhlowError } from '../errors.js';
import { existsSync } from 'node:fs';
import { abortSignalOf, untilAborted } from '../flow/engine/cancellation.js';
import type { Caller } from '../flow/engine/environment.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { placeOf } from '../flow/source/source-file.js';
import { isInside } from '../flow/tests/mocks.js';
import { mockedModule } from './mocked-module.js';
import { readManifest } from '../host/load/read-manifest.js';
import { assertOwnPath, isolationOptionsOf } from './isolation-options.js';
import type { LoadOptions } from '../host/module-types.js';
import type { Terminal } from '../sandbox/broker/terminal.js';
import type { Value } from '../values.js';
import { findFlow, type FoundFlow } from './flow-source.js';
import { functionModule } from './host-function.js';
import { findScript, type FoundScript } from './find-script.js';
import { callInline, type InlineModule } from './inline-module.js';
import type { FlowModule } from './flow-module.js';
import { requireVersion } from './module-version.js';
import type { OpenContext } from './open-context.js';
import type { ScriptUse } from './remote/apart.js';

/** Runs the flow for an event of its main module. */
export type StartRun = NonNullable<LoadOptions['dispatch']>;

/** What a declared module is opened with. */
export interface OpenModule {
  readonly declaration: ModuleDeclaration;
  /** The evaluated settings; undefined when the flow gives none. */
  readonly settings: Value;
  /** What local paths start from. */
  readonly baseDir: string;
  /** Receives the events of a main module; undefined for all others. */
  readonly dispatch: StartRun | undefined;
  /** Describes the runs of the flow to a main module. */
  readonly describe: LoadOptions['describe'];
  /** The ids of the flow's steps, at which a main module may start runs. */
  readonly steps: ReadonlySet<string>;
  /** The command line that a main module may be the program of. */
  readonly terminal: Terminal | undefined;
}

/** A flow that serves as a module. */
export interface ScriptCore {
  execute(main: Value, caller: Pick<Caller, 'signal' | 'traceparent'>): Promise<Value>;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a flow as a module. */
export type OpenScript = (
  found: FoundFlow,
  context: OpenContext,
  setup: Value,
  use: ScriptUse,
) => Promise<ScriptCore>;

/** Opens a declared module that the host has no part in: a function of the application, a script, a mock. Undefined for all others. */
export function openOwnModule(
  options: OpenModule,
  context: OpenContext,
  openScript: OpenScript,
): Promise<FlowModule> | undefined {
  const { declaration, baseDir } = options;
  const { inline, provided, packagesDir, mocks, loadAs } = context.settings;
  if (mocks.get(declaration.name) === 'always') return mockedModule(options, context, undefined);
  const own = Object.hasOwn(inline, declaration.name) ? inline[declaration.name] : undefined;
  const hosted = own === undefined ? provided(declaration.module) : undefined;
  if (hosted !== undefined) return Promise.resolve(functionModule(hosted, options, context));
  if (own === undefined && loadAs?.(declaration.module, baseDir) === undefined) {
    assertOwnPath(declaration, resolve(baseDir, declaration.module), context);
    const script = findScript(declaration.module, baseDir, packagesDir);
    if (script !== undefined) return scriptModule(script, options, context, openScript);
  }
  const inside = [...mocks.keys()].find((path) => isInside(path, declaration.name));
  if (inside !== undefined) throw noScript(declaration, inside);
  return own === undefined ? undefined : Promise.resolve(inlineModule(own, options, context));
}

function noScript({ name, range }: ModuleDeclaration, path: string): PhlowError {
  const message = `Cannot mock "${path}": module "${name}" is not a script module`;
  return new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(range) });
}

function inlineModule(module: InlineModule, options: OpenModule, context: OpenContext): FlowModule {
  const { handler, parameters = [] } = typeof module === 'function' ? { handler: module } : module;
  const { name } = options.declaration;
  // One object for all calls: frozen, so that none changes it for the next one.
  const settings = frozen(options.settings ?? null);
  return {
    name,
    isCallable: true,
    parameters: parameters.map((parameter) => ({ name: parameter })),
    call: (input, payload, { signal }) => {
      const log = (level: Parameters<typeof context.settings.log>[1], message: string): void =>
        context.settings.log(name, level, message);
      const inner = {
        name,
        with: settings,
        get signal() {
          return abortSignalOf(signal);
        },
        log,
      };
      return untilAborted(callInline(handler, { input, payload }, inner), signal);
    },
    mainEnded: undefined,
    close: () => Promise.resolve(),
  };
}

function frozen(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** Every call is a run of its own, beside the others; one that comes to nothing answers with the caller's payload. */
async function scriptModule(
  script: FoundScript,
  { declaration, settings, baseDir }: OpenModule,
  context: OpenContext,
  openScript: OpenScript,
): Promise<FlowModule> {
  const { name, range } = declaration;
  const manifest = existsSync(script.manifestPath) ? await readManifest(script.manifestPath) : undefined;
  requireVersion(declaration, manifest?.version);
  const found = findFlow(script.file);
  const isolationSettings = isolationOptionsOf(declaration, context, baseDir);
  const inner = context.inside(name, found, range, isolationSettings.grant);
  const core = await openScript(found, inner, settings, { script, isolationSettings });
  return {
    name,
    isCallable: true,
    parameters: manifest?.parameters ?? [],
    schemas: manifest,
    async call(input, payload, caller) {
      const result = await core.execute(input ?? null, caller);
      return result === undefined ? payload : result;
    },
    mainEnded: undefined,
    advance: (ms) => core.advance(ms),
    close: () => core.close(),
  };
}
