/** Where everything goes that somebody hands to a function, a trap or an accessor of ours. */
export type Capture = (from: string, value: unknown) => void;

/** Not as one word: the library refuses texts that it finds it in. */
const IMPORT = ['im', 'port'].join('');

const THROWING = new Proxy(
  {},
  {
    get(_target, trap) {
      throw new RangeError(`thrown by the trap ${String(trap)}`);
    },
  },
);

/** What functions are called with: ordinary values, and values that notice how they are used. */
export function samples(capture: Capture): unknown[] {
  const noting = function (this: unknown, ...args: unknown[]): unknown {
    capture('this of a callback', this);
    for (const arg of args) capture('an argument of a callback', arg);
    return args[0];
  };
  const traps = new Proxy(
    {},
    {
      get: (_target, trap) =>
        function (...args: unknown[]): unknown {
          for (const arg of args) capture(`an argument of the trap ${String(trap)}`, arg);
          return (Reflect as unknown as Record<PropertyKey, (...all: unknown[]) => unknown>)[trap]?.(...args);
        },
    },
  );
  const withNoting = (key: PropertyKey): object => Object.defineProperty({}, key, { value: noting });
  return [
    undefined,
    null,
    true,
    0,
    1,
    -1,
    1.5,
    NaN,
    40,
    10n,
    '',
    'a',
    'abort',
    'utf-16le',
    'x-unknown',
    'http://a/?b=1#c',
    '::',
    '__proto__',
    '\ud800',
    Symbol.iterator,
    {},
    [],
    [1, 'a', null],
    [['a', 'b']],
    { a: 1, once: true, stream: true, fatal: true, detail: 1, reason: 2 },
    noting,
    () => {
      throw new TypeError('thrown by a callback');
    },
    class Sample {
      a = 1;
    },
    new Map([['a', 1]]),
    new Set([1]),
    new Date(0),
    /a/g,
    new Uint8Array([104, 255, 0, 1]),
    new ArrayBuffer(8),
    new DataView(new ArrayBuffer(4)),
    Promise.resolve(1),
    new Error('sample', { cause: 1 }),
    withNoting('then'),
    withNoting('toJSON'),
    withNoting('toString'),
    withNoting('valueOf'),
    withNoting(Symbol.toPrimitive),
    withNoting(Symbol.iterator),
    withNoting(Symbol.asyncIterator),
    withNoting('handleEvent'),
    new Proxy({}, traps),
    new Proxy(noting, traps),
    new Proxy([], traps),
    new Proxy({}, THROWING),
    new Proxy(() => undefined, THROWING),
    Object.assign(new Error('odd'), { name: Symbol.iterator }),
    Object.defineProperty(new Error('odd'), 'message', {
      get(this: unknown) {
        capture('this of a getter', this);
        throw new RangeError('thrown by a getter');
      },
    }),
    Object.setPrototypeOf(new Error('odd'), new Proxy({}, traps)),
    Object.setPrototypeOf(
      Promise.reject(new Error('nobody waits')).catch(noting),
      new Proxy(Promise.prototype, traps),
    ),
  ];
}

/** Expressions whose results a module can make for itself; IMPORT is the word for it. */
const EXPRESSIONS: readonly string[] = [
  '(function* () {})()',
  '(async function* () {})()',
  'async () => undefined',
  '(function () { return arguments })()',
  '/a/.exec("a")',
  '[[].values(), new Map().entries(), new Set().keys(), ""[Symbol.iterator](), "a".matchAll(/a/g)]',
  'new Response("a").body',
  'new Response("a").body.getReader()',
  'new Response("a").body[Symbol.asyncIterator]()',
  // Errors of the language.
  'null.x',
  'JSON.parse("{")',
  'new RegExp("(")',
  'decodeURIComponent("%")',
  '[].length = -1',
  '1n + 1',
  'Reflect.construct(Promise, [1])',
  'new Proxy({}, null)',
  'Number(Symbol.iterator)',
  'Object.defineProperty(Object.prototype, "x", { value: 1 })',
  'new ArrayBuffer(-1)',
  '"a".normalize("x")',
  '(1).toFixed(1000)',
  'new Intl.NumberFormat("x-y-z-?")',
  'new Intl.DateTimeFormat("en", { timeZone: "x" })',
  'undefinedName',
  'throw new Error()',
  'await 1',
  // Ways to code and to objects from elsewhere.
  'IMPORT("node:fs")',
  'IMPORT.source("node:fs")',
  'IMPORT.defer("node:fs")',
  'IMPORT /**/ ("node:fs")',
  'im\\u0070ort("node:fs")',
  'IMPORT.meta',
  '(() => this)()',
  'new.target',
  '(function () { return this })()',
  'arguments',
  'new Function("return this")()',
  'new Function("return IMPORT.source(\\"node:fs\\")")()',
  'Function("return arguments.callee")()',
  '(async () => undefined).constructor("return 1")',
  '(function* () {}).constructor("yield 1")',
];

/** Values that a module makes for itself, and errors that it provokes. */
export function made(): unknown[] {
  return EXPRESSIONS.map((expression): unknown => {
    try {
      return (0, eval)(expression.replaceAll('IMPORT', IMPORT));
    } catch (error) {
      return error;
    }
  });
}
