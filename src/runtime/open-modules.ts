import { isPhlowError, PhlowError } from '../errors.js';
import { isLocalModule } from '../flow/document/read-modules.js';
import { abortSignalOf } from '../flow/engine/cancellation.js';
import { RUN_LIMITS } from '../flow/limits.js';
import type { LoadEntry } from '../host/module-types.js';
import { mockedModule } from './mocked-module.js';
import { isolationOptionsOf } from './isolation-options.js';
import type { FlowModule } from './flow-module.js';
import type { OpenContext } from './open-context.js';
import { openOwnModule, type OpenModule, type OpenScript } from './open-module.js';
import { resolve } from 'node:path';
import type { Host } from '../host/host.js';
import { OwnOptions } from '../host/call/own-options.js';
import type { Module } from '../host/module-types.js';
import { unknownStep } from '../manifest/step-references.js';
import { FairQueue } from './fair-queue.js';
import { requireVersion, withDeclaredVersion } from './module-version.js';

/** Fewer than the host's default for packages in flight in one module, so that other callers find room. */
const CALLS_AT_ONCE = 500;

/** A module of the host as a module of a flow. */
function hostModule(one: OpenModule, loaded: Module, host: Host, context: OpenContext): FlowModule {
  const { declaration, baseDir, dispatch } = one;
  const { name, module } = declaration;
  const queue = new FairQueue(`call module "${name}"`, CALLS_AT_ONCE, RUN_LIMITS.waitingCalls);
  const { parameters, takesPayload, type } = loaded.manifest;
  // One that only answers starts no runs. A manifest may say nothing of its type.
  const isMain = dispatch !== undefined && !(type === 'step' && loaded.isCallable);
  return {
    name,
    isCallable: loaded.isCallable,
    parameters,
    get schemas() {
      return loaded.manifest;
    },
    call: (input, payload, { signal, traceparent, id }) => {
      const options = new OwnOptions(takesPayload ? payload : undefined, signal, traceparent);
      if (queue.takesPlace()) return queue.holds(loaded.call(input, options));
      return queue.run(id, signal, () => loaded.call(input, options));
    },
    stream: (input, payload, { signal, traceparent }) =>
      loaded.stream(input, {
        ...(takesPayload ? { payload } : {}),
        ...(traceparent === undefined ? {} : { traceparent }),
        signal: abortSignalOf(signal),
      }),
    mainEnded: isMain ? loaded.mainEnded : undefined,
    ...(isMain ? { drain: (ms: number) => loaded.drain(ms) } : {}),
    ...(context.settings.clock === 'manual' ? { advance: (ms: number) => loaded.clock.advance(ms) } : {}),
    ...(isLocalModule(module) && dispatch === undefined
      ? { local: { folder: resolve(baseDir, module), replace: () => host.replace(loaded.name) } }
      : {}),
    close: async () => {
      await loaded.close();
    },
  };
}

/** A loaded module, if it has the version that the flow asks for. */
async function acceptedModule(
  one: OpenModule,
  loaded: Module,
  host: Host,
  context: OpenContext,
): Promise<FlowModule> {
  try {
    requireVersion(one.declaration, loaded.manifest.version);
    requireSteps(one, loaded);
  } catch (error) {
    await loaded.close();
    throw error;
  }
  return hostModule(one, loaded, host, context);
}

/** A main module may name steps in its settings: they have to be there. Throws PHLOW_WITH_INVALID. */
function requireSteps({ dispatch, settings, steps }: OpenModule, { name, manifest }: Module): void {
  const unknown = dispatch && unknownStep(manifest.with, settings, steps);
  if (unknown === undefined) return;
  throw new PhlowError('PHLOW_WITH_INVALID', `Cannot load module "${name}": ${unknown}`);
}

/** What came of the modules of a flow, in the order of their declaration. */
export interface OpenedModules {
  readonly flowModules: ReadonlyMap<string, FlowModule>;
  /** Why modules are missing. */
  readonly failed: ReadonlyMap<OpenModule, unknown>;
}

/** Opens the modules of a flow side by side: functions and scripts here, all others through the host, which knows which of them need others. */
export async function openModules(
  all: readonly OpenModule[],
  context: OpenContext,
  openScript: OpenScript,
): Promise<OpenedModules> {
  const outcomes = new Outcomes(all);
  const pending: Promise<void>[] = [];
  const entries = new Map<OpenModule, LoadEntry>();
  for (const one of all) {
    try {
      const own = openOwnModule(one, context, openScript);
      if (own === undefined) entries.set(one, entryOf(one, context));
      else pending.push(outcomes.settle(one, own));
    } catch (error) {
      outcomes.fail(one, error);
    }
  }
  if (!outcomes.hasFailed && entries.size > 0) pending.push(loadFromHost(entries, context, outcomes));
  await Promise.all(pending);
  return outcomes.result();
}

/** Collects what came of each module. */
class Outcomes {
  readonly #all: readonly OpenModule[];
  readonly #opened = new Map<OpenModule, FlowModule>();
  readonly #failed = new Map<OpenModule, unknown>();

  constructor(all: readonly OpenModule[]) {
    this.#all = all;
  }

  get hasFailed(): boolean {
    return this.#failed.size > 0;
  }

  fail(one: OpenModule, error: unknown): void {
    this.#failed.set(one, error);
  }

  async settle(one: OpenModule, opening: Promise<FlowModule>): Promise<void> {
    try {
      this.#opened.set(one, await opening);
    } catch (error) {
      this.fail(one, error);
    }
  }

  result(): OpenedModules {
    const flowModules = new Map<string, FlowModule>();
    const failed = new Map<OpenModule, unknown>();
    for (const one of this.#all) {
      const flowModule = this.#opened.get(one);
      if (flowModule !== undefined) flowModules.set(flowModule.name, flowModule);
      // When one fails at once, the others are not even begun: there is nothing to say of them.
      else if (this.#failed.has(one)) failed.set(one, this.#failed.get(one));
    }
    return { flowModules, failed };
  }
}

function entryOf(one: OpenModule, context: OpenContext): LoadEntry {
  const { declaration, settings, baseDir, dispatch, describe, terminal } = one;
  const { clock, checkOutput, packagesDir, loadAs } = context.settings;
  return {
    with: settings,
    ...(loadAs?.(declaration.module, baseDir) ?? {
      module: declaration.module,
      baseDir: isLocalModule(declaration.module) ? baseDir : packagesDir,
      ...isolationOptionsOf(declaration, context, baseDir),
    }),
    ...(dispatch === undefined ? {} : { dispatch, describe, terminal }),
    ...(clock === undefined ? {} : { clock }),
    ...(checkOutput ? { checkOutput } : {}),
    // A flow waits for what it has started itself: a module that is full is no fault of a step.
    whenFull: 'wait',
    maxWaiting: RUN_LIMITS.waitingCalls,
    // The flow reports why one is missing, with its place, so the host only records it.
    optional: true,
  };
}

/** Another flow may take a name while these modules are being loaded, so the host is asked, not looked at. */
async function loadFromHost(
  entries: ReadonlyMap<OpenModule, LoadEntry>,
  context: OpenContext,
  outcomes: Outcomes,
): Promise<void> {
  const left = new Set(entries.keys());
  try {
    const host = await context.settings.host();
    for (let n = 1; left.size > 0; n++) {
      const names = new Map([...left].map((one) => [context.hostName(one.declaration.name, n), one]));
      const list = [...names].map(([name, one]) => ({
        ...(entries.get(one) ?? entryOf(one, context)),
        name,
      }));
      const { modules, failed } = await host.loadAll(list);
      for (const [name, one] of names) {
        const loaded = modules.get(name);
        const error = failed.get(name);
        if (error?.code === 'PHLOW_MODULE_NAME_TAKEN') continue;
        left.delete(one);
        if (loaded === undefined) await outcomes.settle(one, missing(one, error, context));
        else await outcomes.settle(one, acceptedModule(one, loaded, host, context));
      }
    }
  } catch (error) {
    for (const one of left) outcomes.fail(one, error);
  }
}

/** A module that tests mock now and then need not be installed. */
async function missing(one: OpenModule, error: unknown, context: OpenContext): Promise<FlowModule> {
  const isMissing = isPhlowError(error) && error.code === 'PHLOW_MODULE_NOT_FOUND';
  if (isMissing && context.settings.mocks.has(one.declaration.name)) return mockedModule(one, context, error);
  throw withDeclaredVersion(error, one.declaration);
}
