import { isMap } from '../values.js';
import { parseByteSize, parseDuration, parseRate } from './units.js';
import type { JsonSchema } from './dialect.js';
import type { IsolationLevel } from './isolation.js';
import type { Limits, Manifest, Parameter, Permissions, Timeouts } from './manifest.js';
import { eventPointer } from './manifest-schemas.js';
import type { YamlSource } from './yaml-source.js';

/** The members of a manifest as they are written. META_SCHEMA has checked each of them before anything is read through this type. */
interface WrittenManifest {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly author?: string;
  readonly repository?: string;
  readonly license?: string;
  readonly tags?: readonly string[];
  readonly type?: Manifest['type'];
  readonly entry?: string;
  readonly isolation?: IsolationLevel;
  readonly permissions?: WrittenPermissions;
  readonly limits?: Readonly<Record<'memory' | 'call' | 'cpu' | 'reply' | 'log', unknown>>;
  readonly replicas?: number | 'auto';
  readonly payload?: boolean;
  readonly concurrency?: number;
  readonly timeouts?: Readonly<Record<'load' | 'call' | 'stop', unknown>>;
  readonly engines?: { readonly phlow?: string; readonly node?: string };
}

type WrittenPermissions = Partial<Omit<Permissions, 'fs' | 'net' | 'timers'>> & {
  readonly fs?: Partial<Permissions['fs']>;
  readonly net?: Partial<Permissions['net']>;
  readonly timers?: { readonly max?: number; readonly minDelay?: unknown };
};

/** The schemas of a manifest as JSON Schema, by the pointers to where they stand. */
type Schemas = ReadonlyMap<string, JsonSchema>;

/** Puts checked data into the one shape that everybody reads. */
export function toManifest(
  data: Readonly<Record<string, unknown>>,
  schemas: Schemas,
  source: YamlSource,
): Manifest {
  // The one place where checked data gets its type.
  const written = data as unknown as WrittenManifest;
  return {
    file: source.file,
    name: written.name,
    description: written.description,
    version: written.version,
    author: written.author,
    repository: written.repository,
    license: written.license,
    tags: written.tags ?? [],
    type: written.type ?? 'step',
    with: schemas.get('/with'),
    input: schemas.get('/input'),
    output: schemas.get('/output'),
    parameters: parametersOf(schemas.get('/input'), source),
    inputOptional: !isRequired(data['input']),
    outputOptional: !isRequired(data['output']),
    events: toEvents(data['events'], schemas),
    entry: written.entry,
    isolation: written.isolation,
    permissions: toPermissions(written.permissions ?? {}),
    limits: toLimits(written.limits),
    replicas: written.replicas,
    takesPayload: written.payload ?? true,
    concurrency: written.concurrency,
    timeouts: toTimeouts(written.timeouts),
    engines: { phlow: written.engines?.phlow, node: written.engines?.node },
    placeOf: (pointer) => source.placeOf(pointer),
  };
}

function toEvents(written: unknown, schemas: Schemas): Manifest['events'] {
  if (!isMap(written)) return {};
  return Object.fromEntries(
    Object.entries(written).map(([type, schema]) => [
      type,
      { data: schemas.get(eventPointer(type)) ?? {}, isOptional: !isRequired(schema) },
    ]),
  );
}

function isRequired(schema: unknown): boolean {
  return isMap(schema) && schema['required'] === true;
}

function parametersOf(input: JsonSchema | undefined, source: YamlSource): Parameter[] {
  const properties = input?.['properties'];
  if (![input?.['type']].flat().includes('object') || !isMap(properties)) return [];
  return source.keysAt('/input/properties').map((name) => {
    const property = properties[name];
    return { name, deprecated: isMap(property) && property['deprecated'] === true };
  });
}

function toPermissions(written: WrittenPermissions): Permissions {
  return {
    fs: { read: written.fs?.read ?? [], write: written.fs?.write ?? [] },
    net: {
      connect: written.net?.connect ?? [],
      insecureTls: written.net?.insecureTls ?? [],
      listen: written.net?.listen ?? [],
    },
    env: written.env ?? [],
    timers: { max: written.timers?.max, minDelayMs: parseDuration(written.timers?.minDelay) },
    clock: written.clock,
    crypto: written.crypto ?? [],
    modules: written.modules ?? [],
    terminal: written.terminal ?? false,
    wasm: written.wasm ?? false,
    childProcess: written.childProcess ?? false,
    builtins: written.builtins ?? [],
    optional: written.optional ?? [],
    reason: written.reason ?? {},
  };
}

function toLimits(written: WrittenManifest['limits']): Limits {
  return {
    memoryBytes: parseByteSize(written?.memory),
    callMs: parseDuration(written?.call),
    cpuMsPerSecond: perSecond(written?.cpu, parseDuration),
    replyBytes: parseByteSize(written?.reply),
    logBytesPerSecond: perSecond(written?.log, parseByteSize),
  };
}

function perSecond(value: unknown, parseAmount: (text: string) => number | undefined): number | undefined {
  const rate = parseRate(value, parseAmount);
  return rate === undefined ? undefined : (rate.amount / rate.perMs) * 1_000;
}

function toTimeouts(written: WrittenManifest['timeouts']): Timeouts {
  return {
    loadMs: parseDuration(written?.load),
    callMs: parseDuration(written?.call),
    stopMs: parseDuration(written?.stop),
  };
}
