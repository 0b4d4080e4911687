import { describe, expect, test } from '@jest/globals';
import { copyOf } from '../../src/wire/copy.js';
import { openFlow } from '../../src/runtime/flow.js';
import type { InlineHandler } from '../../src/runtime/inline-module.js';
import type { Value } from '../../src/values.js';
import { errorOf } from '../support/with-host.js';

const QUIET = { log: () => undefined, envs: {} };

/** Changes whatever it is handed, and answers with the same object each time. */
const KEPT: Record<string, Value> = { n: 0 };
const spoils: InlineHandler = ({ input, payload }) => {
  for (const value of [input, payload]) {
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) Reflect.deleteProperty(value, key);
    (value as Record<string, Value>)['spoilt'] = true;
  }
  KEPT['n'] = Number(KEPT['n']) + 1;
  return KEPT;
};

describe('a function of the application', () => {
  test('changes nothing that steps, the caller or another run have', async () => {
    const text = `
name: one
version: 1.0.0
modules: [{ module: spoils }]
steps:
  - id: first
    payload: { user: main.user, list: [1, 2] }
  - id: second
    spoils: payload
  - id: third
    spoils: { kept: steps.first }
  - return: { first: steps.first, second: steps.second, third: steps.third, main: main }
`;
    await using flow = await openFlow({ text }, { ...QUIET, modules: { spoils } });
    const main = Object.freeze({ user: Object.freeze({ name: 'ada' }) });
    const payload = { a: { b: 1 } };
    const [one, two] = await Promise.all([flow.run({ main, payload }), flow.run({ main, payload })]);
    const first = { user: { name: 'ada' }, list: [1, 2] };
    expect(one).toMatchObject({ first, main });
    expect(two).toMatchObject({ first, main });
    const counts = [one, two].map((result) => {
      const { second, third } = result as Record<string, { n: number }>;
      return [second?.n, third?.n];
    });
    // Each reply is what it was when it was given, though the object behind all four is one.
    expect(counts.flat().sort()).toEqual([1, 2, 3, 4]);
    expect(payload).toEqual({ a: { b: 1 } });
  });

  test('may change the payload of the application in place, frozen or not', async () => {
    const text = 'modules: [{ module: spoils }]\nsteps:\n  - spoils: payload\n  - return: payload.n > 0\n';
    await using flow = await openFlow({ text }, { ...QUIET, modules: { spoils } });
    for (const payload of [{ a: 1 }, Object.freeze({ a: 1 })]) {
      expect(await flow.run({ payload })).toBe(true);
      expect(payload).toEqual({ a: 1 });
    }
  });

  test('cannot change its settings for the next call, nor the result for the next run', async () => {
    const text =
      'modules: [{ module: mine, with: { list: [1] } }]\nsteps:\n  - mine: {}\n  - return: { fixed: [1, 2] }\n';
    const mine: InlineHandler = (_, { with: settings }) => {
      expect(() => (settings as { list: number[] }).list.push(2)).toThrow(TypeError);
      return null;
    };
    await using flow = await openFlow({ text }, { ...QUIET, modules: { mine } });
    for (let i = 0; i < 2; i++) {
      const result = (await flow.run()) as { fixed: number[] };
      expect(result).toEqual({ fixed: [1, 2] });
      result.fixed.length = 0;
    }
  });

  test('is refused a reply that cannot be copied, with the place in it', async () => {
    const text = 'modules: [{ module: mine }]\nsteps:\n  - mine: {}\n';
    const mine: InlineHandler = () => ({ items: [1, { fn: () => 1 }] });
    await using flow = await openFlow({ text }, { ...QUIET, modules: { mine } });
    const error = await errorOf(flow.run());
    expect(error.cause).toMatchObject({
      code: 'PHLOW_REPLY_UNCLONABLE',
      details: { path: 'reply.items[1].fn' },
    });
    expect(await errorOf(flow.run({ payload: { 'a b': Symbol('x') } }))).toMatchObject({
      code: 'PHLOW_INPUT_UNCLONABLE',
      details: { path: 'payload["a b"]' },
    });
  });
});

describe('a copy', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 1_000; i++) deep = [deep];

  test.each<[unknown]>([
    [1],
    [undefined],
    ['text'],
    [10n],
    [-0],
    [NaN],
    [{ a: [{ b: null, c: undefined }] }],
    [JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "prototype": 3}')],
    [Object.create(null)],
    [new Map([[1, { a: 1 }]])],
    [{ when: new Date(5), bytes: new Uint8Array([1, 2]) }],
    [/a/.exec('cat')],
  ])('%j is equal, and shares nothing', (value) => {
    const copied = copyOf(value, 'PHLOW_INTERNAL', 'it');
    expect(copied).toEqual(value);
    if (typeof value === 'object') expect(copied).not.toBe(value);
    expect(Object.keys(Object(copied) as object)).toEqual(Object.keys(Object(value) as object));
  });

  test('of holes has the same holes, and one that is nested deep is made, or refused with a code', () => {
    const holes: number[] = [1];
    holes[2] = 3;
    expect(Object.keys(copyOf(holes, 'PHLOW_INTERNAL', 'it') as object)).toEqual(['0', '2']);
    let copied = copyOf(deep, 'PHLOW_INTERNAL', 'it');
    for (let i = 0; i < 1_000; i++) copied = (copied as unknown[])[0];
    expect(copied).toBe(1);
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const refused = expect.objectContaining({ code: 'PHLOW_INTERNAL' });
    expect(() => copyOf(deep, 'PHLOW_INTERNAL', 'it')).toThrow(refused);
  });
});
