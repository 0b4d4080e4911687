import { describe, expect, test } from '@jest/globals';
import {
  createHost,
  type Host,
  type IsolationLevel,
  type LoadOptions,
  type Module,
} from '../../src/index.js';
import { LEVELS } from '../support/guarded-here.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const MANIFEST = `name: reporter
events:
  progress:
    type: object
    properties:
      done: { type: integer, required: true, minimum: 0 }
      of: { type: integer, default: 10 }
  tick: { type: any }
  named: { type: string, required: true }
`;

/** Does what its input says; what `emit` gives or throws is the reply. */
const CODE = `export default {
  start({ emit }) { emit('tick', 'from start'); },
  handler({ input }, { emit }) {
    const results = [];
    for (const [type, data] of input.events ?? []) {
      try { results.push(emit(type, data)); } catch (error) { results.push(error.code + ': ' + error.message); }
    }
    for (let i = 0; i < (input.flood ?? 0); i++) results.push(emit('progress', { done: i }));
    if (input.cycle) {
      const cycle = {};
      cycle.self = cycle;
      try { emit('tick', cycle); } catch (error) { results.push(error.code + ': ' + error.message); }
    }
    if (input.odd) for (const data of [() => 1, new Map(), new Date(0), 1n, Symbol('x')]) {
      try { results.push(emit('tick', data)); } catch (error) { results.push(error.code); }
    }
    if (input.dies) setTimeout(() => { throw new Error('asked to'); });
    return results;
  },
};
`;

const FILES = { 'phlow.yaml': MANIFEST, 'index.js': CODE, 'package.json': '{ "type": "module" }' };

/** A module that emits what it is told to. */
function withReporter<T>(
  isolation: IsolationLevel,
  use: (module: Module, host: Host, lines: readonly { message: string }[]) => Promise<T>,
  options: LoadOptions = {},
): Promise<T> {
  return withFolder((folder) =>
    withHost(async (host, lines) => {
      writeFiles(folder, FILES);
      const name = 'reporter';
      return use(await host.load(folder, { name, isolation, jail: 'off', ...options }), host, lines);
    }),
  );
}

const inspected = async (
  host: Host,
): Promise<{ events: number | undefined; droppedEvents: number | undefined }> => {
  const [only] = (await host.inspect()).modules;
  return { events: only?.events, droppedEvents: only?.droppedEvents };
};

describe.each(LEVELS)('events of a module at %s', (isolation) => {
  test('come in their order, with defaults filled in, before the reply of the package', () =>
    withReporter(isolation, async (module) => {
      const seen: unknown[] = [];
      module.on('progress', (data) => seen.push(data));
      module.on('named', (data) => seen.push(data));
      const events = [
        ['progress', { done: 1 }],
        ['named', 'two'],
        ['progress', { done: 3, of: 3 }],
      ];
      const results = await module.call({ events }).then((reply) => {
        seen.push('reply');
        return reply;
      });
      expect(results).toEqual([true, true, true]);
      expect(seen).toEqual([{ done: 1, of: 10 }, 'two', { done: 3, of: 3 }, 'reply']);
    }));

  test('wait for the first listener, those of its start among them', () =>
    withReporter(isolation, async (module) => {
      await module.call({ events: [['tick', 'early']] });
      const seen: unknown[] = [];
      module.on('tick', (data) => seen.push(data));
      await Promise.resolve();
      expect(seen).toEqual(['from start', 'early']);
    }));

  test('that are not declared are refused where they are emitted, whatever they are called', () =>
    withReporter(isolation, async (module) => {
      const types = ['progres', '__proto__', 'constructor', '', 7, null, { tick: 1 }];
      const results = await module.call<string[]>({ events: types.map((type) => [type, 1]) });
      expect(results).toHaveLength(types.length);
      for (const result of results) expect(result).toMatch(/^PHLOW_EVENT_INVALID: Cannot emit /);
      expect(results[0]).toContain('Did you mean "progress"?');
      expect(module.state).toBe('ready');
    }));

  test('with data that are none are refused where they are emitted', () =>
    withReporter(isolation, async (module) => {
      const large = 'x'.repeat(20_000);
      const results = await module.call<string[]>({
        events: [
          ['tick', large],
          ['tick', Array(2_000).fill(0)],
          ['tick', { a: { b: 'fine' } }],
        ],
        cycle: true,
        odd: true,
      });
      expect(results[0]).toContain('more than 16384 characters');
      expect(results[1]).toContain('more than 1000 values');
      expect(results[2]).toBe(true);
      expect(results[3]).toContain('nested more than 64 levels deep, or in a circle');
      expect(results.slice(4)).toEqual(Array(5).fill('PHLOW_EVENT_INVALID'));
    }));

  test('that break the manifest are dropped, counted and reported once', () =>
    withReporter(isolation, async (module, host, lines) => {
      const seen: unknown[] = [];
      module.on('progress', (data) => seen.push(data));
      module.on('named', (data) => seen.push(data));
      const events = [
        ['progress', { done: -1 }],
        ['progress', { done: 'x' }],
        ['named'],
        ['progress', { done: 2 }],
      ];
      await module.call({ events });
      expect(seen).toEqual([{ done: 2, of: 10 }]);
      expect(await inspected(host)).toEqual({ events: 2, droppedEvents: 3 });
      const said = lines
        .map(({ message }) => message)
        .filter((message) => message.includes('an event was dropped'));
      expect(said).toHaveLength(2);
      expect(said[0]).toContain('events.progress.done');
    }));

  test('emitted without end are dropped beyond 256, and what is dropped is counted', () =>
    withReporter(isolation, async (module, host, lines) => {
      let heard = 0;
      module.on('progress', () => heard++);
      // The one from its start is handled, and has given its credit back or not.
      const results = await module.call<boolean[]>({ flood: 10_000 });
      const sent = results.filter(Boolean).length;
      expect(sent).toBeGreaterThanOrEqual(255);
      expect(sent).toBeLessThanOrEqual(256);
      expect(heard).toBe(sent);
      // Credit has come back: the next one is sent, and says how many there were that were not.
      expect(await module.call({ events: [['progress', { done: 1 }]] })).toEqual([true]);
      expect(heard).toBe(sent + 1);
      expect(await inspected(host)).toEqual({ events: sent + 2, droppedEvents: 10_000 - sent });
      expect(lines.filter(({ message }) => message.startsWith('events were dropped'))).toHaveLength(1);
    }));

  test('count as unhandled for as long as an async listener works at them', () =>
    withReporter(isolation, async (module) => {
      let finish = (): void => undefined;
      const working = new Promise<void>((resolve) => (finish = resolve));
      let heard = 0;
      module.on('progress', async () => {
        heard++;
        await working;
      });
      for (let i = 0; i < 3; i++) await module.call({ flood: 1_000 });
      expect(heard).toBeLessThanOrEqual(256);
      expect(await module.call({ events: [['progress', { done: 1 }]] })).toEqual([false]);
      finish();
      await working;
      // A turn later the credit is on its way, ahead of the next call.
      await new Promise((resolve) => setImmediate(resolve));
      expect(await module.call({ events: [['progress', { done: 1 }]] })).toEqual([true]);
    }));

  test('are no use to a module that nobody listens to: its credit ends, and nothing grows', () =>
    withReporter(isolation, async (module, host) => {
      const results = await module.call<boolean[]>({ flood: 5_000 });
      expect(results.filter(Boolean)).toHaveLength(255);
      expect(await module.call({ events: [['tick', 1]] })).toEqual([false]);
      expect(await inspected(host)).toEqual({ events: 0, droppedEvents: 0 });
      // As soon as somebody does, there is credit again.
      let heard = 0;
      module.on('progress', () => heard++);
      await Promise.resolve();
      expect(heard).toBe(255);
      await module.call({});
      expect(await module.call({ events: [['progress', { done: 0 }]] })).toEqual([true]);
      expect(heard).toBe(256);
    }));
});

test('a listener that has been taken away hears nothing any more; the same function may listen twice', () =>
  withReporter('trusted', async (module) => {
    const seen: unknown[] = [];
    const listener = (data: unknown): unknown => seen.push(data);
    const first = module.on('tick', listener);
    module.on('tick', listener);
    await module.call({ events: [['tick', 1]] });
    first();
    first();
    await module.call({ events: [['tick', 2]] });
    expect(seen).toEqual(['from start', 'from start', 1, 1, 2]);
  }));

test('a listener that throws, or rejects, ends nothing and is reported once', () =>
  withReporter('trusted', async (module, _host, lines) => {
    const seen: unknown[] = [];
    module.on('tick', () => {
      throw new Error('a mistake of the listener');
    });
    module.on('tick', () => Promise.reject(new Error('another')));
    module.on('tick', (data) => seen.push(data));
    await module.call({
      events: [
        ['tick', 1],
        ['tick', 2],
      ],
    });
    await new Promise(setImmediate);
    expect(seen).toEqual(['from start', 1, 2]);
    const said = lines
      .map(({ message }) => message)
      .filter((message) => message.includes('the listener of "tick"'));
    expect(said).toEqual([
      'the listener of "tick" of module "reporter" fails, which is reported once: a mistake of the listener',
      'the listener of "tick" of module "reporter" fails, which is reported once: another',
    ]);
  }));

test('a listener for an event that is not declared is refused, and one that is no function', () =>
  withReporter('trusted', async (module) => {
    const catchError = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error;
      }
    };
    expect(catchError(() => module.on('progres', () => 0))).toMatchObject({
      code: 'PHLOW_NAME_UNKNOWN',
      message:
        'Cannot listen to "progres": the manifest of module "reporter" declares no such event. Did you mean "progress"?',
    });
    expect(catchError(() => module.on('__proto__', () => 0))).toMatchObject({ code: 'PHLOW_NAME_UNKNOWN' });
    // @ts-expect-error what JavaScript lets one pass
    expect(catchError(() => module.on('tick', 7))).toMatchObject({ code: 'PHLOW_OPTION_INVALID' });
    await module.close();
  }));

test('listeners go on after a restart, and hear a new version', () =>
  withReporter(
    'trusted',
    async (module, host) => {
      const seen: unknown[] = [];
      module.on('tick', (data) => seen.push(data));
      await module.call({ events: [['tick', 1]] });
      const again = (async () => {
        for await (const event of host.events()) if (event.type === 'ready') return;
      })();
      await module.call({ dies: true }).catch(() => undefined);
      await again;
      await module.call({ events: [['tick', 2]] });
      await host.replace('reporter');
      await module.call({ events: [['tick', 3]] });
      expect(seen).toEqual(['from start', 1, 'from start', 2, 'from start', 3]);
    },
    { restart: { when: 'on_crash', backoffMs: 0 } },
  ));

test('a main module emits too, before its first run', () =>
  withFolder((folder) =>
    withHost(async (host) => {
      writeFiles(folder, {
        'phlow.yaml': 'name: server\ntype: main\nevents: { listening: { type: integer } }\n',
        'index.js':
          "export default { async main({ emit, dispatch }) { emit('listening', 8080); await dispatch(1); } };",
        'package.json': '{ "type": "module" }',
      });
      const seen: unknown[] = [];
      const server = await host.load(folder, {
        dispatch: (main) => {
          seen.push({ main });
          return Promise.resolve(main);
        },
      });
      server.on('listening', (port) => seen.push(port));
      await server.mainEnded;
      expect(seen).toContain(8080);
    }),
  ));

test('equal replicas of a module share its listeners, each with credit of its own', () =>
  withReporter(
    'trusted',
    async (module) => {
      let heard = 0;
      module.on('progress', () => heard++);
      const floods = await Promise.all([1, 2, 3, 4].map(() => module.call<boolean[]>({ flood: 1_000 })));
      expect(heard).toBe(floods.flat().filter(Boolean).length);
      // All credit is back, whoever had it.
      for (let i = 0; i < 4; i++) expect(await module.call({ flood: 100 })).toEqual(Array(100).fill(true));
    },
    { replicas: 2 },
  ));

test('a module without listeners is closed with events unheard', async () => {
  await withFolder(async (folder) => {
    writeFiles(folder, FILES);
    const host = await createHost({ logLevel: 'off' });
    const module = await host.load(folder);
    await module.call({ flood: 300 });
    await host.close();
    const heard: unknown[] = [];
    module.on('progress', (data) => heard.push(data));
    expect((await errorOf(module.call({}))).code).toBe('PHLOW_MODULE_DOWN');
  });
});
