import { describe, expect, test } from '@jest/globals';
import { isPhlowError } from '../../src/errors.js';
import type { Scope } from '../../src/phs/interpreter/scope.js';
import { compileProgram } from '../../src/phs/program.js';
import { compileTemplate } from '../../src/phs/template.js';
import { toValue, type PhsValue } from '../../src/phs/values/value.js';

/** What a careless host might hand in: methods, accessors, symbols, class instances, inherited things, all beside plain data. */
function carelessScope(): { scope: Scope; touched: string[] } {
  const touched: string[] = [];
  class Account {
    balance = 1;
    get secret(): string {
      touched.push('getter');
      return 'secret';
    }
    steal(): string {
      touched.push('method');
      return 'stolen';
    }
  }
  const data = {
    list: [1, 2],
    text: 'abc',
    fn: () => {
      touched.push('function');
      return 'called';
    },
    symbol: Symbol('s'),
    [Symbol.iterator]: () => touched.push('iterator'),
    toString: () => touched.push('toString'),
    valueOf: () => touched.push('valueOf'),
    toJSON: () => touched.push('toJSON'),
    account: new Account(),
    inherited: Object.create({ hidden: 'inherited' }) as object,
    date: new Date(0),
    regexp: /x/,
    map: new Map([['k', 'v']]),
    set: new Set([1]),
    error: new Error('e'),
    bytes: new Uint8Array(2),
    promise: Promise.resolve(1),
    global: { ...globalThis },
  };
  return { scope: { main: data as unknown as PhsValue, payload: data as unknown as PhsValue }, touched };
}

/** Each is a way to something that is not data; none may get there. */
const ATTACKS: readonly string[] = [
  // up the prototype chain
  '{}.constructor',
  '{}.constructor.constructor("return process")()',
  '{}["constructor"]',
  '{}.__proto__',
  '{}["__proto__"]',
  '{}.__proto__.polluted',
  '[].constructor',
  '[]["constructor"]',
  '[].__proto__',
  '[].map.constructor("return 1")()',
  '"".constructor',
  '"".constructor.constructor("return this")()',
  '"a"["constructor"]',
  '5.constructor',
  '5["constructor"]',
  '1.5.__proto__',
  '(|x| x).constructor',
  '(|x| x).__proto__.constructor("return process")()',
  '(|x| x).prototype',
  '(|x| x).caller',
  '(|x| x).arguments',
  '(|x| x).body',
  '(|x| x).captured',
  '(0..5).constructor',
  '(0..5).__proto__',
  "'c'.text",
  '3.0.value',
  'timestamp().seconds',
  'payload.hasOwnProperty("list")',
  'payload.propertyIsEnumerable',
  'payload.__defineGetter__("x", |y| y)',
  'payload.__lookupGetter__("x")',
  'payload.isPrototypeOf(payload)',
  'payload.list.concat([3])',
  'payload.list.length',
  'payload.list.at(0)',
  'payload.list["length"]',
  'payload.text.length',
  'payload.text.charAt(0)',
  'payload.text["length"]',
  'payload.text.at(0)',
  // names of the host's world
  'process',
  'process.exit(1)',
  'globalThis',
  'global.process',
  'require("fs")',
  'Function("return 1")()',
  'Object.keys(payload)',
  'Reflect.ownKeys(payload)',
  'Symbol.iterator',
  'Proxy',
  'console.log(1)',
  'setTimeout(|| 1, 1)',
  'fetch("http://x")',
  'WebAssembly',
  'arguments',
  'self',
  'window',
  'undefined.x',
  'import "fs" as fs; fs::readFileSync("/etc/passwd")',
  'eval("process.exit(1)")',
  'eval("{}.constructor.constructor(`return process`)()")',
  'Fn("constructor").call({})',
  'Fn("toString").call(payload)',
  'Fn("__proto__").call({})',
  'call(Fn("eval"), "1")',
  'constructor()',
  '__proto__',
  '__proto__()',
  'toString()',
  'hasOwnProperty("a")',
  'valueOf()',
  'let x = {}; x.toString()',
  'let x = {}; x.valueOf()',
  '[1].toString()',
  // what a careless host left lying about
  'payload.fn()',
  'payload.fn.call()',
  'call(payload.fn)',
  '[1].map(payload.fn)',
  'payload.fn.constructor',
  'payload.account.secret',
  'payload.account.steal()',
  'payload.account.constructor',
  'payload.inherited.hidden',
  'payload.symbol.description',
  'payload.date.getTime()',
  'payload.regexp.exec("x")',
  'payload.map.get("k").size',
  'payload.map.size',
  'payload.set.has(1)',
  'payload.error.name',
  'payload.error.toString()',
  'payload.bytes.buffer',
  'payload.promise.then(|x| x)',
  'payload.toString()',
  'payload.toJSON()',
  'payload.valueOf() + 1',
];

/** What a script may end with: nothing at all, data it could have written itself, or a coded error. */
function outcomeOf(code: string, scope: Scope): unknown {
  try {
    return toValue(compileProgram(code, { print: () => undefined }).run(scope));
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return error.code;
  }
}

const HARMLESS: readonly unknown[] = [null, 'PHLOW_PHS_RUNTIME', 'PHLOW_PHS_SYNTAX'];

describe('an expression', () => {
  test(`has ${ATTACKS.length} ways that lead nowhere`, () => {
    expect(new Set(ATTACKS).size).toBeGreaterThanOrEqual(60);
    expect(new Set(ATTACKS).size).toBe(ATTACKS.length);
  });

  test.each(ATTACKS)('is refused or finds nothing: %s', (code) => {
    const { scope, touched } = carelessScope();
    expect(HARMLESS).toContainEqual(outcomeOf(code, scope));
    expect(touched).toEqual([]);
  });

  test.each([
    '`${payload}`',
    'payload.to_json()',
    'payload.to_string()',
    'payload == payload',
    'payload.keys()',
    '{...payload.account}',
    'merge(payload.map, payload.set)',
    'payload.values().len()',
    '"" + payload.fn + payload.symbol',
    'for x in payload.keys() {}',
    'payload.list.sort()',
    'let p = payload; p.toString = 1; p.list.push(3); p.keys()',
  ])('runs no code of the host: %s', (code) => {
    const { scope, touched } = carelessScope();
    outcomeOf(code, scope);
    expect(touched).toEqual([]);
  });

  test('sees no more of an object of a class than its own fields', () => {
    const { scope, touched } = carelessScope();
    expect(outcomeOf('payload.account.keys()', scope)).toEqual(['balance']);
    expect(outcomeOf('payload.account', scope)).toEqual({ balance: 1 });
    expect(touched).toEqual([]);
  });

  test('cannot return a function, a symbol or anything else that is no data', () => {
    for (const name of ['fn', 'symbol']) {
      expect(outcomeOf(`payload.${name}`, carelessScope().scope)).toBe('PHLOW_PHS_RUNTIME');
      expect(outcomeOf(`[payload.${name}]`, carelessScope().scope)).toBe('PHLOW_PHS_RUNTIME');
    }
  });
});

/** Each writes to a key that is special in JavaScript. */
const POLLUTIONS: readonly string[] = [
  'let o = {}; o.__proto__ = {polluted: 1}; o',
  'let o = {}; o["__proto__"] = {polluted: 1}; o',
  'let o = {}; o.__proto__.polluted = 1; o',
  'let o = {}; o["__proto__"]["polluted"] = 1; o',
  'let o = {a: {}}; o.a.__proto__ = {polluted: 1}; o',
  '{__proto__: {polluted: 1}}',
  '{"__proto__": {polluted: 1}}',
  '{...{"__proto__": {polluted: 1}}}',
  '{a: 1} + {"__proto__": {polluted: 1}}',
  'let o = {}; o += {"__proto__": {polluted: 1}}; o',
  'merge({}, {"__proto__": {polluted: 1}})',
  'let o = {}; o.mixin({"__proto__": {polluted: 1}}); o',
  'let o = {}; o.fill_with({"__proto__": {polluted: 1}}); o',
  'let o = {}; o.set("__proto__", {polluted: 1}); o',
  `parse("{\\"__proto__\\": {\\"polluted\\": 1}}")`,
  `parse_json("{\\"__proto__\\": {\\"polluted\\": 1}}")`,
  `let o = parse("{\\"__proto__\\": {\\"polluted\\": 1}}"); o.x = 1; o`,
  'let o = {"__proto__": {a: 1}}; o.__proto__.polluted = 1; o',
  '{"__proto__": 1}.map(|k, v| {polluted: 1})',
  '{"__proto__": {polluted: 1}}.filter(|k, v| true)',
  'let o = {"__proto__": {polluted: 1}}; o.drain(|k, v| true)',
  'let o = {"__proto__": {polluted: 1}}; o.retain(|k, v| true); o',
  'let o = {}; o.constructor = {prototype: {polluted: 1}}; o.constructor.prototype.polluted = 2; o',
  'let a = []; a.push({"__proto__": {polluted: 1}}); a',
  'let a = []; a["__proto__"] = {polluted: 1}',
  'let a = []; a.__proto__ = {polluted: 1}',
  'let a = []; a.length = 5',
  'let s = "x"; s.__proto__ = {polluted: 1}',
  'payload["__proto__"]["polluted"] = 1',
  'try { throw {"__proto__": {polluted: 1}} } catch (e) { e }',
  'switch {"__proto__": 1} { {"__proto__": 1} => {"__proto__": {polluted: 1}} }',
];

describe('writing to a special key', () => {
  test.each(POLLUTIONS)('makes at most an ordinary entry: %s', (code) => {
    const before = Reflect.ownKeys(Object.prototype);
    const value = outcomeOf(code, { payload: { a: 1 } });
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(([] as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
    if (typeof value === 'object' && value !== null) {
      expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value));
    }
  });

  test('and reading it gives back what was written', () => {
    expect(
      outcomeOf('let o = {}; o.__proto__ = 5; o.constructor = 6; [o.__proto__, o.constructor, o.len()]', {}),
    ).toEqual([5, 6, 2]);
  });

  test('of host data that was parsed with one works the same', () => {
    const payload = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as PhsValue;
    expect(outcomeOf('[payload.__proto__.a, payload.constructor, payload.keys()]', { payload })).toEqual([
      1,
      2,
      ['__proto__', 'constructor'],
    ]);
  });
});

test('a prototype that someone else has polluted is not seen', () => {
  Object.defineProperty(Object.prototype, 'leaked', { value: { secret: 1 }, configurable: true });
  try {
    expect(
      outcomeOf('[payload.leaked, {}.leaked, payload["leaked"], "leaked" in payload, payload?.leaked]', {
        payload: {},
      }),
    ).toEqual([null, null, null, false, null]);
    expect(outcomeOf('leaked', {})).toBe('PHLOW_PHS_RUNTIME');
    expect(outcomeOf('leaked()', {})).toBe('PHLOW_PHS_RUNTIME');
    expect(toValue(compileTemplate({ a: '{{ payload.leaked }}' }).evaluate({ payload: {} }))).toEqual({
      a: null,
    });
  } finally {
    delete (Object.prototype as unknown as Record<string, unknown>)['leaked'];
  }
});
