import { createRequire } from 'node:module';
import { constants, createContext, Script } from 'node:vm';
import type { Bridge, RealmHooks } from './bridge.js';

/** The part of a container's boot data that its realm is made of. */
interface ScriptBootData {
  readonly script: string;
  /** V8's cache of the script; none when it is empty. */
  readonly cache: Uint8Array | undefined;
  /** Whether V8 may compile WebAssembly in the realm. */
  readonly wasm: boolean;
  /** Whether the realm itself has to refuse buffers that its module may not hold. */
  readonly boundsBuffers?: boolean;
}

/** What the guest's own script evaluates to. */
export interface GuestRealm extends RealmHooks {
  start(bridge: Bridge): void;
}

/**
 * A Node that was started with `--disable-proto=throw` puts functions of its own into every realm, which the lockdown cannot take apart: `arguments`
 * stands on them. Those of the language have no such key.
 */
const WITHOUT_NODES_PROTO = `{
  const { get } = Object.getOwnPropertyDescriptor(Object.prototype, '__proto__') ?? {};
  if (get !== undefined && Object.hasOwn(get, 'arguments')) delete Object.prototype.__proto__;
}`;

/**
 * Runs the guest's own script in a realm of its own: the compartment library, the lockdown of the realm, and our code. Node's classes do not
 * exist there. Deliberately without a callback for dynamic imports, so that nothing it evaluates, now or later, can reach Node's loader.
 */
export function runGuestScript({ script: source, cache, wasm, boundsBuffers = false }: ScriptBootData): {
  readonly realm: GuestRealm;
  readonly cache: () => string;
} {
  const hasCache = cache !== undefined && cache.length > 0;
  const script = new Script(source, {
    filename: 'phlow:guest',
    ...(hasCache ? { cachedData: Buffer.from(cache) } : {}),
  });
  // An ordinary global object: one that Node keeps in step with another would make each look-up of a global a call into Node.
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: true, wasm },
  });
  new Script(WITHOUT_NODES_PROTO).runInContext(context);
  if (boundsBuffers) Reflect.set(context, 'boundsBuffers', true);
  const realm = script.runInContext(context) as GuestRealm;
  handOver(realm);
  return { realm, cache: () => script.createCachedData().toString('base64') };
}

type Binding = Readonly<Record<string, (hook: unknown) => void>>;

/**
 * Has V8 ask the guest's realm instead of Node where code of the guest leads to a question: how a stack is written, what `import()` gives,
 * what becomes of a rejected promise. Node would answer with objects and errors of its own realm, also by way of a stack overflow.
 */
function handOver({ formatStack, importModule, promiseRejected }: RealmHooks): void {
  const internalBinding = internals();
  const hooks = [
    ['errors', 'setPrepareStackTraceCallback', formatStack],
    ['module_wrap', 'setImportModuleDynamicallyCallback', importModule],
    ['task_queue', 'setPromiseRejectCallback', promiseRejected],
  ] as const;
  for (const [name, setter, hook] of hooks) {
    const set = internalBinding(name)[setter];
    if (set === undefined) throw new Error(`Cannot lock the realm: this Node has no ${setter}`);
    set(hook);
  }
}

function internals(): (name: string) => Binding {
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  // It would warn that this is for Node's own tests, through streams that are about to go.
  process.emitWarning = () => undefined;
  try {
    const require = createRequire('/');
    const { internalBinding } = require('internal/test/binding') as {
      readonly internalBinding: (name: string) => Binding;
    };
    return internalBinding;
  } finally {
    if (warn !== undefined) Object.defineProperty(process, 'emitWarning', warn);
  }
}
