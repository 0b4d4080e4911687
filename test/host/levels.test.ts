import { describe, expect, test } from '@jest/globals';
import type { Host, IsolationLevel, Module } from '../../src/index.js';
import { LEVELS } from '../support/guarded-here.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const GUESTS: readonly IsolationLevel[] = ['sandboxed', 'isolated'];

const several = (host: Host, isolation: IsolationLevel, options = {}): Promise<Module> =>
  host.load(fixtureModule('several'), { isolation, grant: { fs: { read: ['./data'] } }, ...options });

describe.each(LEVELS)('a module at level %s', (isolation) => {
  test('says which level it runs at, starts, answers, stops', () =>
    withHost(async (host, lines) => {
      const module = await several(host, isolation, { with: { greeting: 'hello' } });
      expect(module.level).toBe(isolation);
      expect(await module.call({ do: 'state' })).toEqual({ greeting: 'hello', name: 'several' });
      await module.close();
      expect(lines.map(({ message }) => message)).toContain('stopped');
    }));

  test('loses no line of its log uncounted when it is closed right after a flood', () =>
    withHost(async (host, lines) => {
      const module = await several(host, isolation);
      await module.call({ do: 'flood', times: 20_000 });
      await module.close();
      const cut = lines.map(({ message }) => Number(/^(\d+) log lines were cut/.exec(message)?.[1] ?? 0));
      const written = lines.filter(({ message }) => message === 'one of many' || message === 'stopped');
      expect(written.length).toBeLessThan(20_000);
      expect(written.length + cut.reduce((sum, count) => sum + count)).toBe(20_001);
    }));

  test.each([[null], [0], [''], ['text'], [true], [[1, [2]]], [{ a: { b: [null] } }], [1.5]])(
    'gives %j back as it is',
    (value) =>
      withHost(async (host) => {
        const module = await several(host, isolation);
        expect(await module.call({ do: 'echo', value })).toEqual(value);
      }),
  );

  test('answers a burst, each caller with its own reply', () =>
    withHost(async (host) => {
      const module = await several(host, isolation);
      const calls = Array.from({ length: 200 }, (_, i) => module.call({ do: 'echo', value: i }));
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    }));

  test('tells what a handler threw with its name, code, data and cause', () =>
    withHost(async (host) => {
      const error = await errorOf((await several(host, isolation)).call({ do: 'throw' }));
      expect(error.code).toBe('PHLOW_MODULE_ERROR');
      expect(error.message).toBe('Module "several" failed: RangeError: asked to throw');
      expect(error.details).toMatchObject({ name: 'RangeError', code: 'E_ASKED', data: { depth: 1 } });
      expect((error.cause as Error).message).toBe('the cause');
    }));

  test('has its input checked, and may answer a violation itself', () =>
    withHost(async (host) => {
      const module = await several(host, isolation);
      const error = await errorOf(module.call({ do: 'unknown' }));
      expect(error.code).toBe('PHLOW_INPUT_INVALID');
      expect(error.details?.['violations']).toHaveLength(1);
      const input = { do: 'defaults' };
      expect(await module.call(input)).toEqual({ do: 'defaults', times: 3 });
      expect(input).toEqual({ do: 'defaults' });
    }));

  test('has its replies checked when that is asked for', () =>
    withHost(async (host) => {
      const module = await several(host, isolation, { checkOutput: true });
      expect((await errorOf(module.call({ do: 'echo', value: 'forbidden' }))).code).toBe(
        'PHLOW_OUTPUT_INVALID',
      );
      expect(await module.call({ do: 'echo', value: 'fine' })).toBe('fine');
    }));

  test('logs with level and fields, through the log and through the console', () =>
    withHost(async (host, lines) => {
      const module = await several(host, isolation);
      await module.call({ do: 'log' });
      await module.close();
      expect(lines).toContainEqual(
        expect.objectContaining({
          module: 'several',
          level: 'warn',
          message: 'careful',
          fields: { depth: 1 },
        }),
      );
      // What a module in the caller's own thread prints, the caller prints.
      if (isolation !== 'inline')
        expect(lines).toContainEqual(expect.objectContaining({ message: 'printed 1' }));
    }));

  test('hears of it when the caller gives up', () =>
    withHost(async (host) => {
      const module = await several(host, isolation);
      const controller = new AbortController();
      const call = errorOf(module.call({ do: 'wait' }, { signal: controller.signal }));
      expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
      controller.abort();
      expect((await call).code).toBe('PHLOW_CALL_CANCELLED');
      expect(await module.call({ do: 'given-up' })).toBe(1);
    }));

  test('moves in time as a test drives it', () =>
    withHost(async (host) => {
      const module = await several(host, isolation, { clock: 'manual' });
      const call = module.call({ do: 'sleep', ms: 60_000 });
      await module.clock.advance(60_000);
      expect(await call).toBe(60_000);
    }));

  test('reads through the host what it was granted, and nothing else', () =>
    withHost(async (host) => {
      const module = await several(host, isolation);
      expect(await module.call({ do: 'read', path: './data/note.txt' })).toBe('a note\n');
      const error = await errorOf(module.call({ do: 'read', path: './phlow.yaml' }));
      expect(error.details?.['code']).toBe('PHLOW_PERMISSION_DENIED');
    }));
});

// An error that nobody caught in the caller's own thread is the caller's.
describe.each(LEVELS.filter((level) => level !== 'inline'))(
  'a module in a thread of its own at level %s',
  (isolation) => {
    test('that dies of an error nobody caught rejects what is in flight with it', () =>
      withHost(async (host) => {
        const error = await errorOf((await several(host, isolation)).call({ do: 'late-throw' }));
        expect(error.code).toBe('PHLOW_MODULE_CRASHED');
        expect(error.message).toContain('uncaught Error: thrown late');
      }));
  },
);

describe.each(LEVELS.filter((level) => level !== 'inline'))(
  'a module that ships with phlow at level %s',
  (isolation) => {
    test.each([
      ['cache', { action: 'exists', key: 'a' }, { success: true, found: false }],
      ['echo', { a: 1 }, { a: 1 }],
      ['log', { level: 'info', message: 'hello' }, null],
      ['sleep', { milliseconds: 1 }, null],
    ])('is %s as everywhere', (name, input, reply) =>
      withHost(async (host) => {
        const module = await host.load(name, { isolation });
        const answer = await module.call(input);
        if (reply === null) expect(answer ?? null).toBeNull();
        else expect(answer).toMatchObject(reply);
      }),
    );
  },
);

describe.each(GUESTS)('a module at level %s', (isolation) => {
  test('finds no powers of the platform around it', () =>
    withHost(async (host) => {
      const module = await several(host, isolation);
      expect(await module.call({ do: 'look-around' })).toEqual([]);
    }));

  test('that cannot be loaded in a compartment says what is missing', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('needs-node'), { isolation }));
      expect(error.code).toBe('PHLOW_LOAD_FAILED');
      expect(error.message).toContain('node:fs');
    }));

  test('is ended when a package is not answered in time', () =>
    withHost(async (host) => {
      const module = await several(host, isolation, { limits: { callMs: 200 } });
      const error = await errorOf(module.call({ do: 'spin' }));
      expect(error.code).toBe('PHLOW_MODULE_HUNG');
      expect(error.message).toContain('not answered within 200 ms');
    }));

  test('may not reply with more than its limit: that package fails, the module goes on', () =>
    withHost(async (host) => {
      const module = await several(host, isolation, { limits: { replyBytes: 10_000 } });
      const [large, small] = await Promise.allSettled([
        module.call({ do: 'large', length: 50_000 }),
        module.call({ do: 'echo', value: 1 }),
      ]);
      expect(large).toMatchObject({ status: 'rejected', reason: { code: 'PHLOW_REPLY_TOO_LARGE' } });
      const { message, details } = (large as { reason: { message: string; details: object } }).reason;
      expect(message).toMatch(
        /a message of 50\d{3} characters: the limit is \d+, from limits\.reply, .* raise limits\.reply$/,
      );
      expect(details).toMatchObject({ limit: expect.any(Number), found: expect.any(Number) });
      expect(small).toEqual({ status: 'fulfilled', value: 1 });
    }));

  test('is not sent more than its limit: that package fails and says so, the others are sent once', () =>
    withHost(async (host) => {
      const module = await several(host, isolation, { limits: { replyBytes: 10_000 } });
      const sizes = [9_000, 9_000, 50_000, 9_000];
      const sent = await Promise.allSettled(
        sizes.map((length) => module.call({ do: 'echo', value: 'x'.repeat(length) })),
      );
      expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      const { message } = (sent[2] as { reason: { message: string } }).reason;
      expect(sent[2]).toMatchObject({ reason: { code: 'PHLOW_INPUT_TOO_LARGE' } });
      expect(message).toMatch(/^Cannot send to module ".+": .* raise limits\.reply$/);
    }));
});

describe('the level of a module', () => {
  test('is raised by its manifest, never lowered', () =>
    withHost(async (host) => {
      const raised = await host.load(fixtureModule('wants-sandbox'), { isolation: 'trusted' });
      expect(raised.level).toBe('sandboxed');
      const higher = await host.load(fixtureModule('wants-sandbox'), {
        isolation: 'isolated',
        name: 'higher',
      });
      expect(higher.level).toBe('isolated');
    }));

  test('that is none is refused with the known ones', () =>
    withHost(async (host) => {
      const error = await errorOf(host.load(fixtureModule('several'), { isolation: 'safe' as never }));
      expect(error.code).toBe('PHLOW_OPTION_INVALID');
      expect(error.message).toContain('inline, trusted, guarded, sandboxed, isolated');
    }));

  test('is isolated for what is found under phlow_packages', () =>
    withHost(async (host) => {
      const baseDir = fixtureModule('../packages');
      expect((await host.load('foreign', { baseDir })).level).toBe('isolated');
    }));
});
