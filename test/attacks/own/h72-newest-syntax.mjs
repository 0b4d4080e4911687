// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":4000}
// What the newest engines have and no list of ours may know: its objects, its prototypes, its errors.
import { loot, triedLater } from './_realm.mjs';

const TEXTS = [
  '{ using a = { [Symbol.dispose]() { throw 1; } }; throw 2; }',
  'return (async () => { await using a = { [Symbol.asyncDispose]() { throw 1; } }; throw 2; })()',
  'return new DisposableStack()',
  'return new AsyncDisposableStack()',
  'return Iterator.from([1]).map((x) => x).drop(0)',
  'return Iterator.concat([1], [2])',
  'return Iterator.zip([[1]])',
  'return Array.fromAsync([1])',
  'return Promise.try(() => { throw 1; })',
  'return new Set([1]).union(new Set([2]))',
  'return Error.isError(1)',
  'return RegExp.escape("x")',
  'return new Float16Array(1)',
  'return Uint8Array.fromBase64("AA==")',
  'return Uint8Array.fromHex("zz")',
  'return new Uint8Array(1).setFromHex("0")',
  'return Math.sumPrecise([1])',
  'return JSON.rawJSON("1")',
  'return JSON.parse("1", (k, v, c) => c)',
  'return new ArrayBuffer(8, { maxByteLength: 16 }).transferToFixedLength()',
  'return new SharedArrayBuffer(8)',
  'return Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)',
  'return Atomics.pause()',
  'return new WeakRef({})',
  'return new FinalizationRegistry(() => 0)',
  'return Object.groupBy([1], (x) => x)',
  'return Map.groupBy([1], (x) => x)',
  'return new Map().getOrInsert(1, 2)',
  'return Temporal.Now.instant()',
  'return new ShadowRealm().evaluate("globalThis")',
  'return new Intl.DurationFormat().format({ hours: 1 })',
  'return "x".isWellFormed()',
  'return Symbol.metadata',
  'return %DebugPrint(1)',
  'return async function* () {}.constructor("yield 1")().next()',
  'return new AsyncContext.Variable()',
  'return structuredClone(new (class A { #x = 1 })())',
  'return new WebAssembly.Memory({ initial: 1, shared: true, maximum: 1 }).buffer',
  'return WebAssembly.JSTag',
  'return new Compartment().globalThis',
  'return lockdown()',
  'return harden',
  'return assert.details`x`',
];

export default async (pkg) => {
  const said = [];
  for (const text of TEXTS) said.push(await triedLater(async () => Function(text)(), pkg, 300));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
