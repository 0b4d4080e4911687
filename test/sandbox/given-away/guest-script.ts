import { HELPERS, POWERS, type PowerName, type Surroundings } from './powers.js';

/** How much is given away, each with all before it. */
export const GIFTS = ['compartment', 'objects', 'internals'] as const;

export type Gift = (typeof GIFTS)[number];

const GLOBALS = [
  'AbortController',
  'AbortSignal',
  'BroadcastChannel',
  'Buffer',
  'MessageChannel',
  'MessagePort',
  'TextDecoder',
  'URL',
  'WebAssembly',
  'WebSocket',
  'console',
  'crypto',
  'fetch',
  'performance',
  'structuredClone',
];
const MODULES = [
  'buffer',
  'child_process',
  'cluster',
  'crypto',
  'dgram',
  'dns',
  'fs',
  'fs/promises',
  'http',
  'inspector',
  'module',
  'net',
  'os',
  'process',
  'v8',
  'vm',
  'wasi',
  'worker_threads',
];

/** Runs in Node's realm before the walls stand; what it returns is what the guest has afterwards. */
const COLLECT = `
  const { process, setTimeout } = outer;
  const load = process.getBuiltinModule.bind(process);
  const g = { outer, eval: outer.eval, process: undefined, modules: {}, globals: {}, classes: {}, handles: [], wait: (call) => setTimeout(call, 200) };
  if (gift === 'compartment') return g;
  g.process = process;
  for (const name of ${JSON.stringify(GLOBALS)}) g.globals[name] = outer[name];
  const { Socket, Server } = load('net');
  const { transferableAbortSignal } = load('util');
  g.classes = { Socket, Server, FileHandle: load('internal/fs/promises').FileHandle, transferable: transferableAbortSignal };
  g.handles = [load('worker_threads').workerData?.port, ...process._getActiveHandles()];
  if (gift === 'objects') return g;
  g.internalBinding = load('internal/test/binding').internalBinding;
  g.getBuiltinModule = load;
  for (const name of ${JSON.stringify(MODULES)}) g.modules[name] = load(name);
  const { binding, kill, report, abort, _debugProcess } = process;
  Object.assign(g, { processBinding: binding, processKill: kill, processReport: report, processAbort: abort, processDebug: _debugProcess });
  return g;
`;

/** A guest's script for the real boot code that gives away what it can and tries the powers; it posts what each of them came to. */
export function guestScript(gift: Gift, names: readonly PowerName[], surroundings: Surroundings): string {
  const tries = names.map((name) => {
    const ways = POWERS[name].ways.map((way) => `[${JSON.stringify(way)}, async () => (${way})]`);
    return `[${JSON.stringify(name)}, [${ways.join()}]]`;
  });
  const body = `${HELPERS}
    const found = {};
    const late = () => new Promise((resolve, reject) => g.wait(() => g.wait(() => reject(new Error('nothing happened')))));
    (async () => {
      for (const [name, ways] of [${tries.join()}]) {
        found[name] = [];
        for (const [way, run] of ways) {
          try {
            const value = await Promise.race([run(), late()]);
            if (value !== undefined) found[name].push([way, String(value).slice(0, 1_000)]);
          } catch (error) {
            if (errors) found[name].push([way, '!' + error]);
          }
        }
      }
      post(JSON.stringify(found));
    })();`;
  return `(function () {
    return {
      formatStack: (global, error) => String(error && error.message),
      importModule: () => Promise.reject(new Error('no loader')),
      promiseRejected() {},
      start(bridge) {
        const Outer = bridge.post.constructor;
        const outer = Outer('return globalThis')();
        const g = Outer('outer', 'gift', ${JSON.stringify(COLLECT)})(outer, ${JSON.stringify(gift)});
        bridge.onUncaught(() => undefined);
        bridge.scuttle();
        const run = Outer('g', 's', 'post', 'errors', ${JSON.stringify(body)});
        run(g, ${JSON.stringify(surroundings)}, (text) => bridge.post(text), false);
      },
    };
  })()`;
}
