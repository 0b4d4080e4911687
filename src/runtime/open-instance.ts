import { resolve } from 'node:path';
import { isPhlowError, PhlowError } from '../errors.js';
import { existsSync } from 'node:fs';
import { abortSignalOf, untilAborted, type CancelSignal } from '../flow/run/cancellation.js';
import type { ModuleDeclaration } from '../flow/document/flow-document.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { placeOf } from '../flow/source/source-file.js';
import { isInside } from '../flow/tests/mocks.js';
import { absentInstance } from './absent-instance.js';
import { readManifest } from '../manifest/read.js';
import type { Host } from '../host/host.js';
import { assertOwnPath, holdingOptions } from './holding-options.js';
import type { LoadOptions, Module } from '../host/module.js';
import type { Value } from '../values.js';
import { findFlow, type FoundFlow } from './flow-source.js';
import { findScript, type FoundScript } from './find-script.js';
import { callInline, type InlineModule } from './inline-module.js';
import type { Instance, InstanceParameter } from './instance.js';
import type { OpenContext } from './open-context.js';
import { RunQueue } from './run-queue.js';

/** What a declared module is opened with. */
export interface OpenInstance {
  readonly declaration: ModuleDeclaration;
  /** The evaluated settings; undefined when the flow gives none. */
  readonly settings: Value;
  /** What local paths start from. */
  readonly baseDir: string;
  /** Receives the events of a main module; undefined for all others. */
  readonly dispatch: ((main: Value) => Promise<Value>) | undefined;
}

/** A flow that serves as a module. */
export interface ScriptCore {
  execute(main: Value, signal: CancelSignal | undefined): Promise<Value>;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a flow as a module. */
export type OpenScript = (found: FoundFlow, context: OpenContext, setup: Value) => Promise<ScriptCore>;

/** Opens a declared module: a function of the application, a script, or a module of the host. */
export async function openInstance(
  options: OpenInstance,
  context: OpenContext,
  openScript: OpenScript,
): Promise<Instance> {
  const { declaration, baseDir } = options;
  const { inline, packagesDir, standIns } = context.settings;
  const standIn = standIns.get(declaration.name);
  if (standIn === 'always') return absentInstance(options, context, undefined);
  const inside = [...standIns.keys()].find((path) => isInside(path, declaration.name));
  const own = Object.hasOwn(inline, declaration.name) ? inline[declaration.name] : undefined;
  if (own !== undefined) {
    if (inside !== undefined) throw noScript(declaration, inside);
    return inlineInstance(own, options, context);
  }
  assertOwnPath(declaration, resolve(baseDir, declaration.module), context);
  const script = findScript(declaration.module, baseDir, packagesDir);
  if (script !== undefined) return scriptInstance(script, options, context, openScript);
  if (inside !== undefined) throw noScript(declaration, inside);
  try {
    return await hostInstance(options, context);
  } catch (error) {
    const isMissing = isPhlowError(error) && error.code === 'PHLOW_MODULE_NOT_FOUND';
    if (standIn === undefined || !isMissing) throw error;
    return absentInstance(options, context, error);
  }
}

function noScript({ name, spot }: ModuleDeclaration, path: string): PhlowError {
  const message = `Cannot mock "${path}": module "${name}" is no script module`;
  return new PhlowError('PHLOW_FLOW_INVALID', message, { place: placeOf(spot) });
}

function inlineInstance(module: InlineModule, options: OpenInstance, context: OpenContext): Instance {
  const { handler, parameters = [] } = typeof module === 'function' ? { handler: module } : module;
  const { name } = options.declaration;
  const settings = options.settings ?? null;
  return {
    name,
    isCallable: true,
    parameters: parameters.map((parameter) => ({ name: parameter })),
    call: (input, payload, signal) => {
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

/** Calls are answered strictly one after the other; a run that comes to nothing answers with the caller's payload. */
async function scriptInstance(
  script: FoundScript,
  { declaration, settings }: OpenInstance,
  context: OpenContext,
  openScript: OpenScript,
): Promise<Instance> {
  const { name, spot } = declaration;
  const core = await openScript(findFlow(script.file), context.inside(name, script.file, spot), settings);
  const queue = new RunQueue(1);
  return {
    name,
    isCallable: true,
    parameters: await scriptParameters(script),
    async call(input, payload, signal) {
      const result = await queue.run(() => core.execute(input ?? null, signal), signal);
      return result === undefined ? payload : result;
    },
    mainEnded: undefined,
    advance: (ms) => core.advance(ms),
    close: () => core.close(),
  };
}

async function scriptParameters(script: FoundScript): Promise<readonly InstanceParameter[]> {
  return existsSync(script.manifestPath) ? (await readManifest(script.manifestPath)).parameters : [];
}

async function hostInstance(options: OpenInstance, context: OpenContext): Promise<Instance> {
  const { declaration, settings, baseDir, dispatch } = options;
  const { clock, packagesDir } = context.settings;
  const host = await context.settings.host();
  const loaded = await loadUnderFreeName(host, declaration, context, {
    baseDir: isLocalModule(declaration.module) ? baseDir : packagesDir,
    with: settings,
    ...holdingOptions(declaration, context),
    ...(dispatch === undefined ? {} : { dispatch }),
    ...(clock === undefined ? {} : { clock }),
  });
  return {
    name: declaration.name,
    isCallable: loaded.isCallable,
    parameters: loaded.manifest.parameters,
    call: (input, payload, signal) => loaded.call(input, { payload, signal }),
    mainEnded: dispatch === undefined ? undefined : loaded.mainEnded,
    ...(clock === 'manual' ? { advance: (ms: number) => loaded.clock.advance(ms) } : {}),
    close: async () => {
      await loaded.close();
    },
  };
}

/** Another flow may take a name while this one is being loaded, so the host is asked, not looked at. */
async function loadUnderFreeName(
  host: Host,
  { module, name }: ModuleDeclaration,
  context: OpenContext,
  options: LoadOptions,
): Promise<Module> {
  for (let n = 1; ; n++) {
    try {
      return await host.load(module, { ...options, name: context.hostName(name, n) });
    } catch (error) {
      if (!isPhlowError(error) || error.code !== 'PHLOW_MODULE_NAME_TAKEN') throw error;
    }
  }
}
