// class: realm escape
// goal: leak
// options: {"success":"POISONED","deadline":20000}
// Whatever the module and our own code in its realm both use must be closed: also what only syntax leads to.
import { breathe } from './_realm.mjs';

export default async (pkg, ctx) => {
  const open = [];
  const seen = new Set([globalThis]);
  const queue = [];
  const add = (value, path) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    queue.push([value, path]);
  };
  const proto = Object.getPrototypeOf;
  const make = (text) => {
    try {
      return Function(text)();
    } catch (error) {
      return error;
    }
  };
  for (const name of Object.getOwnPropertyNames(globalThis)) add(globalThis[name], name);
  const hidden = {
    iterator: [][Symbol.iterator](),
    map: new Map().entries(),
    set: new Set().values(),
    string: ''[Symbol.iterator](),
    matches: 'x'.matchAll(/x/g),
    generator: (function* () {})(),
    asyncGenerator: (async function* () {})(),
    async: async () => 0,
    generatorFunction: function* () {},
    asyncGeneratorFunction: async function* () {},
    typed: proto(Uint8Array),
    segments: make('return new Intl.Segmenter().segment("x")'),
    segmentIterator: make('return new Intl.Segmenter().segment("x")[Symbol.iterator]()'),
    helper: make('return [].values().map((x) => x)'),
    wrapped: make('return Iterator.from({ next() { return { done: true }; } })'),
    suppressed: make('{ using a = { [Symbol.dispose]() { throw 1; } }; throw 2; }'),
    disposable: make('return new DisposableStack()'),
    fromAsync: make('return Array.fromAsync([])'),
    raw: make('return JSON.rawJSON("1")'),
    template: ((parts) => parts)`x`,
    args: (function () {
      return arguments;
    })(),
    thrower: make(
      'return Object.getOwnPropertyDescriptor(function () { "use strict"; return arguments; }(), "callee").get',
    ),
    regexp: /x/d.exec('x'),
    groups: /(?<a>x)/.exec('x').groups,
    error: make('null.x'),
    range: make('new Array(-1)'),
    syntax: make('return Function("(")'),
    aggregate: await Promise.any([]).catch((error) => error),
    stack: new Error('x'),
    float16: globalThis.Float16Array,
    promise: make('return Promise.withResolvers()'),
    url: make('return new URL("http://x/").searchParams.entries()'),
    signal: make('return AbortSignal.timeout(1e6)'),
    context: ctx.context,
    clock: ctx.context.clock,
  };
  for (const [name, value] of Object.entries(hidden)) add(value, name);
  // Objects made just now are the module's own; what they inherit from is shared.
  const own = new Set(Object.values(hidden));
  while (queue.length > 0 && seen.size < 30_000) {
    const [at, path] = queue.shift();
    await breathe();
    add(proto(at), `${path}.__proto__`);
    for (const key of Reflect.ownKeys(at)) {
      const described = Reflect.getOwnPropertyDescriptor(at, key);
      for (const part of ['value', 'get', 'set']) add(described?.[part], `${path}.${String(key)}`);
    }
    if (
      own.has(at) ||
      /^(?:iterator|map|set|string|matches|generator|asyncGenerator|suppressed|error|stack|args|template|regexp|groups|aggregate|range|syntax|promise)\.(?!__proto__)/.test(
        path,
      )
    )
      continue;
    if (
      /^segment|^(?:generator|asyncGenerator)\.__proto__$|^(?:generatorFunction|asyncGeneratorFunction)\.prototype$|^args\.|^process/.test(
        path,
      )
    )
      continue;
    if (Reflect.defineProperty(at, 'POISONED', { value: path, configurable: true })) open.push(path);
    for (const key of [
      'constructor',
      'toString',
      'then',
      'next',
      'exec',
      'push',
      'set',
      'get',
      'apply',
      'call',
      'toJSON',
      Symbol.iterator,
      Symbol.species,
    ]) {
      const described = Reflect.getOwnPropertyDescriptor(at, key);
      if (described?.writable === true || described?.configurable === true)
        open.push(`${path}[${String(key)}] can be set`);
    }
  }
  return open.length === 0 ? 'closed' : `POISONED ${[...new Set(open)].slice(0, 60).join(', ')}`;
};
