import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, PhlowError } from '../../errors.js';
import type { JsonSchema } from '../../manifest/dialect.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Manifest } from '../../manifest/manifest.js';
import { compileSchema } from '../../manifest/compile-schema.js';
import { boundedCheck } from '../../manifest/bounded-check.js';
import { compileValidator } from '../../manifest/compile-validator.js';
import type { Effective } from '../../sandbox/effective.js';
import { NO_JAIL, settleJail, type SettledJail } from '../../sandbox/jail.js';
import { entryLinkError } from '../../sandbox/entry-link.js';
import { LEVELS } from '../../sandbox/levels.js';
import type { ModuleLimits } from '../../sandbox/limits.js';
import { nodeFeatures } from '../../sandbox/node-features.js';
import { isInside } from '../../sandbox/snapshot/inside.js';
import type { Snapshot } from '../../sandbox/snapshot/snapshot.js';
import type { BootData, SchemaCode } from '../../wire/boot-data.js';
import { encodeBatch } from '../../wire/text-codec.js';
import { DEFAULT_TIMES } from '../module/module-options.js';
import type { Executor } from '../executors/executor.js';
import { closeInspectorSignal } from '../executors/guest/inspector-signal.js';
import { containerSpec } from '../executors/guest/container.js';
import { GuestExecutor, type GuestSpec } from '../executors/guest/guest-executor.js';
import type { HostChecks } from '../executors/guest/host-checks.js';
import { moduleText } from '../executors/guest/guest-texts.js';
import { OutputCheck } from '../executors/guest/output-check.js';
import type { WarmPool } from '../executors/guest/warm-pool.js';
import { guardFor } from '../executors/permission-flags.js';
import { InlineExecutor } from '../executors/inline-executor.js';
import type { IsolationOptions } from '../isolation-options.js';
import { compiledEntry } from './compiled-layout.js';
import { inCompartment, type Found } from './resolve.js';
import { assertMayStart } from './own-permissions.js';
import { snapshotOf } from './accept-module.js';
import { settleModule } from './settle-module.js';
import { holdCopy, type HeldCopy } from './held-copy.js';
import { installRootsOf } from './module-sources.js';
import { planPool, type PoolPlan } from '../executors/pool/plan-pool.js';
import { PoolExecutor } from '../executors/pool/pool-executor.js';
import type { LoadOptions } from '../module-types.js';
import { ThreadExecutor } from '../executors/thread-executor.js';

/** Longer than two threads take to wake each other up. */
const BUSY_POLL_US = 100;

/** One module that is about to be loaded. */
export interface Launch {
  readonly found: Found;
  readonly manifest: Manifest;
  /** What was held against the lock file, and is all that may run; undefined when no lock file concerns the module. */
  readonly snapshot: Snapshot | undefined;
  readonly boot: Omit<
    BootData<never>,
    'data' | 'control' | 'log' | 'env' | 'guard' | 'input' | 'output' | 'busyPollUs'
  > &
    Pick<Manifest, 'input' | 'output'>;
  readonly options: Pick<
    LoadOptions,
    | keyof IsolationOptions
    | 'maxHeapMb'
    | 'replicas'
    | 'affinity'
    | 'busyPollUs'
    | 'graceMs'
    | 'hangTimeoutMs'
    | 'terminateTimeoutMs'
  >;
  readonly baseDir: string;
  readonly warmPool: WarmPool;
  /** Called with what is weaker than requested, where the options allow that. */
  readonly warn: (message: string) => void;
  /** Ends the reading and the bundling of the module's files. */
  readonly signal: AbortSignal;
}

/** How a module is going to run. */
export interface Launched {
  readonly level: IsolationLevel;
  readonly effective: Effective;
  readonly limits: ModuleLimits;
  /** What its process is put into; undefined where it has none. */
  readonly jail: SettledJail['kind'] | undefined;
  /** The URL of the code: what a source in TypeScript was compiled to, where the application says that it is. */
  readonly entry: string;
  readonly createExecutor: () => Executor;
  /** The copy that is loaded; undefined where the module's own files are, or where it is bundled. */
  readonly held: HeldCopy | undefined;
}

/** Settles level, permissions and limits of a module and how its executors are made; a compartment's text is bundled here, once. */
export async function launch(asked: Launch): Promise<Launched> {
  const { found, manifest, options } = asked;
  const module = asked.boot.name;
  const { level, effective, limits } = settleModule({
    module,
    found,
    manifest,
    options,
    baseDir: asked.baseDir,
  });
  const entry = codeOf(asked, level);
  const one = entry === asked.boot.entry ? asked : { ...asked, boot: { ...asked.boot, entry } };
  const { boot } = one;
  const installRoots = installRootsOf(found, options.installRoots, one.baseDir);
  const pool = planPool({
    module,
    level,
    manifest: manifest.replicas,
    owner: options.replicas,
    affinity: options.affinity,
    isMain: boot.isMain,
    clock: boot.clock,
  });
  assertMayStart(module, level);
  if (level !== 'inline' && level !== 'trusted') closeInspectorSignal();
  if (LEVELS[level].code === 'native') assertLoadable(module, boot.entry, level);
  const jail = await jailFor(one, level);
  const settled = { level, effective, limits, jail: jail?.kind, entry };
  if (LEVELS[level].code === 'native') {
    const held = one.snapshot && (await holdCopy(one.snapshot, module, one.signal));
    const native =
      held === undefined ? one : { ...one, boot: { ...boot, ...held.bootOf(boot.entry, found) } };
    const compiled = entry === asked.boot.entry ? [] : [dirname(fileURLToPath(entry))];
    const readable = held === undefined ? [found.folder, ...compiled, ...installRoots] : [held.base];
    return {
      ...settled,
      held,
      createExecutor: nativeFactory(native, level, readable, effective, limits, pool),
    };
  }
  const container = LEVELS[level].container === 'process' ? 'process' : 'thread';
  const guest = { container, jail: jail ?? NO_JAIL, limits, wasm: effective.wasm } as const;
  // Starts while the text is made: nothing of the module is in it yet.
  const giveUp = one.warmPool.prepare(container, containerSpec(guest));
  try {
    const createExecutor = await guestFactory(one, installRoots, effective, guest);
    one.signal.throwIfAborted();
    return { ...settled, held: undefined, createExecutor };
  } catch (error) {
    giveUp();
    throw error;
  }
}

/** Node's own loader takes what an application's sources were compiled to, a bundler the sources. What a lock file holds is loaded as it was accepted. */
function codeOf({ found, snapshot, boot }: Launch, level: IsolationLevel): string {
  const isCompiled =
    LEVELS[level].code === 'native' && found.origin === 'application' && snapshot === undefined;
  return (isCompiled ? compiledEntry(boot.name, boot.entry) : undefined) ?? boot.entry;
}

/** The jail around a module's process. If a requested jail is not available, the load fails, or warns where the options allow that. */
async function jailFor(
  { boot: { name }, options: { jail = 'auto' }, warn }: Launch,
  level: IsolationLevel,
): Promise<SettledJail | undefined> {
  if (LEVELS[level].container !== 'process') return undefined;
  const settled = await settleJail(jail, name);
  if (settled.missing !== undefined) warn(`runs without a jail: ${settled.missing}`);
  return settled;
}

/** Node's own loader, which these levels use, may not know TypeScript. */
function assertLoadable(module: string, entry: string, level: IsolationLevel): void {
  if (!/\.[cm]?tsx?$/.test(entry) || nodeFeatures().hasTypeScript) return;
  const message = `Cannot load module "${module}": ${fileURLToPath(entry)} is TypeScript, which this Node (${process.version}) does not run at level ${level}; compile it and name the result with "entry:", use Node 22.18 or newer, or load it at level isolated, where it is bundled (--isolation isolated, or the option isolation of host.load)`;
  throw new PhlowError('PHLOW_ENTRY_INVALID', message, { details: { module } });
}

function nativeFactory(
  { boot, found, manifest, options }: Launch,
  level: IsolationLevel,
  readable: readonly string[],
  effective: Effective,
  limits: ModuleLimits,
  pool: PoolPlan | undefined,
): () => Executor {
  const guard =
    level === 'guarded'
      ? guardFor(readable, effective, {
          isTraced: options.permissions !== undefined,
          isHeld: boot.held !== undefined,
        })
      : undefined;
  const entry = fileURLToPath(boot.entry);
  // Not a link to what may be read all the same.
  if (guard?.boot.links.mayLeadTo.every((place) => !isInside(place, realpathSync(entry))) === true) {
    const outside = entryLinkError(boot.name, found.folder, entry);
    if (outside !== undefined) throw outside;
  }
  const full = {
    ...boot,
    // Node's permissions go by the names of paths, and it is the real folder that may be read.
    entry: guard === undefined ? boot.entry : pathToFileURL(realpathSync(entry)).href,
    input: codeFor(boot.input),
    output: codeFor(boot.output),
    env: effective.env,
    guard: guard?.boot,
    busyPollUs: level === 'trusted' && pool === undefined ? busyPollFor(options.busyPollUs) : 0,
  };
  if (LEVELS[level].container === 'caller') return () => new InlineExecutor(full);
  // Own code has the heap that Node gives it unless somebody names a limit; code of others always has one.
  const heapMb = guard === undefined ? heapLimitMb(manifest) : Math.ceil(limits.memoryBytes / 1_048_576);
  const { maxHeapMb = heapMb, graceMs = DEFAULT_TIMES.graceMs } = options;
  const { terminateTimeoutMs = DEFAULT_TIMES.terminateMs } = options;
  const onDenied = guard && options.onPermissionUse;
  const spec = { boot: full, maxHeapMb, options: guard?.options ?? {}, onDenied };
  return () =>
    pool === undefined
      ? new ThreadExecutor(spec)
      : new PoolExecutor({ ...spec, ...pool, graceMs, terminateTimeoutMs });
}

/** On one core nobody else could work meanwhile. */
function busyPollFor(wished = BUSY_POLL_US): number {
  return availableParallelism() < 2 ? 0 : wished;
}

function heapLimitMb({ limits: { memoryBytes } }: Manifest): number | undefined {
  return memoryBytes === undefined ? undefined : Math.max(8, Math.floor(memoryBytes / 1_048_576));
}

async function guestFactory(
  { boot, found: named, options, warmPool, snapshot, baseDir, warn, signal }: Launch,
  installRoots: readonly string[],
  effective: Effective,
  guest: Pick<GuestSpec, 'container' | 'jail' | 'limits' | 'wasm'>,
): Promise<() => Executor> {
  const found = inCompartment(named);
  const { code, faults } = await moduleText({
    module: boot.name,
    folder: found.folder,
    entry: found.entryPath ?? fileURLToPath(boot.entry),
    installRoots,
    snapshot: snapshot ?? (await snapshotOf(found, installRoots, baseDir, signal)),
    warn,
    signal,
  });
  const { name, events, isMain, clock, logLevel, concurrency } = boot;
  const { env, timers, crypto, wasm, net } = effective;
  const capabilities = { env, timers, clock: effective.clock, crypto, wasm, net: net.length > 0 };
  const settings = settingsText(name, boot.with, guest.limits.depth);
  const checks: HostChecks = {
    input: inputCheck(boot.input, boot.isInputOptional),
    output: boot.output && new OutputCheck(boot.name, boot.output, boot.isOutputOptional),
  };
  return () =>
    new GuestExecutor({
      boot: { name, code, with: settings, events, isMain, clock, logLevel, concurrency, capabilities },
      ...guest,
      checks,
      warmPool,
      terminateTimeoutMs: options.terminateTimeoutMs ?? DEFAULT_TIMES.terminateGuestMs,
      hangTimeoutMs: options.hangTimeoutMs ?? DEFAULT_TIMES.hangGuestMs,
      faults,
    });
}

/** The settings of a module as they cross to it. Throws PHLOW_WITH_INVALID when they nest too deep for that. */
function settingsText(module: string, settings: unknown, maxDepth: number): string {
  try {
    return encodeBatch([0, settings], { maxLength: Infinity, maxDepth });
  } catch (cause) {
    const message = `Cannot use the settings of module "${module}": ${messageOf(cause)}`;
    throw new PhlowError('PHLOW_WITH_INVALID', message, { cause, details: { module, violations: [] } });
  }
}

function codeFor(schema: JsonSchema | undefined): SchemaCode | undefined {
  return schema === undefined ? undefined : { schema, code: compileSchema(schema).code };
}

function inputCheck(schema: JsonSchema | undefined, optional: boolean): HostChecks['input'] {
  return schema === undefined
    ? undefined
    : boundedCheck(compileValidator(schema, { subject: 'input', optional }), schema);
}
