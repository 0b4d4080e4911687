import { CallContext } from '../../../workers/call-context.js';
import type { GuestLink } from '../../../workers/guest/guest-link.js';
import { createGuestLog } from '../../../workers/guest/guest-log.js';
import { guestSetting } from '../../../workers/guest/guest-setting.js';
import { hardenPlatformErrors } from '../../../workers/guest/harden-platform.js';
import { createCompartment, requireNothing } from '../../../workers/guest/load-text.js';
import { harden } from '../../../workers/guest/ses.js';
import { lockOwnClasses } from '../../../workers/guest/own-classes.js';
import { createPowers } from '../../../workers/powers.js';
import { PhlowError } from '../../../src/errors.js';
import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import { StreamReader } from '../../../src/wire/stream-reader.js';
import { crawl } from './crawl.js';

/** What an audit of one realm has found. */
export interface AuditReport {
  /** Shortest ways to everything that a module can reach, sorted. */
  readonly paths: readonly string[];
  /** Forbidden objects among it, by name and way. */
  readonly forbidden: readonly string[];
  /** Functions and prototypes that a module could change. */
  readonly changeable: readonly string[];
}

/** Expressions whose results a module can make for itself; errors are made by asking for what cannot be. */
const MADE = `({
  url: new URL('http://a/?b=1'), params: new URLSearchParams('a=1'), encoder: new TextEncoder(), decoder: new TextDecoder(),
  controller: new AbortController(), aborted: AbortSignal.abort(), timer: setTimeout(() => undefined, 1), date: new Date(0),
  format: new Intl.NumberFormat('en'), dateFormat: new Intl.DateTimeFormat('en'), clone: structuredClone({ a: [new Map(), new Set()] }),
  bytes: crypto.getRandomValues(new Uint8Array(4)), promise: Promise.resolve(1), generator: (function* () {})(),
  asyncGenerator: (async function* () {})(), asyncFunction: (async () => {}), match: /a/.exec('a'), iterator: [][Symbol.iterator](),
  mapIterator: new Map()[Symbol.iterator](), stringIterator: ''[Symbol.iterator](), matchAll: ''.matchAll(/a/g), proxy: Proxy,
  arguments: (function () { return arguments; })(), encoded: new TextEncoder().encode('a'), process,
  errors: [() => new URL('::'), () => new TextDecoder('x'), () => atob('*'), () => btoa('\\u{1F600}'), () => structuredClone(() => 1),
    () => crypto.getRandomValues(1), () => setTimeout('x'), () => null.x, () => undefinedName, () => JSON.parse('{'), () => new RegExp('('),
    () => 1n + 1, () => [].length = -1, () => decodeURIComponent('%'), () => (0, eval)('('), () => Function('return process')(), () => new URLSearchParams.get(),
    () => AbortSignal.timeout(-1), () => AbortSignal.abort().throwIfAborted(), () => new AbortController().signal.dispatchEvent(1),
  ].map((run) => { try { return run(); } catch (error) { return error; } }),
})`;

const BOOT: GuestBoot = {
  name: 'audited',
  code: '',
  with: { setting: [1] },
  isMain: false,
  clock: 'real',
  logLevel: 'info',
  concurrency: 0,
  powers: {
    env: { TZ: 'UTC' },
    timers: { max: 10, minDelayMs: 1 },
    clock: 'ms',
    crypto: ['random', 'subtle'],
    wasm: false,
  },
  maxLength: 1_000_000,
  maxDepth: 64,
  logBytesPerSecond: 1_000,
};

/** Builds a module's surroundings as a guest does, crawls them as a module could, and posts the report. */
export function startGuest(link: GuestLink): void {
  const forbidden = forbiddenObjects();
  lockOwnClasses();
  hardenPlatformErrors();
  link.scuttle();
  const log = createGuestLog(BOOT.logLevel, BOOT.logBytesPerSecond, () => undefined);
  const compartment = createCompartment(BOOT, log);
  const powersFor = (): ReturnType<typeof createPowers> =>
    harden(createPowers(BOOT.powers.env, () => Promise.resolve(null)));
  const shared = { ...guestSetting(BOOT, log), ...powersFor() };
  const reached = crawl({
    global: compartment.globalThis,
    context: new CallContext({ ...shared, powersFor }, 1),
    start: shared,
    require: requireNothing('audited'),
    cancelled: new PhlowError('PHLOW_CALL_CANCELLED', 'gave up'),
    items: new StreamReader(
      () => undefined,
      () => undefined,
    ),
    made: compartment.evaluate(MADE),
  });
  const report: AuditReport = {
    paths: reached.map(({ path }) => path).sort(),
    forbidden: reached.flatMap(({ path, value }) => {
      const name = forbidden.get(value);
      return name === undefined ? [] : [`${name} at ${path}`];
    }),
    changeable: reached
      .filter(({ path, value }) => isShared(path, value) && !Object.isFrozen(value))
      .map(({ path }) => path),
  };
  link.post(JSON.stringify(report));
}

/** What a module makes is its own; functions and prototypes are shared with the code around it. */
function isShared(path: string, value: object): boolean {
  if (path.startsWith('made.') && !path.includes('[[proto]]')) return false;
  // What a generator of the module's own inherits from is the module's own as well.
  if (path === 'made.generator.[[proto]]' || path === 'made.asyncGenerator.[[proto]]') return false;
  return typeof value === 'function' || path.includes('[[proto]]') || path.startsWith('start.');
}

const BUILTINS = [
  'assert',
  'async_hooks',
  'buffer',
  'child_process',
  'cluster',
  'console',
  'constants',
  'crypto',
  'dgram',
  'diagnostics_channel',
  'dns',
  'domain',
  'events',
  'fs',
  'fs/promises',
  'http',
  'http2',
  'https',
  'inspector',
  'module',
  'net',
  'os',
  'path',
  'perf_hooks',
  'process',
  'punycode',
  'querystring',
  'readline',
  'repl',
  'stream',
  'string_decoder',
  'timers',
  'timers/promises',
  'tls',
  'tty',
  'url',
  'util',
  'v8',
  'vm',
  'wasi',
  'worker_threads',
  'zlib',
] as const;
const GLOBALS = [
  'Atomics',
  'Blob',
  'BroadcastChannel',
  'Buffer',
  'Event',
  'FinalizationRegistry',
  'MessageChannel',
  'MessagePort',
  'SharedArrayBuffer',
  'WeakRef',
  'WebAssembly',
  'clearImmediate',
  'console',
  'crypto',
  'fetch',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
  'Function',
  'eval',
  'Error',
] as const;

/** Objects that no module may hold, with their names: taken while the realm still has them. */
function forbiddenObjects(): ReadonlyMap<object, string> {
  const real = globalThis as unknown as Readonly<Record<string, unknown>>;
  const platform = real['process'] as { getBuiltinModule(name: string): Readonly<Record<string, unknown>> };
  const found = new Map<object, string>([[globalThis, 'the real global object']]);
  const add = (name: string, value: unknown): void => {
    if ((typeof value === 'object' || typeof value === 'function') && value !== null) found.set(value, name);
  };
  for (const name of GLOBALS) add(name, real[name]);
  for (const name of BUILTINS) {
    try {
      const exports = platform.getBuiltinModule(`node:${name}`);
      add(`node:${name}`, exports);
    } catch {
      // Not on this Node, or not in a thread.
    }
  }
  for (const [module, name] of [
    ['module', 'createRequire'],
    ['module', '_load'],
    ['fs', 'readFileSync'],
    ['child_process', 'spawn'],
    ['net', 'Socket'],
    ['worker_threads', 'Worker'],
    ['vm', 'Script'],
    ['util', 'inspect'],
  ] as const) {
    add(`${module}.${name}`, platform.getBuiltinModule(`node:${module}`)[name]);
  }
  return found;
}
