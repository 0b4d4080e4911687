// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":3000}
// What the engine caches or keeps aside: template objects, private names, static blocks, accessors, symbols of the registry.
import { loot, tried } from './_realm.mjs';

export default (pkg) => {
  const said = [];
  const tag = (parts, ...values) => {
    said.push(loot(parts, pkg, 60), loot(values, pkg, 60));
    return parts;
  };
  for (const text of ['t`a${1}b`', 'String.raw`\\u{`', 't`\\u{zz}`', '(() => t`x`)() === (() => t`x`)()'])
    said.push(tried(() => Function('t', `return ${text}`)(tag), pkg));
  const make = (text) => tried(() => Function('tag', text)(tag), pkg, 200);
  said.push(
    make('class A { static #x = this; static y = A.#x; static { tag([this, new.target]); } } return A'),
    make(
      'class B { constructor(o) { return o; } } class C extends B { #p = 1; static has(o) { return #p in o; } } const seen = [globalThis, Function.prototype, URL.prototype, tag, Object.prototype]; for (const o of seen) { try { new C(o); } catch (e) { tag([e]); } } return seen.map(C.has)',
    ),
    make(
      'class B { constructor(o) { return o; } } class D extends B { accessor = 1; get [Symbol.toStringTag]() { return this; } } return new D(new URL("http://x/"))',
    ),
    make(
      'return [Symbol.for("nodejs.util.inspect.custom"), Symbol.keyFor(Symbol.iterator), Symbol.for("phlow")].map((s) => ({ d: s.description }))',
    ),
    make('const f = { async *[Symbol.iterator]() {} }; return Object.getOwnPropertyDescriptors(f)'),
    make('label: { break label; } return (function* () { return yield* []; })().return(globalThis)'),
    make('return new Proxy(class {}, {}).prototype.constructor'),
    make('return Object.getOwnPropertyDescriptors(globalThis)'),
    make('return Reflect.ownKeys(globalThis).map((k) => typeof k === "symbol" ? String(k) : k)'),
  );
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
