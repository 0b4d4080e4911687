import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AS, readOptions, type Rules } from '../src/options.js';
import {
  checkFlow,
  createHost,
  openFlow,
  testFlow,
  type CallOptions,
  type Host,
  type HostOptions,
  type LoadOptions,
  type OpenFlowOptions,
} from '../src/index.js';
import { errorOf } from './support/with-host.js';

interface Some {
  readonly words?: readonly string[];
  readonly waitMs?: number;
  readonly inside?: { readonly depth?: number } | boolean;
}

const SOME: Rules<Some> = {
  words: AS.texts,
  waitMs: AS.milliseconds,
  inside: AS.optionsOr({ depth: AS.count(1) }, AS.yesOrNo),
};

const read = (options: unknown): Some => readOptions('Cannot try', options as Some, SOME);

describe('options', () => {
  test.each<[unknown, RegExp, string]>([
    [{ waitMS: 1 }, /^Cannot try: there is no option "waitMS"\. Did you mean "waitMs"\?$/, 'waitMS'],
    [{ other: undefined }, /no option "other"\. There are words, waitMs, inside$/, 'other'],
    [{ inside: { dept: 1 } }, /no option "inside\.dept"\. Did you mean "depth"\?$/, 'inside.dept'],
    [{ waitMs: NaN }, /its option waitMs must be a number of milliseconds.*, found NaN$/, 'waitMs'],
    [{ waitMs: '5' }, /found "5"$/, 'waitMs'],
    [{ inside: { depth: 0 } }, /inside\.depth must be a whole number from 1 up.*found 0$/, 'inside.depth'],
    [{ inside: 'x' }, /true or false, or an object, found "x"$/, 'inside'],
    [{ words: ['a', 1] }, /a list of texts, found a list with 1 as its item 2$/, 'words'],
    [{ words: null }, /found null$/, 'words'],
    [5, /its options must be an object, found 5$/, ''],
    [null, /must be an object, found null$/, ''],
    [[], /must be an object, found a list$/, ''],
  ])('%j are refused', (options, message, option) => {
    const refused = { code: 'PHLOW_OPTION_INVALID', details: { option } };
    expect(() => read(options)).toThrow(message);
    expect(() => read(options)).toThrow(expect.objectContaining(refused));
  });

  test('are read once, and what cannot be read is refused', () => {
    let reads = 0;
    const options = {
      get waitMs() {
        return ++reads;
      },
    };
    expect(read(options)).toEqual({ waitMs: 1 });
    const throws = {
      get words(): never {
        throw new Error('not for you');
      },
    };
    expect(() => read(throws)).toThrow(/its option words cannot be read: not for you/);
  });

  test('may be inherited, but not from the prototype of all objects', () => {
    expect(read(Object.create({ waitMs: 7 }))).toEqual({ waitMs: 7 });
    Object.defineProperty(Object.prototype, 'added', { value: 1, enumerable: true, configurable: true });
    try {
      expect(read({ waitMs: 7 })).toEqual({ waitMs: 7 });
    } finally {
      Reflect.deleteProperty(Object.prototype, 'added');
    }
  });

  test('that are undefined are left out', () => {
    expect(read({ waitMs: undefined, inside: true })).toEqual({ inside: true });
    expect(read(undefined)).toEqual({});
  });
});

describe('the public API refuses', () => {
  let host: Host;
  beforeAll(async () => void (host = await createHost({ logLevel: 'off' })));
  afterAll(() => host.close());

  const REFUSED = { code: 'PHLOW_OPTION_INVALID' };

  test.each<[HostOptions]>([
    [{ logLevel: 'loud' as 'info' }],
    [{ log: {} as () => void }],
    [{ warmSpare: true } as HostOptions],
  ])('a host with %j', async (options) => {
    expect(await errorOf(createHost(options))).toMatchObject(REFUSED);
  });

  test.each<[string, LoadOptions]>([
    ['name', { name: 5 as unknown as string }],
    ['maxInFlight', { maxInFlight: 0 }],
    ['maxInFlight', { maxInFlight: 1.5 }],
    ['restart', { restart: 'sometimes' as 'never' }],
    ['restart.maxRestart', { restart: { maxRestart: 1 } as object }],
    ['restart.backoffMs', { restart: { backoffMs: -1 } }],
    ['whenFull', { whenFull: 'wat' as 'wait' }],
    ['callTimeoutMs', { callTimeoutMs: NaN }],
    ['drainTimeoutMs', { drainTimeoutMs: -5 }],
    ['replicas', { replicas: 0 }],
    ['recycle.afterPackages', { recycle: { afterPackages: 0 } }],
    ['limits.depth', { limits: { depth: 0 } }],
    ['isolation', { isolation: 'guared' as 'guarded' }],
    ['callTimeout', { callTimeout: 5 } as LoadOptions],
  ])('a module with a wrong %s', async (option, options) => {
    const error = await errorOf(host.load('echo', options));
    expect(error).toMatchObject(REFUSED);
    expect(error.message).toContain(option === 'name' ? 'must be text' : option);
    expect([...host.modules.keys()]).toEqual([]);
  });

  test('an entry of a list of modules', async () => {
    const entries = [{ module: 'echo', after: 'x' as unknown as string[] }];
    expect((await errorOf(host.loadAll(entries))).message).toMatch(/option after must be a list of texts/);
  });

  test.each<[CallOptions]>([
    [{ timeoutMs: NaN }],
    [{ timeoutMs: -1 }],
    [{ timeoutMS: 5 } as CallOptions],
    [{ signal: {} as AbortSignal }],
    [{ priority: 'urgent' as 'high' }],
    [{ items: 5 as unknown as [] }],
    [{ transfer: 5 as unknown as [] }],
    [{ hops: 0 } as CallOptions],
  ])('a call with %j', async (options) => {
    await using module = await host.load('echo');
    expect(await errorOf(module.call(1, options))).toMatchObject(REFUSED);
    expect(() => module.stream(1, options)).toThrow(expect.objectContaining(REFUSED));
    expect(await errorOf(host.replace('echo', { modul: 'x' } as object))).toMatchObject(REFUSED);
  });

  test('flows and their runs', async () => {
    const source = { text: 'name: one\nversion: 1.0.0\nsteps:\n  - payload: 1\n' };
    const wrong: OpenFlowOptions = { concurrency: 0 };
    expect(await errorOf(openFlow(source, wrong))).toMatchObject(REFUSED);
    expect(await errorOf(checkFlow(source, { packageDir: '.' } as object))).toMatchObject(REFUSED);
    expect(await errorOf(testFlow(source, { filter: 5 as unknown as string }))).toMatchObject(REFUSED);
    await using flow = await openFlow(source, { envs: {} });
    expect(await errorOf(flow.run({ timeoutMs: NaN }))).toMatchObject(REFUSED);
    expect(await errorOf(flow.run({ mian: 1 } as object))).toMatchObject(REFUSED);
    expect(await errorOf(flow.close({ graceMs: -1 }))).toMatchObject(REFUSED);
    expect(await flow.run({ timeoutMs: Infinity })).toBe(1);
  });
});
