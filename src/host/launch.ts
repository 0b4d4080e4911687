import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import type { JsonSchema } from '../manifest/dialect.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Manifest, Permissions } from '../manifest/manifest.js';
import { compileSchema } from '../manifest/compile-schema.js';
import { boundedCheck } from '../manifest/bounded-check.js';
import { compileValidator } from '../manifest/compile-validator.js';
import type { Effective } from '../sandbox/effective.js';
import { readGrant } from '../sandbox/grants.js';
import { jailCommand, type Jail } from '../sandbox/jail.js';
import { LEVELS, levelFor } from '../sandbox/levels.js';
import { limitsFor, type ModuleLimits } from '../sandbox/limits.js';
import { assertLocked } from '../sandbox/lock/assert-locked.js';
import { LOCK_FILE } from '../sandbox/lock/lock-file.js';
import { effectivePermissions } from '../sandbox/permissions.js';
import type { BootData, SchemaCode } from '../wire/boot-data.js';
import type { Executor } from './executor.js';
import { closeInspectorSignal } from './guest/inspector-signal.js';
import { GuestExecutor } from './guest/guest-executor.js';
import type { HostChecks } from './guest/host-checks.js';
import { moduleText } from './guest/module-text.js';
import type { Spares } from './guest/spares.js';
import { guardFor } from './guard.js';
import { InlineExecutor } from './inline-executor.js';
import type { Found } from './resolve.js';
import { installRootsOf, lockKey } from './module-sources.js';
import { planPool, type PoolPlan } from './pool/plan-pool.js';
import { PoolExecutor } from './pool/pool-executor.js';
import { GRACE_MS } from './slot-options.js';
import type { LoadOptions } from './module.js';
import { ThreadExecutor } from './thread-executor.js';

/** How the owner wants a module to be held. */
export interface IsolationOptions {
  /** The least isolation level; the manifest may raise it. Default: `trusted` for built-in and own modules, `isolated` for packages. */
  readonly isolation?: IsolationLevel;
  /** What the module may do of what its manifest asks for: the shape of the manifest's `permissions`. Default: nothing. */
  readonly grant?: unknown;
  /** Takes the place of what the manifest asks for; for finding out what a module needs. */
  readonly permissions?: Permissions;
  /** For `isolated`: an operating-system jail around the process. Default `off`. */
  readonly jail?: Jail;
  /**
   * For `sandboxed` and `isolated`: folders besides the module's own that its npm packages may come from. Default: `phlow_packages/node_modules`
   * for packages, none for others.
   */
  readonly installRoots?: readonly string[];
  /** Limits that hold whatever the manifest wishes. */
  readonly limits?: Partial<ModuleLimits>;
}

/** One module that is about to be loaded. */
export interface Launch {
  readonly found: Found;
  readonly manifest: Manifest;
  readonly boot: Omit<BootData<never>, 'data' | 'control' | 'log' | 'env' | 'guard' | 'input' | 'output'> &
    Pick<Manifest, 'input' | 'output'>;
  readonly options: Pick<
    LoadOptions,
    keyof IsolationOptions | 'maxHeapMb' | 'replicas' | 'affinity' | 'graceMs'
  >;
  readonly baseDir: string;
  readonly spares: Spares;
}

/** How a module is going to run. */
export interface Launched {
  readonly level: IsolationLevel;
  readonly effective: Effective;
  readonly limits: ModuleLimits;
  readonly createExecutor: () => Executor;
}

/** Where the instances' own files are kept, below the base folder. */
const DATA_FOLDER = '.phlow/data';

/** Settles level, permissions and limits of a module and how its executors are made; a compartment's text is bundled here, once. */
export async function launch(one: Launch): Promise<Launched> {
  const { boot, found, manifest, options } = one;
  const module = boot.name;
  const level = levelFor({
    module,
    origin: found.origin,
    asked: manifest.isolation,
    owner: options.isolation,
  });
  const installRoots = installRootsOf(found, options.installRoots, one.baseDir);
  if (found.origin !== 'builtin') {
    await assertLocked({
      key: lockKey(found, one.baseDir),
      manifest,
      folder: found.folder,
      installRoots,
      isRequired: found.origin === 'package',
      lockPath: join(resolve(one.baseDir), LOCK_FILE),
    });
  }
  const grant = options.grant === undefined ? undefined : readGrant(options.grant, module);
  const effective = effectivePermissions(manifest, grant, {
    module,
    level,
    folder: found.folder,
    dataFolder: join(resolve(one.baseDir), DATA_FOLDER, module),
    baseFolder: one.baseDir,
    env: process.env,
  });
  const limits = limitsFor(manifest.limits, options.limits);
  const pool = planPool({
    module,
    level,
    manifest: manifest.replicas,
    owner: options.replicas,
    affinity: options.affinity,
    isMain: boot.isMain,
    clock: boot.clock,
  });
  if (level !== 'inline' && level !== 'trusted') closeInspectorSignal();
  const createExecutor =
    LEVELS[level].code === 'compartment'
      ? await guestFactory(one, level, installRoots, effective, limits)
      : nativeFactory(one, level, effective, limits, pool);
  return { level, effective, limits, createExecutor };
}

function nativeFactory(
  { boot, found, manifest, options }: Launch,
  level: IsolationLevel,
  effective: Effective,
  limits: ModuleLimits,
  pool: PoolPlan | undefined,
): () => Executor {
  const guard = level === 'guarded' ? guardFor(found.folder, effective) : undefined;
  const full = {
    ...boot,
    input: codeFor(boot.input),
    output: codeFor(boot.output),
    env: effective.env,
    guard: guard && { readable: guard.readable },
  };
  if (LEVELS[level].container === 'caller') return () => new InlineExecutor(full);
  // Own code has the heap that Node gives it unless somebody names a limit; code of others always has one.
  const heapMb = guard === undefined ? heapLimitMb(manifest) : Math.ceil(limits.memoryBytes / 1_048_576);
  const { maxHeapMb = heapMb, graceMs = GRACE_MS } = options;
  const spec = { boot: full, maxHeapMb, options: guard?.options ?? {} };
  return () =>
    pool === undefined ? new ThreadExecutor(spec) : new PoolExecutor({ ...spec, ...pool, graceMs });
}

function heapLimitMb({ limits: { memoryBytes } }: Manifest): number | undefined {
  return memoryBytes === undefined ? undefined : Math.max(8, Math.floor(memoryBytes / 1_048_576));
}

async function guestFactory(
  { boot, found, options, spares }: Launch,
  level: IsolationLevel,
  installRoots: readonly string[],
  effective: Effective,
  limits: ModuleLimits,
): Promise<() => Executor> {
  const { container } = LEVELS[level];
  const jail = container === 'process' ? jailCommand(options.jail ?? 'off', boot.name) : [];
  const { code, mapStack } = await moduleText({
    module: boot.name,
    folder: found.folder,
    entry: fileURLToPath(boot.entry),
    installRoots,
  });
  const { name, isMain, clock, logLevel, concurrency } = boot;
  const { env, timers, crypto, wasm } = effective;
  const powers = { env, timers, clock: effective.clock, crypto, wasm };
  const checks: HostChecks = {
    input: validator(boot.input, 'input', boot.isInputOptional),
    output: validator(boot.output, 'output', boot.isOutputOptional),
  };
  return () =>
    new GuestExecutor({
      boot: { name, code, with: boot.with, isMain, clock, logLevel, concurrency, powers },
      container: container === 'process' ? 'process' : 'thread',
      jail,
      limits,
      checks,
      spares,
      mapStack,
    });
}

function codeFor(schema: JsonSchema | undefined): SchemaCode | undefined {
  return schema === undefined ? undefined : { schema, code: compileSchema(schema).code };
}

function validator(schema: JsonSchema | undefined, subject: string, optional: boolean): HostChecks['input'] {
  return schema === undefined
    ? undefined
    : boundedCheck(compileValidator(schema, { subject, optional }), schema);
}
