import type { NodeInternals } from './node-internals.js';

/** Classes whose objects Node and our boot code work with for as long as a guest lives, by the module that has them. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  buffer: ['Buffer'],
  events: ['EventEmitter'],
  net: ['Socket', 'Server'],
  // Not `Transform`: the crypto of Node, which is loaded later, writes over methods that it has from there.
  stream: ['Duplex', 'Readable', 'Stream', 'Writable'],
  'internal/abort_controller': ['AbortController', 'AbortSignal'],
  'internal/encoding': ['TextDecoder', 'TextEncoder'],
  'internal/event_target': ['Event', 'EventTarget', 'NodeEventTarget'],
  'internal/fs/promises': ['FileHandle'],
  'internal/timers': ['Timeout', 'ImmediateList', 'TimersList'],
  'internal/url': ['URL', 'URLSearchParams'],
  'internal/worker/io': ['MessageChannel', 'MessagePort'],
};

/** What the language has by name. Other globals are looked at by nobody: some load half of Node when they are. */
const LANGUAGE: readonly string[] =
  `Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack
  FinalizationRegistry Float16Array Float32Array Float64Array Int16Array Int32Array Int8Array Intl Iterator JSON Map Math Number Promise
  Proxy Reflect RegExp Set SharedArrayBuffer String Symbol Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet`.split(
    /\s+/,
  );

/** Classes of the language that Node's objects extend: what is read-only there cannot be assigned further down. */
const OVERRIDABLE: readonly string[] =
  `AggregateError Error EvalError Function Object RangeError ReferenceError SuppressedError SyntaxError TypeError URIError`.split(
    ' ',
  );

/** Written to objects by Node's own code, which a read-only one further up would stop. */
const OVERRIDDEN: ReadonlySet<PropertyKey> = new Set(['constructor', 'toString', 'valueOf']);

/**
 * Makes the methods of what Node keeps using read-only, and those of the language as Node's realm has it: code that could replace one would be
 * handed the objects that it is called on.
 */
export function freezePlatform({ modules }: NodeInternals, global: object): void {
  const locked = new Set<object>();
  for (const [id, names] of Object.entries(CLASSES)) {
    const module = modules.get(id);
    if (module?.loaded !== true) continue;
    for (const name of names) lockClass((module.exports as Record<string, unknown>)[name], locked);
  }
  for (const name of OVERRIDABLE) lockClass(Object.getOwnPropertyDescriptor(global, name)?.value, locked);
  for (const name of LANGUAGE) freezeClass(Object.getOwnPropertyDescriptor(global, name)?.value, locked);
  for (const hidden of hiddenIntrinsics()) freezeClass(hidden, locked);
}

/** Classes of the language that have no name. */
function hiddenIntrinsics(): readonly unknown[] {
  const makers = [
    function* () {
      // Only its class counts.
    },
    async function* () {
      // Likewise.
    },
    async () => {
      await Promise.resolve();
    },
  ];
  const iterators = [
    [].values(),
    new Map().values(),
    new Set().values(),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
  ];
  return [
    ...makers.map((maker) => maker.constructor),
    ...iterators.map((made) => ({ prototype: Object.getPrototypeOf(made) as unknown })),
  ];
}

function freezeClass(made: unknown, locked: Set<object>): void {
  if ((typeof made !== 'function' && typeof made !== 'object') || made === null) return;
  Object.freeze(made);
  let at: unknown = Object.getOwnPropertyDescriptor(made, 'prototype')?.value;
  while (typeof at === 'object' && at !== null && !locked.has(at)) {
    locked.add(at);
    Object.freeze(at);
    at = Object.getPrototypeOf(at);
  }
}

/** Locks a class and all that it extends. */
function lockClass(made: unknown, locked: Set<object>): void {
  if ((typeof made !== 'function' && typeof made !== 'object') || made === null) return;
  lockMembers(made, locked);
  let at: unknown = Object.getOwnPropertyDescriptor(made, 'prototype')?.value;
  while (typeof at === 'object' && at !== null && !locked.has(at)) {
    lockMembers(at, locked);
    at = Object.getPrototypeOf(at);
  }
}

function lockMembers(target: object, locked: Set<object>): void {
  if (locked.has(target)) return;
  locked.add(target);
  for (const key of Reflect.ownKeys(target)) {
    const property = Object.getOwnPropertyDescriptor(target, key);
    if (property?.configurable !== true || OVERRIDDEN.has(key)) continue;
    if (typeof property.value === 'function')
      Object.defineProperty(target, key, { writable: false, configurable: false });
    else if (property.get !== undefined) Object.defineProperty(target, key, { configurable: false });
  }
  Object.preventExtensions(target);
}
