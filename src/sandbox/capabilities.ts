/**
 * How one argument or result of a capability looks on the wire, which carries JSON text only. `bytes` is base64 text there and a
 * Uint8Array in the module.
 */
export type CapabilityShape =
  | 'text'
  | 'bytes'
  | 'value'
  | 'options'
  | 'count'
  | 'fetch-response'
  | 'open-response'
  | 'chunk'
  | 'listen-options'
  | 'listener'
  | 'entries'
  | 'entry'
  | 'details'
  | 'tree'
  | 'replaced'
  | 'terminal'
  | 'nothing';

/** One thing that the host does in a module's place, after checking that it was granted. */
export interface Capability {
  /** The permission behind it, by its dotted name in the manifest. */
  readonly permission: 'fs.read' | 'fs.write' | 'net.connect' | 'net.listen' | 'modules' | 'terminal';
  readonly args: readonly CapabilityShape[];
  /** How many of `args` must be there. */
  readonly required: number;
  readonly result: CapabilityShape;
}

/**
 * Everything a module can ask of its host: `context.fs.readText(path)` sends `fs.readText` with `[path]`, and so on. `context.module(name)
 * .call(input)` is `module.call` with `[name, input]`. Time, timers, random numbers and `context.env` are not here: they live in the module's
 * own container and are decided once, by `Effective`.
 */
export const CAPABILITIES = {
  'fs.readText': row('fs.read', ['text'], 'text'),
  'fs.readBytes': { ...row('fs.read', ['text', 'options'], 'bytes'), required: 1 },
  'fs.list': row('fs.read', ['text'], 'entries'),
  'fs.stat': row('fs.read', ['text'], 'entry'),
  'fs.details': row('fs.read', ['text'], 'details'),
  'fs.tree': { ...row('fs.read', ['text', 'options'], 'tree'), required: 1 },
  'fs.replace': { ...row('fs.write', ['text', 'bytes', 'options'], 'replaced'), required: 2 },
  'fs.makeFolder': { ...row('fs.write', ['text', 'options'], 'nothing'), required: 1 },
  'fs.writeText': row('fs.write', ['text', 'text'], 'nothing'),
  'fs.writeBytes': row('fs.write', ['text', 'bytes'], 'nothing'),
  'fs.appendText': row('fs.write', ['text', 'text'], 'nothing'),
  'fs.remove': row('fs.write', ['text'], 'nothing'),
  'net.fetch': { ...row('net.connect', ['text', 'options'], 'fetch-response'), required: 1 },
  'net.open': { ...row('net.connect', ['text', 'options'], 'open-response'), required: 1 },
  'net.read': row('net.connect', ['count'], 'chunk'),
  'net.close': row('net.connect', ['count'], 'nothing'),
  'net.listen': row('net.listen', ['listen-options'], 'listener'),
  'net.listener': row('net.listen', ['count', 'text'], 'value'),
  'module.call': { ...row('modules', ['text', 'value'], 'value'), required: 1 },
  'terminal.look': row('terminal', [], 'terminal'),
  'terminal.write': row('terminal', ['text', 'value'], 'nothing'),
  'terminal.read': row('terminal', [], 'chunk'),
  'terminal.exitWith': row('terminal', ['count'], 'nothing'),
} as const satisfies Readonly<Record<string, Capability>>;

/** The name of a capability on the wire. */
export type CapabilityName = keyof typeof CAPABILITIES;

function row<P extends Capability['permission']>(
  permission: P,
  args: readonly CapabilityShape[],
  result: CapabilityShape,
): Capability & { readonly permission: P } {
  return { permission, args, required: args.length, result };
}

/** True for the name of a capability; anything else that a module asks for does not exist. */
export function isCapability(name: string): name is CapabilityName {
  return Object.hasOwn(CAPABILITIES, name);
}

/** One file or folder as `fs.list` and `fs.stat` describe it; `bytes` is 0 for folders. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
}

/** The second argument of `net.fetch`. A body is text, or base64 of bytes when `isBase64` is true. */
export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64?: boolean;
  readonly redirect?: 'follow' | 'manual' | 'error';
  /** For all of the exchange, an hour at most; default: the broker's limit. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly verifyTls?: boolean;
  /** `http://[USER:PASSWORD@]HOST:PORT`, which must be granted as well. */
  readonly proxy?: string;
}

/** The result of `net.listen`: how the module names the listener from then on, and where it listens. */
export interface OpenedListener {
  readonly listener: number;
  readonly port: number;
}

/** The result of `net.fetch`; the body is always base64. */
export interface FetchResponse {
  readonly status: number;
  readonly statusText: string;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Every line of the head, names in lower case. */
  readonly headerList: readonly (readonly [string, string])[];
  readonly body: string;
}
