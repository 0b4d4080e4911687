// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":20000}
// Methods of the platform's classes on what is none of theirs: proxies, heirs, empty prototypes, constructors called for others.
import { breathe, loot, tried } from './_realm.mjs';

const CLASSES = [
  'URL',
  'URLSearchParams',
  'TextDecoder',
  'TextEncoder',
  'AbortController',
  'AbortSignal',
  'Event',
  'EventTarget',
  'CustomEvent',
  'DOMException',
  'Headers',
  'Request',
  'Response',
  'FormData',
  'Blob',
  'CryptoKey',
  'Crypto',
  'SubtleCrypto',
  'Performance',
];

export default async (pkg) => {
  const said = [];
  const traps = [];
  const handler = new Proxy(
    {},
    {
      get:
        (_, trap) =>
        (...args) => {
          traps.push(...args);
          return Reflect[trap](...args);
        },
    },
  );
  const makers = {
    URL: () => new URL('http://a.example'),
    URLSearchParams: () => new URLSearchParams('a=b'),
    TextDecoder: () => new TextDecoder(),
    TextEncoder: () => new TextEncoder(),
    AbortController: () => new AbortController(),
    AbortSignal: () => AbortSignal.abort(),
    Event: () => new Event('x'),
    EventTarget: () => new EventTarget(),
    CustomEvent: () => new CustomEvent('x'),
    DOMException: () => new DOMException('x'),
  };
  for (const name of CLASSES) {
    const Class = globalThis[name];
    if (Class === undefined) continue;
    const real = makers[name]?.();
    const receivers = [
      {},
      Object.create(Class.prototype),
      Class.prototype,
      Class,
      null,
      undefined,
      1,
      globalThis,
      ...(real === undefined
        ? []
        : [
            new Proxy(real, handler),
            Object.create(real),
            Object.assign(Object.create(Class.prototype), real),
          ]),
      ...Object.values(makers).map((make) => {
        try {
          return make();
        } catch {
          return {};
        }
      }),
    ];
    for (const key of Reflect.ownKeys(Class.prototype)) {
      await breathe();
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(Class.prototype, key);
      for (const receiver of receivers)
        for (const method of [value, get, set])
          if (typeof method === 'function')
            said.push(tried(() => Reflect.apply(method, receiver, [receiver, {}]), pkg, 40));
    }
    for (const prototype of [
      Object.prototype,
      null,
      Function.prototype,
      Array.prototype,
      new Proxy({}, handler),
    ]) {
      const heir = new Proxy(function () {}, {
        get: (_, key) => (key === 'prototype' ? prototype : undefined),
      });
      said.push(tried(() => Reflect.construct(Class, ['x', 'y'], heir), pkg, 60));
    }
    said.push(
      tried(
        () => {
          class Heir extends Class {
            constructor(...args) {
              super(...args);
              this.self = super.constructor;
            }
          }
          return new Heir('x', {});
        },
        pkg,
        60,
      ),
    );
    // A base that returns an object of its own would have private fields put on it.
    const victim = {};
    said.push(
      tried(
        () => {
          Object.setPrototypeOf(Class, function () {
            return victim;
          });
          return new Class('x');
        },
        pkg,
        60,
      ),
    );
  }
  said.push(...traps.slice(0, 500).map((value) => loot(value, pkg, 40)));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
