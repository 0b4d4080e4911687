// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":5000}
// Byte arrays that are heirs, have methods of their own, shrink, move or are views of each other, wherever bytes are taken or filled.
import { loot, tried, triedLater } from './_realm.mjs';

export default async (pkg, ctx) => {
  const said = [];
  const look = (...values) => {
    for (const value of values) said.push(loot(value, pkg, 100));
  };
  class Spy extends Uint8Array {
    static get [Symbol.species]() {
      return function (...args) {
        look(this, args);
        return new Uint8Array(...args);
      };
    }
    set(...args) {
      look(this, args);
      return super.set(...args);
    }
    get length() {
      return 5;
    }
    get buffer() {
      look(this);
      return super.buffer;
    }
    subarray(...args) {
      look(args);
      return super.subarray(...args);
    }
    slice(...args) {
      look(args);
      return super.slice(...args);
    }
    *[Symbol.iterator]() {
      look(this);
      yield* [1, 2];
    }
    toString() {
      look(this);
      return 'x';
    }
  }
  const buffer = new ArrayBuffer(16, { maxByteLength: 64 });
  const made = [
    new Spy(8),
    Object.assign(new Uint8Array(8), { set: look, length: 1e9, buffer: null, constructor: Spy }),
    new Uint8Array(buffer),
    new Float64Array(2),
    new DataView(buffer),
    new BigInt64Array(1),
    new Proxy(new Uint8Array(4), {}),
    Object.create(new Uint8Array(4)),
    Object.setPrototypeOf(new Uint8Array(4), Spy.prototype),
    Object.setPrototypeOf(new Uint8Array(4), null),
    { length: 4, 0: 1 },
  ];
  Object.defineProperty(made[1], 'length', { value: 2 ** 31 });
  Object.defineProperty(made[1], 'byteLength', {
    get() {
      look(this);
      buffer.resize?.(0);
      return 4;
    },
  });
  for (const bytes of made) {
    for (const run of [
      () => globalThis.crypto?.getRandomValues(bytes),
      () => new TextDecoder().decode(bytes),
      () => new TextDecoder('big5').decode(bytes),
      () => new TextEncoder().encodeInto('é', bytes),
      () => structuredClone(bytes),
      () => structuredClone(bytes, { transfer: [bytes.buffer] }),
      () => new URLSearchParams(bytes),
      () => atob(bytes),
      () => new Blob([bytes]),
    ])
      said.push(tried(run, pkg, 100));
    for (const run of [
      () => ctx.context.fs.writeBytes('./b', bytes),
      () => ctx.context.net.fetch(`http://${pkg.okHost}/`, { method: 'POST', body: bytes }),
      () => globalThis.crypto?.subtle?.digest('SHA-1', bytes),
      () => globalThis.crypto?.subtle?.importKey('raw', bytes, 'AES-CBC', true, ['encrypt']),
    ])
      said.push(await triedLater(run, pkg, 100));
  }
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
