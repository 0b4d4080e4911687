import { fileURLToPath } from 'node:url';
import { requireEngines } from '../../manifest/engines.js';
import { unknownNames } from '../../manifest/unknown-names.js';
import type { BrokerOptions } from '../../sandbox/broker/broker.js';
import { CAPABILITIES } from '../../sandbox/capabilities.js';
import { createBroker } from '../../sandbox/broker/create-broker.js';
import { BUILT_IN_LIMITS } from '../../sandbox/broker/limits.js';
import { LEVELS } from '../../sandbox/levels.js';
import { isMap } from '../../values.js';
import type { LogLevel } from '../../wire/log-record.js';
import type { WarmPool } from '../executors/guest/warm-pool.js';
import type { Hops } from '../call/call-contexts.js';
import { acceptModule, isFileIn } from './accept-module.js';
import { warningOnce } from '../log/owner-callback.js';
import { assertCallable, callFakes } from '../call/fake-modules.js';
import { FaultyExecutor } from '../executors/faulty-executor.js';
import { launch } from './launch.js';
import { LoadLimit } from './load-limit.js';
import { checkSettings } from './read-manifest.js';
import type { LoadOptions } from '../module-types.js';
import { entryUrl, type Found } from './resolve.js';
import type { Version } from '../module/version.js';
import { currentFolder } from '../../current-folder.js';

/** What a version is made from. */
export interface VersionSource {
  readonly name: string;
  readonly found: Found;
  readonly options: LoadOptions;
  readonly logLevel: LogLevel | 'off';
  readonly warmPool: WarmPool;
  readonly hops: Hops;
  readonly callModule: NonNullable<BrokerOptions['callModule']>;
  /** Called with what looks like a mistake of the owner's, but need not be one. */
  readonly warn: (message: string) => void;
  readonly record: NonNullable<BrokerOptions['record']>;
  /** Aborts when the host is closed. */
  readonly closing: AbortSignal;
  /** Aborts with the error to end with when the caller gives up. */
  readonly givenUp: AbortSignal;
}

/** Reads the manifest, checks the settings, settles level and permissions: everything but starting the module. */
export async function prepareVersion(source: VersionSource): Promise<Version> {
  const { name, closing, givenUp, options } = source;
  const limit = new LoadLimit(name, closing, givenUp, options.loadTimeoutMs);
  try {
    return await prepareUntil(limit.signal, source);
  } finally {
    limit.end();
  }
}

async function prepareUntil(signal: AbortSignal, source: VersionSource): Promise<Version> {
  const { name, found, options, logLevel, warmPool, hops, callModule } = source;
  const baseDir = options.baseDir ?? currentFolder();
  // The loader of a program has already read its files and held them to the lock file.
  const { manifest: read, snapshot } =
    options.program === undefined
      ? await acceptModule({
          found,
          installRoots: options.installRoots,
          baseDir,
          // Permissions in the place of the manifest's own are there to find out about a module that nobody has accepted yet.
          isOnTrial: options.permissions !== undefined,
          signal,
        })
      : { manifest: options.program.manifest, snapshot: undefined };
  const manifest = options.permissions === undefined ? read : { ...read, permissions: options.permissions };
  requireEngines(manifest);
  // A setting that the manifest lets pass without knowing it is likely to be misspelt.
  const names = isMap(options.with) ? Object.keys(options.with) : [];
  for (const unknown of unknownNames(manifest.with, names))
    source.warn(`the manifest has no setting "${unknown.name}".${unknown.hint}`);
  const boot = {
    name,
    entry: entryUrl(found, manifest.entry, isFileIn(snapshot, found)),
    with: await checkSettings(manifest, options.with, signal),
    input: manifest.input,
    output: options.checkOutput === true ? manifest.output : undefined,
    isInputOptional: manifest.inputOptional,
    isOutputOptional: manifest.outputOptional,
    events: Object.keys(manifest.events),
    isMain: options.dispatch !== undefined,
    clock: options.clock ?? 'real',
    logLevel,
    concurrency: manifest.concurrency ?? 0,
  };
  const onPermissionUse = warningOnce('its onPermissionUse listener', options.onPermissionUse, source.warn);
  const record: VersionSource['record'] = (use) => {
    source.record(use);
    const { permission } = CAPABILITIES[use.capability];
    onPermissionUse?.({ permission, target: use.target, outcome: use.outcome });
  };
  const { level, effective, jail, entry, createExecutor, held, limits } = await launch({
    found,
    manifest,
    snapshot,
    boot,
    options: onPermissionUse === undefined ? options : { ...options, onPermissionUse },
    baseDir,
    warmPool,
    warn: source.warn,
    signal,
  });
  const { fakes, faults, program } = options;
  if (fakes !== undefined) assertCallable(fakes, name, manifest.permissions.modules);
  const callOther = program?.callModule ?? callModule;
  const broker = createBroker(effective, {
    callModule: fakes === undefined ? callOther : callFakes(fakes, callOther),
    record,
    hops: () => hops.most,
    terminal: options.terminal,
    limits: {
      ...(found.origin === 'builtin' ? BUILT_IN_LIMITS : {}),
      ...(LEVELS[level].crossing === 'text' ? { maxAnswerLength: limits.replyBytes } : {}),
    },
  });
  return {
    manifest,
    level,
    jail,
    entry: fileURLToPath(entry),
    createExecutor:
      faults === undefined ? createExecutor : () => new FaultyExecutor(name, createExecutor(), faults),
    // When a version's copy is closed, all of its instances have ended.
    broker: held === undefined ? broker : { ...broker, close: () => broker.close().finally(held.drop) },
  };
}
