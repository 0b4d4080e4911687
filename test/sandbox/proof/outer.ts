import { createRequire } from 'node:module';
import { Script, type ScriptOptions } from 'node:vm';
import type { Bridge, RealmHooks } from '../../../workers/runtime/guest/bridge.js';
import type { Mutation } from './mutations.js';
import type { ProofBridge } from './proof-core.js';

type Internals = (name: string) => Record<string, (hook: unknown) => void>;
type StartRealm = RealmHooks & { start(bridge: Bridge): void };

/** Set by the build of the proof. */
declare const PROOF: { readonly mutation: Mutation | undefined; readonly moduleText: string };

const { emitWarning } = process;
// Some modules warn when they are loaded, through streams that are about to go.
process.emitWarning = () => undefined;
const require = createRequire('/');
const { internalBinding } = require('internal/test/binding') as { internalBinding: Internals };

/** Everything of Node's realm that can be found in it before a guest is there. */
const outer = new WeakSet<object>();
const GROUPS =
  `async_wrap blob block_list buffer builtins cares_wrap config constants contextify credentials crypto encoding_binding errors fs fs_dir
  fs_event_wrap heap_utils http2 http_parser icu inspector js_stream js_udp_wrap messaging module_wrap modules mksnapshot options os
  performance permission pipe_wrap process_methods process_wrap report serdes signal_wrap spawn_sync stream_pipe stream_wrap
  string_decoder symbols task_queue tcp_wrap timers tls_wrap trace_events tty_wrap types udp_wrap url util uv v8 wasi wasm_web_api
  watchdog worker zlib`.split(/\s+/);

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Notes an object of Node's and all that its properties and prototypes lead to. Getters are noted, not asked. */
function note(root: unknown): void {
  const open = [root];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || outer.has(value))
      continue;
    outer.add(value);
    open.push(attempt(() => Reflect.getPrototypeOf(value)));
    if (ArrayBuffer.isView(value)) continue;
    for (const key of attempt(() => Reflect.ownKeys(value)) ?? []) {
      const property = attempt(() => Reflect.getOwnPropertyDescriptor(value, key));
      for (const part of [property?.value, property?.get, property?.set] as unknown[]) {
        if (part !== undefined) open.push(part);
      }
    }
  }
}

function noteAll(): void {
  note(globalThis);
  note(process);
  note([
    function* () {},
    async function* () {},
    async () => undefined,
    [].values(),
    new Map().keys(),
    new Set().keys(),
  ]);
  const { builtinModules } = require('node:module') as { builtinModules: readonly string[] };
  for (const name of builtinModules) {
    // Some of Node's own are programs, which would run; domains change how errors are caught.
    if (!/^(?:internal\/|domain$|repl$)/.test(name)) note(attempt(() => require(name) as unknown));
  }
  for (const name of GROUPS) note(attempt(() => internalBinding(name)));
  const { loadBuiltinModule } = require('internal/modules/helpers') as {
    loadBuiltinModule: (name: string) => { constructor: { map: Map<string, { exports: unknown }> } };
  };
  for (const { exports } of loadBuiltinModule('events').constructor.map.values()) note(exports);
  for (const provoke of [
    () => new URL('::'),
    () => new TextDecoder('x'),
    () => structuredClone(() => 1),
    () => atob('*'),
  ]) {
    try {
      provoke();
    } catch (error) {
      note(error);
    }
  }
}

/** What crossed into the guest's realm, or out of it, and should not have. */
const crossings: string[] = [];

const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Watches every value that crosses the bridge: primitives inward; outward besides them byte arrays and functions without anything on them. */
function watched(bridge: Bridge, innerFunction: object): Bridge {
  const watch =
    (name: string, call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      const handed = args.map((arg) => {
        if (!isObject(arg)) return arg;
        const isPlain = Reflect.ownKeys(arg as object).every((key) =>
          /^(?:\d+|name|length)$/.test(String(key)),
        );
        if (!isPlain || outer.has(arg as object)) crossings.push(`${name} was handed a strange object`);
        if (typeof arg !== 'function') return arg;
        if (Reflect.getPrototypeOf(arg) !== innerFunction)
          crossings.push(`${name} was handed a strange function`);
        return (...back: unknown[]): void => {
          if (back.some(isObject)) crossings.push(`${name} called back with an object`);
          Reflect.apply(arg as () => unknown, undefined, back);
        };
      });
      const result = call(...handed);
      if (isObject(result)) crossings.push(`${name} returned an object`);
      return result;
    };
  const all = Object.entries(bridge).map(([name, value]) => [
    name,
    typeof value === 'function' ? watch(name, value as () => unknown) : (value as unknown),
  ]);
  return Object.fromEntries(all) as Bridge;
}

/** What a mutation lets in: an object that is handed out as it is, or a function that is called by one of the guest's realm. */
function planted(
  mutation: Mutation | undefined,
  innerFunction: object,
): { value?: unknown; call?: () => unknown } {
  switch (mutation) {
    case 'class':
      return { value: URL };
    case 'error':
      return { call: () => new URL('::') };
    case 'function':
      return { value: Object.setPrototypeOf(() => 'of another realm', innerFunction) };
    case 'handle': {
      const inner = Reflect.getPrototypeOf(innerFunction) as { readonly constructor: new () => object };
      const { port1, port2 } = new MessageChannel();
      port2.close();
      return { value: Object.defineProperty(new inner.constructor(), Symbol('handle'), { value: port1 }) };
    }
    case 'promise':
      return { call: async () => 1 };
    default:
      return {};
  }
}

noteAll();
process.emitWarning = emitWarning;
const scripts: string[] = [];
const nodeStacks = (require('internal/errors') as { prepareStackTraceCallback: unknown })
  .prepareStackTraceCallback;
// Node's own cannot be had; it is a function of this kind.
const nodeImports = (): Promise<never> => Promise.reject(new TypeError('No loader'));

/** Stands in the place of Node's class while the boot code makes the guest's realm. */
class WatchedScript extends Script {
  constructor(source: string, options: ScriptOptions) {
    super(source, options);
    scripts.push(source);
  }

  override runInContext(...args: Parameters<Script['runInContext']>): unknown {
    const realm = super.runInContext(...args) as StartRealm;
    return { ...realm, start: (bridge: Bridge) => startWatched(realm, bridge) };
  }
}

(require('node:vm') as { Script: typeof Script }).Script = WatchedScript;

function startWatched(realm: StartRealm, bridge: Bridge): void {
  const innerFunction = Reflect.getPrototypeOf(realm.formatStack) as object;
  const { value, call } = planted(PROOF.mutation, innerFunction);
  if (PROOF.mutation === 'stack') internalBinding('errors')['setPrepareStackTraceCallback']?.(nodeStacks);
  if (PROOF.mutation === 'import')
    internalBinding('module_wrap')['setImportModuleDynamicallyCallback']?.(nodeImports);
  const real =
    PROOF.mutation === 'crossing' ? { ...bridge, parseUrl: () => new Date(0) as unknown as string } : bridge;
  const proof: ProofBridge = {
    ...watched(real, innerFunction),
    // Calls at random leave promises rejected, which ends a module but not the proof.
    exit: () => undefined,
    isOuter: (of) => outer.has(of),
    isOurText: (text) => scripts.some((script) => script.includes(text)) || PROOF.moduleText.includes(text),
    crossings: () => crossings.join('\n'),
    plantedValue: value,
    plantedCall: call,
  };
  // Not what is planted: the proof has to find out about that by itself.
  note({ ...proof, plantedValue: undefined, plantedCall: undefined });
  realm.start(proof);
}
