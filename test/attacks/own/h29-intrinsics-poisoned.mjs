// class: shim tampering
// goal: pollute
// Every intrinsic that the code around a module may lean on is replaced, as far as it lets itself; then a reply, a log line and an error go through it.
const spoil = (target, key) => {
  for (const how of [
    () => (target[key] = () => 'spoiled'),
    () => Object.defineProperty(target, key, { get: () => () => 'spoiled', configurable: true }),
    () => Reflect.set(target, key, () => 'spoiled'),
    () => delete target[key],
  ]) {
    try {
      how();
    } catch {
      // Frozen, as it should be.
    }
  }
};
export default (pkg, ctx) => {
  const roots = [
    Object,
    Array,
    Map,
    Set,
    WeakMap,
    Promise,
    JSON,
    Reflect,
    String,
    Number,
    Function,
    Error,
    RegExp,
    Symbol,
    Proxy,
  ];
  for (const root of roots) {
    for (const at of [root, root.prototype, Object.getPrototypeOf(root)]) {
      if (at === undefined || at === null) continue;
      for (const key of Reflect.ownKeys(at)) spoil(at, key);
    }
  }
  for (const iterator of [[][Symbol.iterator](), new Map().entries(), ''.matchAll(/x/g), (function* () {})()])
    spoil(Object.getPrototypeOf(iterator), 'next');
  for (const key of ['toJSON', 'then', '__phlow', 'get', 'set', 'value', 'enumerable', 'writable']) {
    spoil(Object.prototype, key);
    spoil(Array.prototype, key);
    spoil(Function.prototype, key);
  }
  for (const key of ['Object', 'Array', 'JSON', 'Promise', 'Error', 'globalThis', 'setTimeout', 'console'])
    spoil(globalThis, key);
  ctx.log('a line');
  return { fine: [1, { two: 2 }] };
};
