import { fileURLToPath } from 'node:url';
import { messageOf } from '../../errors.js';
import { requireEngines } from '../../manifest/engines.js';
import { readManifest } from '../../manifest/read.js';
import { validateWith } from '../../manifest/settings.js';
import { unknownNames } from '../../manifest/unknown-names.js';
import type { BrokerOptions } from '../../sandbox/broker/broker.js';
import { CAPABILITIES } from '../../sandbox/capabilities.js';
import { createBroker } from '../../sandbox/broker/create-broker.js';
import { isMap } from '../../values.js';
import type { LogLevel } from '../../wire/log-record.js';
import type { Spares } from '../guest/spares.js';
import type { Hops } from '../call/hops.js';
import { launch } from './launch.js';
import type { LoadOptions } from '../module.js';
import { entryUrl, type Found } from './resolve.js';
import type { Version } from '../slot/version.js';

/** What a version is made from. */
export interface VersionSource {
  readonly name: string;
  readonly found: Found;
  readonly options: LoadOptions;
  readonly logLevel: LogLevel | 'off';
  readonly spares: Spares;
  readonly hops: Hops;
  readonly callModule: NonNullable<BrokerOptions['callModule']>;
  /** Is told what looks like a mistake of the owner's, but need not be one. */
  readonly warn: (message: string) => void;
  readonly record: NonNullable<BrokerOptions['record']>;
}

/** Reads the manifest, checks the settings, settles level and permissions: everything but starting the module. */
export async function prepareVersion(source: VersionSource): Promise<Version> {
  const { name, found, options, logLevel, spares, hops, callModule } = source;
  const read = await readManifest(found.manifestPath);
  const manifest = options.permissions === undefined ? read : { ...read, permissions: options.permissions };
  requireEngines(manifest);
  // A setting that the manifest lets pass without knowing it is likely to be misspelt.
  const names = isMap(options.with) ? Object.keys(options.with) : [];
  for (const unknown of unknownNames(manifest.with, names))
    source.warn(`the manifest has no setting "${unknown.name}".${unknown.hint}`);
  const boot = {
    name,
    entry: entryUrl(found, manifest.entry),
    with: validateWith(manifest, options.with),
    input: manifest.input,
    output: options.checkOutput === true ? manifest.output : undefined,
    isInputOptional: manifest.inputOptional,
    isOutputOptional: manifest.outputOptional,
    isMain: options.dispatch !== undefined,
    clock: options.clock ?? 'real',
    logLevel,
    concurrency: manifest.concurrency ?? 0,
  };
  const baseDir = options.baseDir ?? process.cwd();
  const onPower = guardedListener(options.onPower, source.warn);
  const record: VersionSource['record'] = (use) => {
    source.record(use);
    const { permission } = CAPABILITIES[use.capability];
    onPower?.({ permission, target: use.target, outcome: use.outcome });
  };
  const { level, effective, jail, createExecutor } = await launch({
    found,
    manifest,
    boot,
    options: onPower === undefined ? options : { ...options, onPower },
    baseDir,
    spares,
    warn: source.warn,
  });
  return {
    manifest,
    level,
    jail,
    entry: fileURLToPath(boot.entry),
    createExecutor,
    broker: createBroker(effective, { callModule, record, hops: () => hops.most }),
  };
}

/** The owner's listener, whose own failures are the owner's matter: they must neither refuse what was granted nor reach the module. */
function guardedListener(
  listener: LoadOptions['onPower'],
  warn: VersionSource['warn'],
): LoadOptions['onPower'] {
  if (listener === undefined) return undefined;
  let hasFailed = false;
  return (use) => {
    try {
      listener(use);
    } catch (error) {
      if (!hasFailed) warn(`its onPower listener throws, which is reported once: ${messageOf(error)}`);
      hasFailed = true;
    }
  };
}
