import { describe, expect, test } from '@jest/globals';
import { ModuleMetrics } from '../../../src/host/diagnostics/module-metrics.js';
import { ModuleEvents } from '../../../src/host/module/module-events.js';
import { parseManifest } from '../../../src/manifest/parse.js';
import { EVENT_WINDOW } from '../../../src/wire/event.js';
import { PLANE } from '../../../src/wire/frame.js';
import { tagOf, UP } from '../../../src/wire/protocol.js';
import { DEFAULT_LIMITS } from '../../support/default-limits.js';
import { beginScripted, ScriptedWarmPool, type ScriptedContainer } from '../../support/scripted-guest.js';

const MANIFEST = parseManifest(
  'name: scripted\nevents: { tick: { type: any }, slow: { type: string, pattern: "^(a+)+$" } }\n',
  'f',
);

/** A guest that may emit, whose every word is written by the test. */
function scripted(): {
  readonly say: (...pairs: readonly (readonly [op: number, value: unknown])[]) => void;
  readonly guest: ScriptedContainer;
  readonly heard: unknown[];
  readonly metrics: ModuleMetrics;
  readonly causes: readonly string[];
  /** Until all that was said has been read. */
  readonly isRead: () => Promise<void>;
} {
  const metrics = new ModuleMetrics();
  const events = new ModuleEvents({
    name: 'scripted',
    metrics,
    manifest: () => MANIFEST,
    warn: () => undefined,
  });
  const heard: unknown[] = [];
  for (const type of ['tick', 'slow']) events.on(type, (data) => heard.push(data));
  const warmPool = new ScriptedWarmPool();
  const causes: string[] = [];
  const instance = beginScripted(
    warmPool,
    DEFAULT_LIMITS,
    (cause) => causes.push(cause),
    (grant) => events.source({ manifest: MANIFEST, window: EVENT_WINDOW, grant }),
  );
  instance.ready.catch(() => undefined);
  const { container } = warmPool;
  container.say(PLANE.locked, '');
  return {
    say: (...pairs) =>
      container.say(PLANE.data, JSON.stringify(pairs.flatMap(([op, value]) => [tagOf(0, op), [value]]))),
    guest: container,
    heard,
    metrics,
    causes,
    isRead: async () => {
      do await new Promise(setImmediate);
      while (instance.isBehind());
    },
  };
}

const many = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

describe('a guest that does not keep to its side of events', () => {
  test('is heard as long as it does', async () => {
    const { say, heard, causes, isRead } = scripted();
    await Promise.resolve();
    say([UP.emit, ['tick', 1]], [UP.emit, ['tick', { __proto__: null, a: 1 }]]);
    await isRead();
    expect(heard).toEqual([1, { a: 1 }]);
    expect(causes).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ['of a type that is not declared', ['other', 1], /an event that its manifest does not declare/],
    ['of the type __proto__', ['__proto__', 1], /does not declare/],
    ['of the type constructor', ['constructor', 1], /does not declare/],
    ['of a type that is no text', [{ toString: 'tick' }, 1], /does not declare/],
    ['that is no pair', 'tick', /does not declare/],
    ['that is nothing', null, /does not declare/],
    ['with data that are too many', ['tick', many(2_000, 0)], /more than 1000 values/],
    ['with data that are too long', ['tick', 'x'.repeat(20_000)], /more than 16384 characters/],
  ])('is ended after a few events %s', async (_, value, found) => {
    const { say, heard, guest, causes, isRead } = scripted();
    await Promise.resolve();
    for (let i = 0; i < 19; i++) say([UP.emit, value]);
    await isRead();
    expect(guest.isKilled).toBe(false);
    say([UP.emit, value]);
    await isRead();
    expect(guest.isKilled).toBe(true);
    expect(heard).toEqual([]);
    expect(causes[0]).toMatch(found);
  });

  test.each([[0], [-1], [1.5], ['many'], [1e300], [{ a: 1 }], [null]])(
    'is ended when it says that it has dropped %j, again and again',
    async (count) => {
      const { say, guest, metrics, isRead } = scripted();
      await Promise.resolve();
      for (let i = 0; i < 20; i++) say([UP.eventsDropped, count]);
      await isRead();
      expect(guest.isKilled).toBe(true);
      expect(metrics.droppedEvents).toBe(0);
    },
  );

  test('emits no more than it has credit for while nobody listens, and is ended beyond', () => {
    const metrics = new ModuleMetrics();
    const events = new ModuleEvents({ name: 'a', metrics, manifest: () => MANIFEST, warn: () => undefined });
    const grants: number[] = [];
    const source = events.source({
      manifest: MANIFEST,
      window: EVENT_WINDOW,
      grant: (more) => grants.push(more),
    });
    for (let i = 0; i < EVENT_WINDOW; i++) expect(source.take(UP.emit, ['tick', i])).toBeUndefined();
    expect(source.take(UP.emit, ['tick', 0])).toBe('an event beyond the 256 that may be unhandled');
    expect(grants).toEqual([]);
  });

  test('finds at most 256 of its events held, however often it starts again', async () => {
    const metrics = new ModuleMetrics();
    const events = new ModuleEvents({ name: 'a', metrics, manifest: () => MANIFEST, warn: () => undefined });
    for (let run = 0; run < 10; run++) {
      const source = events.source({ manifest: MANIFEST, window: EVENT_WINDOW, grant: () => undefined });
      for (let i = 0; i < EVENT_WINDOW; i++) source.take(UP.emit, ['tick', `${run}:${i}`]);
    }
    const heard: unknown[] = [];
    events.on('tick', (data) => heard.push(data));
    await Promise.resolve();
    expect(heard).toHaveLength(256);
    expect(heard[0]).toBe('9:0');
    expect(metrics.droppedEvents).toBe(9 * 256);
  });

  test('does not make the host compare for long: checks end, and what is too late is dropped', async () => {
    const { say, heard, metrics, causes, isRead } = scripted();
    await Promise.resolve();
    // The longest of which a thousand are within the bounds of one message each.
    const long = `${'a'.repeat(16_000)}!`;
    for (let i = 0; i < 100; i++) say([UP.emit, ['slow', long]]);
    await isRead();
    expect(heard).toEqual([]);
    expect(metrics.droppedEvents).toBe(100);
    expect(causes).toEqual([]);
  });

  test('is not heard any more once it has ended', async () => {
    const { say, guest, heard, isRead } = scripted();
    await Promise.resolve();
    guest.kill();
    say([UP.emit, ['tick', 1]]);
    await isRead();
    expect(heard).toEqual([]);
  });
});
