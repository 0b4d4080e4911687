import type { JsonSchema } from './dialect.js';
import { ISOLATION_LEVELS } from './isolation.js';
import { SCHEMA_DEFINITIONS } from './schema-meta.js';

/** What a module may be called, as a regular expression. */
export const MODULE_NAME = '^[A-Za-z_][A-Za-z0-9_-]{0,63}$';

const text = { type: 'string', minLength: 1 };
/** Letters first: `__proto__` is the name of no event. */
const EVENT_NAME = '^[A-Za-z][A-Za-z0-9_.:-]{0,63}$';
const flag = { type: 'boolean' };
const texts = { type: 'array', items: text, uniqueItems: true };
const dialect = { $ref: '#/$defs/schema' };

/** An object that knows exactly these members. */
function closed(properties: JsonSchema): JsonSchema {
  return { type: 'object', properties, additionalProperties: false };
}

/** A scalar that one of our own formats reads from text; plain numbers pass in the base unit. */
function measure(format: string): JsonSchema {
  return { type: ['number', 'string'], minimum: 0, format };
}

const duration = measure('duration, such as 500ms, 2s or 1min');
const byteSize = measure('size, such as 512B, 64KiB or 1MiB');
const cpuRate = { type: 'string', format: 'share of CPU time, such as 30s/min' };
const byteRate = { type: 'string', format: 'rate, such as 64KiB/s' };
const versionRange = { type: 'string', format: 'version range, such as >=20.19 or ^1.2' };

/** The permissions that a module may work without, as `sandbox/permission-table` names them. */
const PERMISSION_NAMES: readonly string[] =
  'fs.read fs.write net.connect net.insecureTls env modules crypto clock terminal wasm builtins childProcess'.split(
    ' ',
  );

/** Hosts with their ports. */
const places = (name: string) => ({
  type: 'array',
  uniqueItems: true,
  items: {
    type: 'string',
    pattern: '^\\*$|^(\\*\\.)?[A-Za-z0-9_.-]+:[0-9]{1,5}$|^\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5}$',
    messages: {
      pattern: `A ${name} permission must be an exact host and port, such as api.example.com:443, or * for whatever the owner names: found "{value}"`,
    },
  },
});

const permissions = closed({
  fs: closed({ read: texts, write: texts }),
  net: closed({
    connect: places('net.connect'),
    insecureTls: places('net.insecureTls'),
    listen: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^(\\*|[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\]):(\\*|[0-9]{1,5})$',
        messages: {
          pattern:
            'A net.listen permission must be an address and a port, such as 127.0.0.1:3000, or * in the place of one: found "{value}"',
        },
      },
    },
  }),
  env: texts,
  timers: closed({ max: { type: 'integer', minimum: 1 }, minDelay: duration }),
  clock: { type: 'string', enum: ['none', 'ms', 'precise'] },
  crypto: { type: 'array', items: { type: 'string', enum: ['random', 'subtle'] }, uniqueItems: true },
  modules: texts,
  terminal: flag,
  wasm: flag,
  childProcess: flag,
  builtins: texts,
  optional: { type: 'array', items: { type: 'string', enum: PERMISSION_NAMES }, uniqueItems: true },
  reason: { type: 'object', additionalProperties: text },
});

/**
 * What a `phlow.yaml` may say, as a JSON Schema (docs/spec/runtime.md 6 for the original's keys, docs/security.md for permissions and limits).
 * A new key is a new row here and a new field in `Manifest`.
 */
export const META_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      pattern: MODULE_NAME,
      messages: {
        pattern:
          'name must start with a letter and hold only letters, digits, "_" and "-", at most 64: found "{value}"',
      },
    },
    description: { type: 'string' },
    version: {
      type: 'string',
      pattern: '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$',
      messages: {
        type: 'version must be three numbers such as 1.0.0 (quote it if it looks like a decimal): found {value}',
        pattern: 'version must be three numbers such as 1.0.0: found "{value}"',
      },
    },
    author: text,
    repository: text,
    license: text,
    type: { type: 'string', enum: ['step', 'main', 'any'] },
    tags: texts,
    with: dialect,
    input: dialect,
    output: dialect,
    events: {
      type: 'object',
      maxProperties: 64,
      propertyNames: {
        pattern: EVENT_NAME,
        messages: {
          pattern:
            'an event is named by letters, digits, ".", ":", "_" and "-", at most 64, a letter first: found "{value}"',
        },
      },
      additionalProperties: dialect,
    },
    entry: {
      type: 'string',
      pattern: '^(?!/)(?!(.*/)?\\.\\.(/|$))[^\\\\:\\0]+$',
      messages: {
        pattern: 'entry must be a path inside the module folder, such as ./index.js: found "{value}"',
      },
    },
    isolation: { type: 'string', enum: ISOLATION_LEVELS },
    permissions,
    limits: closed({ memory: byteSize, call: duration, cpu: cpuRate, reply: byteSize, log: byteRate }),
    replicas: {
      type: ['integer', 'string'],
      minimum: 1,
      maximum: 1024,
      pattern: '^auto$',
      messages: {
        type: 'replicas must be a whole number or auto: found {value}',
        pattern: 'replicas must be a whole number or auto: found "{value}"',
      },
    },
    payload: { type: 'boolean' },
    concurrency: { type: 'integer', minimum: 1 },
    timeouts: closed({ load: duration, call: duration, stop: duration }),
    engines: closed({ phlow: versionRange, node: versionRange }),
  },
  $defs: SCHEMA_DEFINITIONS,
};
