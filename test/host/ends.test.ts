import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { violationOf } from '../../src/host/executors/guest/guest-reader.js';
import { causeOf } from '../../src/host/executors/read-posted.js';
import type { HostEvent } from '../../src/index.js';
import { DEFAULT_LIMITS } from '../support/default-limits.js';
import { PLANE } from '../../src/wire/frame.js';
import { notJson } from '../../src/wire/safe-json.js';
import { fixtureModule } from '../support/fixtures.js';
import { beginScripted, ScriptedWarmPool } from '../support/scripted-guest.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';

describe('an end that nobody asked for', () => {
  test('while the module drains keeps nobody from closing it, and is told', () =>
    withHost(async (host) => {
      const events: HostEvent[] = [];
      const reported = (async () => {
        for await (const event of host.events()) events.push(event);
      })();
      const module = await host.load(fixtureModule('crasher'));
      const lost = errorOf(module.call({ do: 'uncaught' }));
      expect(await module.close()).toMatchObject({ module: 'crasher', cutOff: 0 });
      expect((await lost).code).toBe('PHLOW_MODULE_CRASHED');
      expect(module.state).toBe('stopped');
      await host.close();
      await reported;
      expect(events.map(({ type }) => type)).toEqual(['ready', 'ended', 'stopped']);
    }));

  test('is noticed in a thread that hangs although its only caller has gone', () =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('crasher'), { hangTimeoutMs: 200, restart: 'never' });
      const controller = new AbortController();
      const given = errorOf(module.call({ do: 'spin' }, { signal: controller.signal }));
      await new Promise(setImmediate);
      controller.abort();
      expect((await given).code).toBe('PHLOW_CALL_CANCELLED');
      for await (const event of host.events()) {
        if (event.type !== 'ended') continue;
        expect(event.report.reason).toBe('hung');
        break;
      }
    }));
});

test('restart() of a module that cannot be loaded any more rejects and says why', () =>
  withFolder((folder) =>
    withHost(async (host) => {
      const module = await host.load(fixtureModule('dies-later'), {
        restart: 'never',
        with: { file: join(folder, 'broken') },
      });
      await errorOf(module.call('break'));
      expect(module.state).toBe('failed');
      expect((await errorOf(module.restart())).message).toContain('broken for good');
    }),
  ));

test('the cause of an end does not name the module, which the sentence around it does', () => {
  const error = new Error('Module "a" was ended and has not gone within 5 ms: it is inside native code');
  expect(causeOf({ reason: 'terminated', exitCode: undefined, error })).toBe(
    'it was ended and has not gone within 5 ms: it is inside native code',
  );
});

test.each([
  ['a guest', violationOf('a', 'a second last word'), 'found a second last word'],
  ['text', notJson(), 'found text that is not JSON'],
])('a broken protocol is said once, and so is the module: %s', (_, error, found) => {
  expect(causeOf({ reason: 'violation', exitCode: undefined, error })).toBe(
    `it broke the protocol: ${found}`,
  );
});

test('a guest that says something before it is loaded is said to have broken the protocol once', async () => {
  const warmPool = new ScriptedWarmPool();
  const causes: string[] = [];
  const instance = beginScripted(warmPool, DEFAULT_LIMITS, (cause) => causes.push(cause));
  const failure = errorOf(instance.ready);
  warmPool.container.say(PLANE.data, '[]');
  const { message } = await failure;
  expect(message.match(/protocol/g)).toHaveLength(1);
  expect(message).toContain('broke the protocol: found a message before it was loaded');
  await instance.ended;
  expect(causes).toEqual(['it broke the protocol: found a message before it was loaded']);
});
