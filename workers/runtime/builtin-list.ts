import { builtinModules, createRequire } from 'node:module';
import { PhlowError } from '../../src/errors.js';
import type { GuardBoot } from '../../src/wire/boot-data.js';

/** Built-ins that the permission model holds, or that grant nothing: every guarded module has them. */
const FREE: ReadonlySet<string> = new Set(
  (
    'assert async_hooks buffer child_process console constants crypto diagnostics_channel domain events fs module os path perf_hooks ' +
    'process punycode querystring readline stream string_decoder sys timers tty url util v8 vm worker_threads zlib ' +
    '_stream_duplex _stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable'
  ).split(' '),
);

/** What a grant of `net.connect` gives: Node before 25 cannot deny the network to a thread. */
const NETWORK: ReadonlySet<string> = new Set(
  '_http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _tls_common _tls_wrap dgram dns http http2 https net tls'.split(
    ' ',
  ),
);
const NETWORK_GLOBALS = ['fetch', 'WebSocket', 'EventSource'] as const;

/** Known by the name with `node:` only, which older Nodes do not list. */
const UNLISTED = ['ffi', 'quic', 'sea', 'sqlite', 'test', 'test/reporters', 'vfs'] as const;

/**
 * Takes away the built-ins that were not granted. Whichever way a module comes by one (import, require, createRequire,
 * process.getBuiltinModule), it is the same object, so its functions become refusals there; constants stay, since packages read them while
 * they are loaded.
 */
export function removeBuiltins({ builtins, hasNetwork }: Pick<GuardBoot, 'builtins' | 'hasNetwork'>): void {
  const require = createRequire(import.meta.url);
  const names = new Set([...builtinModules.map((name) => name.replace(/^node:/, '')), ...UNLISTED]);
  // Node warns of some that it will not have for ever, as if the module had asked for them.
  const { noDeprecation } = process;
  process.noDeprecation = true;
  // What lies below a name first: it takes parts of it while it is loaded.
  for (const name of [...names].sort((a, b) => b.length - a.length)) {
    const [family = ''] = name.split('/');
    const isNetwork = NETWORK.has(family);
    if (FREE.has(family) || builtins.includes(`node:${name}`) || (isNetwork && hasNetwork)) continue;
    empty(name, isNetwork, require);
  }
  process.noDeprecation = noDeprecation ?? false;
  if (!hasNetwork) for (const name of NETWORK_GLOBALS) Reflect.deleteProperty(globalThis, name);
}

function empty(name: string, isNetwork: boolean, require: (name: string) => unknown): void {
  const exports = exportsOf(name, require);
  if (exports === undefined) return;
  const refuse = refusalOf(name, isNetwork);
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    const value: unknown = descriptor.value;
    if (isConstant(value)) continue;
    if (typeof value === 'function')
      Object.defineProperty(exports, key, {
        value: refuse(),
        writable: true,
        configurable: true,
        enumerable: true,
      });
    else Reflect.deleteProperty(exports, key);
  }
}

/** What this Node does not have, or does not let this thread load, needs no emptying. */
function exportsOf(name: string, require: (name: string) => unknown): object | undefined {
  try {
    const exports = require(`node:${name}`);
    return (typeof exports === 'object' || typeof exports === 'function') && exports !== null
      ? exports
      : undefined;
  } catch {
    return undefined;
  }
}

/** Text, numbers, and lists or tables of them: status codes and the like. */
function isConstant(value: unknown): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).every((one) => typeof one !== 'object' && typeof one !== 'function');
  return value !== undefined && typeof value !== 'function';
}

function refusalOf(name: string, isNetwork: boolean): () => () => never {
  const request = isNetwork ? 'permissions.net.connect' : `permissions.builtins: ["node:${name}"]`;
  const message = `Cannot use the built-in "node:${name}" of Node.js at level guarded: it was not granted; ask for ${request} in phlow.yaml, and let the owner grant it`;
  return () =>
    function refused(): never {
      throw new PhlowError('PHLOW_PERMISSION_DENIED', message);
    };
}
