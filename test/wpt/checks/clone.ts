import { checkBuffers } from './clone-buffers.js';
import { run, same, throws, type Result, type Web } from './check.js';

const PRIMITIVES: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  '',
  '\ud800',
  '\udc00',
  '\0',
  '\udbff\udffd',
  0.2,
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  9007199254740992,
  -9007199254740992,
  9007199254740994,
  -9007199254740994,
  0n,
  -12n,
  -9007199254740994000n,
];
const WRAPPED = [
  true,
  false,
  '',
  '\ud800',
  '\0',
  '\udbff\udffd',
  0.2,
  0,
  -0,
  NaN,
  Infinity,
  -9007199254740994,
  -9007199254740994n,
];
const TIMES = [0, -0, -8.64e15, 8.64e15, NaN];
const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

export function checkClones(web: Web): Result[] {
  const { structuredClone: clone, DOMException } = web;
  const copyOf = <T>(value: T): T => clone<T>(value);
  const refused = (make: () => unknown): void => throws('DataCloneError', () => clone(make()));
  const inside = (name: string, value: unknown, check: (copy: unknown) => void): Result[] => [
    run(`clone: ${name}`, () => check(copyOf(value))),
    run(`clone: ${name} in an array`, () => check(copyOf([value])[0])),
    run(`clone: ${name} in an object`, () => check(copyOf({ x: value }).x)),
  ];
  return [
    ...PRIMITIVES.flatMap((value) =>
      inside(`${typeof value} ${JSON.stringify(String(value))}`, value, (copy) => same(copy, value)),
    ),
    ...WRAPPED.flatMap((value) =>
      inside(`wrapped ${typeof value} ${JSON.stringify(String(value))}`, Object(value), (copy) => {
        same(typeof copy, 'object');
        same(Object.getPrototypeOf(copy), Object.getPrototypeOf(Object(value)));
        same((copy as { valueOf(): unknown }).valueOf(), value);
      }),
    ),
    ...TIMES.flatMap((time) =>
      inside(`Date ${time}`, new Date(time), (copy) => {
        same(copy instanceof Date, true);
        same((copy as Date).getTime(), new Date(time).getTime());
      }),
    ),
    ...[/foo/gim, /foo/y, /foo/u, new RegExp(''), new RegExp('/'), new RegExp('\u2028')].flatMap(
      (expression) => {
        expression.lastIndex = 2;
        return inside(`RegExp ${String(expression)}`, expression, (copy) => {
          same(copy instanceof RegExp, true);
          same(String(copy), String(expression));
          same((copy as RegExp).lastIndex, 0);
        });
      },
    ),
    ...Object.entries(ERRORS).map(([name, Class]) =>
      run(`clone: ${name}`, () => {
        const error = Object.assign(new Class('message here'), { foo: 'testing' });
        const copy = copyOf(error);
        same(Object.getPrototypeOf(copy), Class.prototype);
        same(copy.name, name);
        same(copy.message, 'message here');
        same('foo' in copy, false);
        same(Object.hasOwn(copyOf(new Class()), 'message'), false, 'own message');
      }),
    ),
    run('clone: an error of another name is an Error', () => {
      class Own extends Error {
        override name = 'Own';
      }
      const copy = copyOf(new Own('m'));
      same(Object.getPrototypeOf(copy), Error.prototype);
      same(copy.name, 'Error');
    }),
    run('clone: a DOMException', () => {
      const copy = copyOf(new DOMException('m', 'AbortError'));
      same(copy instanceof DOMException, true);
      same(copy.name, 'AbortError');
      same(copy.message, 'm');
    }),
    ...VIEWS.map((View) =>
      run(`clone: ${View.name}`, () => {
        const bytes = Uint8Array.from({ length: 32 }, (_, at) => at);
        const view = new View(bytes.buffer, 8, 2);
        const copy = copyOf(view);
        same(Object.getPrototypeOf(copy), View.prototype);
        same(copy.length, 2);
        same(copy.byteOffset, 8);
        same(copy.buffer.byteLength, 32);
        same(copy.buffer === view.buffer, false);
        same(String(copy), String(view));
      }),
    ),
    run('clone: ArrayBuffer and DataView share one buffer', () => {
      const { buffer } = Uint8Array.of(1, 2, 3);
      const copy = copyOf({ buffer, view: new DataView(buffer, 1), bytes: new Uint8Array(buffer) });
      same(copy.buffer.byteLength, 3);
      same(copy.view.buffer, copy.buffer);
      same(copy.bytes.buffer, copy.buffer);
      same(copy.view.getUint8(0), 2);
    }),
    run('clone: Map and Set', () => {
      const key = { a: 1 };
      const map = new Map<unknown, unknown>([
        [key, key],
        ['x', new Set([key])],
      ]);
      map.set('self', map);
      const copy = copyOf(map);
      const [[copiedKey, copiedValue]] = [...copy] as [[unknown, unknown]];
      same(copiedKey, copiedValue);
      same(copiedKey === key, false);
      same((copy.get('x') as Set<unknown>).has(copiedKey), true);
      same(copy.get('self'), copy);
    }),
    run('clone: arrays with holes and other members', () => {
      const array = Object.assign([1, 2, 3], { foo: 'bar' });
      Reflect.deleteProperty(array, 1);
      const copy = copyOf(array);
      same(copy.length, 3);
      same(1 in copy, false);
      same(copy.foo, 'bar');
      same(copyOf(new Array(10)).length, 10);
      same(Array.isArray(copyOf({ 0: 'foo', length: 1 })), false);
    }),
    run('clone: circles and the same thing twice', () => {
      const array: unknown[] = [];
      array.push(array);
      const copy = copyOf(array);
      same(copy[0], copy);
      const it: Record<string, unknown> = {};
      it['self'] = it;
      const other = copyOf({ it, also: it });
      same(other.it, other.also);
      same(other.it['self'], other.it);
    }),
    run('clone: own enumerable members only, and as plain ones', () => {
      const it = Object.create({ inherited: 1 }) as Record<string, unknown>;
      it['a'] = 1;
      Object.defineProperty(it, 'hidden', { value: 2 });
      Object.defineProperty(it, 'fixed', { value: 3, enumerable: true });
      Object.defineProperty(it, 'got', { get: () => 4, enumerable: true });
      const copy = copyOf(it);
      same(Object.keys(copy).join(), 'a,fixed,got');
      same(Object.getPrototypeOf(copy), Object.prototype);
      copy['fixed'] = 5;
      same(copy['fixed'], 5);
      same(copy['got'], 4);
      same('inherited' in copy, false);
    }),
    run('clone: members that getters remove are left out', () => {
      const it: Record<string, unknown> = {
        get a() {
          delete this['b'];
          return 1;
        },
        b: 2,
      };
      same(Object.keys(copyOf(it)).join(), 'a');
    }),
    run('clone: __proto__ is a name like others', () => {
      const copy = copyOf(JSON.parse('{"__proto__":{"x":1}}') as object);
      same(Object.getPrototypeOf(copy), Object.prototype);
      same(Object.keys(copy).join(), '__proto__');
    }),
    run('clone: what a getter throws comes through', () => {
      const thrown = new Error('mine');
      try {
        clone({
          get x(): never {
            throw thrown;
          },
        });
        throw new Error('nothing was thrown');
      } catch (error) {
        same(error, thrown);
      }
    }),
    run('clone: Object.prototype becomes a plain object', () => {
      const copy = copyOf(Object.prototype);
      Object.setPrototypeOf(copy, { some: 'proto' });
      same('some' in copy, true);
    }),
    ...[
      ['a function', () => () => 1],
      ['a method', () => Map.prototype.get],
      ['a symbol', () => Symbol('x')],
      ['a wrapped symbol', () => Object(Symbol('x')) as object],
      ['a WeakMap', () => new WeakMap()],
      ['a WeakSet', () => new WeakSet()],
      ['a promise', () => Promise.resolve()],
      ['an event', () => new web.Event('x')],
      ['a signal', () => new web.AbortController().signal],
      ['a member that is a function', () => ({ a: [() => 1] })],
      ['a revoked proxy', revoked],
    ].map(([what, make]) => run(`clone: ${what as string} is refused`, () => refused(make as () => unknown))),
    run('clone: parameters', () => {
      throws('TypeError', () => (clone as () => unknown)());
      same(clone('x', undefined), 'x');
      same(clone('x', { transfer: [] }), 'x');
      throws('DataCloneError', () => clone('x', { transfer: [{} as ArrayBuffer] }));
    }),
    ...checkBuffers(web),
  ];
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
