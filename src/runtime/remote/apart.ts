import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModuleDeclaration } from '../../flow/document/flow-document.js';
import type { Plan } from '../../flow/plan/plan.js';
import type { RunObserver } from '../../flow/engine/observer.js';
import { recording } from '../../flow/source/flow-files.js';
import type { LoadOptions } from '../../host/module-types.js';
import type { Manifest } from '../../manifest/manifest.js';
import { parseManifest } from '../../manifest/parse.js';
import { checkManifest, readManifest } from '../../host/load/read-manifest.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import type { Value } from '../../values.js';
import type { FoundScript } from '../find-script.js';
import type { FoundFlow } from '../flow-source.js';
import type { OpenContext } from '../open-context.js';
import { RemoteFlow } from './remote-flow.js';

/** How a flow is used as a module of another one. */
export interface ScriptUse {
  readonly script?: FoundScript;
  /** The word of the owner's flow. */
  readonly isolationSettings: LoadOptions;
}

/** What a flow has come to when it is read and checked. */
export interface ReadFlow {
  readonly plan: Plan;
  readonly setup: Value;
  readonly observer: RunObserver | undefined;
  readonly declared: readonly ModuleDeclaration[];
}

/** A flow that is not to run in the host's thread. */
export interface Apart {
  /** The flow with the only files that it may be read from. */
  readonly found: FoundFlow;
  /** Starts what runs it. */
  open(read: ReadFlow): Promise<RemoteFlow>;
}

/**
 * Whether a flow is to run where modules run: one that came with a package always, whatever names it, at `isolated` unless the owner says
 * otherwise; one of the owner's own when its declaration or its manifest names a level below `trusted`. Undefined for all others.
 */
export async function apartFrom(
  found: FoundFlow,
  context: OpenContext,
  use: ScriptUse | undefined,
): Promise<Apart | undefined> {
  const isPackage = context.packageFolder !== undefined;
  if (!isPackage && use === undefined) return undefined;
  const manifest = await manifestOf(found, use?.script);
  const { isolation, ...isolationSettings } = use?.isolationSettings ?? {};
  if (!isPackage && isOwn(isolation) && isOwn(manifest.isolation)) return undefined;
  const level = isolation ?? (isPackage ? 'isolated' : undefined);
  const texts: Record<string, string> = {};
  return {
    found: { ...found, files: recording(found.files, texts) },
    open: async ({ plan, setup, observer, declared }) =>
      RemoteFlow.open({
        host: await context.settings.host(),
        nameOf: (n) => context.ownHostName(n),
        manifest: engineManifest(manifest),
        isolationSettings: {
          ...isolationSettings,
          ...(level === undefined ? {} : { isolation: level }),
        },
        origin: found.origin,
        files: texts,
        setup,
        // What an owner's flow may see of the environment, at a level that is there to keep things from it, is nothing.
        envs: isPackage ? context.settings.envs : () => ({}),
        plan,
        observer,
        nestedMocks: context.settings.nestedMocks,
        declared: declared.map(({ name }) => name),
      }),
  };
}

/** What the author says about the flow: a package's manifest is read as its other files are, from what was accepted. */
async function manifestOf(
  { packageFolder, files, file }: FoundFlow,
  script: FoundScript | undefined,
): Promise<Manifest> {
  const ofPackage = packageFolder === undefined ? undefined : join(packageFolder, MANIFEST_FILE);
  const text = ofPackage === undefined ? undefined : files.read(ofPackage);
  if (ofPackage !== undefined && text !== undefined) return checkManifest(text, ofPackage);
  const own = ofPackage === undefined ? script?.manifestPath : undefined;
  return own !== undefined && existsSync(own)
    ? readManifest(own)
    : parseManifest('name: flow\n', file ?? 'flow');
}

function isOwn(isolation: LoadOptions['isolation']): boolean {
  return isolation === undefined || isolation === 'trusted' || isolation === 'inline';
}

/** The package's own manifest describes what goes into a run and comes out of it, not the messages of the engine. */
export function engineManifest(manifest: Manifest): Manifest {
  return {
    ...manifest,
    type: 'step',
    entry: undefined,
    with: undefined,
    input: undefined,
    output: undefined,
    parameters: [],
    inputOptional: true,
    outputOptional: true,
    events: {},
    takesPayload: false,
    replicas: undefined,
    // The host does for it what the language has: nothing but calls of the modules that the flow declares.
    permissions: NO_PERMISSIONS,
  };
}

const NO_PERMISSIONS: Manifest['permissions'] = {
  fs: { read: [], write: [] },
  net: { connect: [], insecureTls: [], listen: [] },
  env: [],
  timers: { max: undefined, minDelayMs: undefined },
  clock: undefined,
  crypto: [],
  modules: [],
  terminal: false,
  wasm: false,
  childProcess: false,
  builtins: [],
  optional: [],
  reason: {},
};
