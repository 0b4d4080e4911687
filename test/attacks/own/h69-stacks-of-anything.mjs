// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// The engine's way to write stacks, with targets that answer, limits without end, and formatters of the module's own.
import { breathe, loot, tried } from './_realm.mjs';

export default async (pkg) => {
  const said = [];
  const look = (...values) => {
    for (const value of values) said.push(loot(value, pkg, 150));
    return 'x';
  };
  for (const root of [
    Error,
    TypeError,
    DOMException,
    globalThis.SuppressedError,
    AggregateError,
    Object.getPrototypeOf(Error),
    Function('return Error')(),
  ])
    said.push(
      tried(
        () => {
          root.prepareStackTrace = look;
          root.stackTraceLimit = Infinity;
          root.captureStackTrace = look;
        },
        pkg,
        20,
      ),
    );
  const named = {
    get name() {
      return new Error('in name').stack;
    },
    get message() {
      Error.captureStackTrace?.({});
      return 'x';
    },
    toString: look,
  };
  for (const target of [
    {},
    [],
    () => 0,
    named,
    Object.create(named),
    new Proxy(named, {}),
    globalThis,
    new Error('x'),
    new URL('http://x/'),
    new DOMException('x'),
  ])
    for (const above of [undefined, look, Array.prototype.map, JSON.parse]) {
      await breathe();
      said.push(
        tried(
          () => {
            Error.captureStackTrace?.(target, above);
            return [target.stack, target];
          },
          pkg,
          60,
        ),
      );
    }
  // Frames of natives, getters, proxies and async functions between those of the module.
  const through = [
    () => [1].map(() => new Error('x'))[0],
    () =>
      JSON.parse('[1]', () => {
        throw new Error('x');
      }),
    () =>
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('x');
          },
        },
      ).x,
    () =>
      Reflect.construct(
        class {
          constructor() {
            throw new Error('x');
          }
        },
        [],
      ),
    () =>
      'a'.replace('a', () => {
        throw new Error('x');
      }),
    () =>
      [2, 1].sort(() => {
        throw new Error('x');
      }),
    () =>
      new URLSearchParams('a').forEach(() => {
        throw new Error('x');
      }),
    () =>
      structuredClone({
        get a() {
          throw new Error('x');
        },
      }),
    () =>
      new Event({
        toString() {
          throw new Error('x');
        },
      }),
    () =>
      new TextDecoder({
        toString() {
          throw new Error('x');
        },
      }),
    () =>
      new URL({
        toString() {
          throw new Error('x');
        },
      }),
    () =>
      console.log({
        toJSON() {
          throw new Error('x');
        },
      }),
    () => eval('throw new Error("x")'),
    () => Function('throw new Error("x")')(),
  ];
  for (const run of through) {
    await breathe();
    try {
      look(run());
    } catch (error) {
      look(error, error.stack);
      said.push(/node:|phlow:guest-boot/.test(error.stack) ? 'FOREIGN frames' : '');
    }
  }
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
