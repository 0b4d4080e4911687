// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":8000,"grant":{"wasm":true},"files":{"phlow.yaml":"name: attack\nversion: 1.0.0\nentry: index.mjs\npermissions:\n  wasm: true\n  fs: { read: [\"./\"], write: [\"./\"] }\n"}}
// Everything that WebAssembly returns, throws, calls or waits for: streams, exceptions, suspended functions, memories, tables.
import { loot, quiet, tried, triedLater } from './_realm.mjs';

// A module that exports `f`, which calls the import `a.b`.
const CALLER = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0,
  1, 10, 6, 1, 4, 0, 16, 0, 11,
]);

export default async (pkg) => {
  const said = [loot(globalThis.WebAssembly, pkg, 2_000)];
  const { WebAssembly } = globalThis;
  if (WebAssembly === undefined) return 'no wasm';
  const look = function (...values) {
    said.push(loot([this, ...values], pkg, 200));
    return values[0];
  };
  const thrower = () => {
    throw new Proxy(new Error('x'), {});
  };
  const deep = () => deep() + 1;
  for (const b of [look, thrower, deep, async () => 1]) {
    said.push(
      await triedLater(
        async () => (await WebAssembly.instantiate(CALLER, { a: { b } })).instance.exports.f(),
        pkg,
        200,
      ),
      tried(
        () => new WebAssembly.Instance(new WebAssembly.Module(CALLER), { a: { b } }).exports.f(),
        pkg,
        200,
      ),
      await triedLater(
        async () =>
          WebAssembly.promising(
            new WebAssembly.Instance(new WebAssembly.Module(CALLER), {
              a: { b: new WebAssembly.Suspending(b) },
            }).exports.f,
          )(),
        pkg,
        200,
      ),
    );
  }
  const rejected = Promise.reject(new Error('x'));
  quiet(rejected);
  const sources = [
    CALLER,
    new Uint8Array(3),
    {},
    1,
    null,
    undefined,
    { then: look },
    rejected,
    Promise.resolve(CALLER),
    { arrayBuffer: look, headers: { get: look }, status: 200, ok: true, body: {} },
    new Proxy({}, { get: look }),
    globalThis.Response && new Response(CALLER, { headers: { 'content-type': 'application/wasm' } }),
  ];
  class Heir extends Promise {
    static get [Symbol.species]() {
      return function (run) {
        run(look, look);
      };
    }
  }
  for (const source of sources)
    for (const name of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming', 'validate'])
      for (const more of [
        undefined,
        { a: { b: look } },
        { builtins: ['js-string'], importedStringConstants: "'" },
      ]) {
        said.push(await triedLater(async () => WebAssembly[name](source, more), pkg, 200));
        said.push(
          tried(
            () => {
              const made = WebAssembly[name](source, more);
              quiet(made);
              return Promise.prototype.finally.call(
                Object.defineProperty(made, 'constructor', { value: Heir }),
                look,
              );
            },
            pkg,
            100,
          ),
        );
      }
  for (const make of [
    () => new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }).buffer,
    () => new WebAssembly.Memory({ initial: 1 }).toResizableBuffer?.(),
    () => new WebAssembly.Table({ initial: 1, element: 'externref' }, globalThis),
    () => new WebAssembly.Global({ value: 'externref', mutable: true }, look),
    () => new WebAssembly.Tag({ parameters: ['externref'] }),
    () => new WebAssembly.Exception(new WebAssembly.Tag({ parameters: [] }), [], { traceStack: true }),
    () => new WebAssembly.Exception(WebAssembly.JSTag, [globalThis]),
    () => new WebAssembly.Function({ parameters: [], results: [] }, look),
    () => WebAssembly.Module.customSections(new WebAssembly.Module(CALLER), 'name'),
    () => WebAssembly.Module.imports(new WebAssembly.Module(CALLER)),
  ])
    said.push(tried(make, pkg, 200));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
