import { describe, expect, test } from '@jest/globals';
import type { Host, HostEvent, LoadOptions, Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('crasher'), {
    redeliver: true,
    restart: { backoffMs: 0, jitter: 0, maxRestarts: 20 },
    ...options,
  });

describe('a module with redeliver', () => {
  test('answers packages that were in flight when it ended, once it is back', () =>
    withHost(async (host) => {
      const module = await load(host);
      const calls = [1, 2, 3].map((value) => module.call({ do: 'echo', value }));
      const poison = errorOf(module.call({ do: 'exit' }));
      expect(await Promise.all(calls)).toEqual([1, 2, 3]);
      expect((await poison).code).toBe('PHLOW_PACKAGE_QUARANTINED');
      expect(await module.call({ do: 'echo', value: 4 })).toBe(4);
    }));

  test('puts a package aside that was in flight at two deaths, and no other with it', () =>
    withHost(async (host) => {
      const events: HostEvent[] = [];
      void (async () => {
        for await (const event of host.events()) events.push(event);
      })();
      const module = await load(host);
      const [poison, other] = [
        module.call({ do: 'uncaught', value: 'p' }),
        module.call({ do: 'uncaught', value: 'q' }),
      ];
      const innocent = module.call({ do: 'late', ms: 0 });
      const error = await errorOf(poison);
      expect(error.code).toBe('PHLOW_PACKAGE_QUARANTINED');
      expect(error.details).toMatchObject({ module: 'crasher' });
      expect((await errorOf(other)).code).toBe('PHLOW_PACKAGE_QUARANTINED');
      expect(await innocent).toBe('late');
      const [figures] = (await host.inspect()).modules;
      expect(figures).toMatchObject({ quarantined: 2, zombies: 0 });
      expect(figures?.deadLetters.map(({ input }) => input)).toEqual([
        { do: 'uncaught', value: 'p' },
        { do: 'uncaught', value: 'q' },
      ]);
      for (const { causes } of figures?.deadLetters ?? []) expect(causes).toHaveLength(2);
      expect(events.filter(({ type }) => type === 'quarantined')).toHaveLength(2);
      expect(await host.metrics()).toContain('phlow_module_quarantined_total{module="crasher"} 2');
    }));

  test('sends again what the input was at the call', () =>
    withHost(async (host) => {
      const module = await load(host);
      const input = { do: 'echo', value: [1] };
      const [exit, echo] = [errorOf(module.call({ do: 'exit' })), module.call(input)];
      input.value[0] = 2;
      await exit;
      expect([[1], [2]]).toContainEqual(await echo);
      const later = { do: 'echo', value: [1] };
      const ends = errorOf(module.call({ do: 'exit' }));
      const reply = module.call(later);
      await new Promise(setImmediate);
      later.value[0] = 2;
      expect(await reply).toEqual([1]);
      expect((await ends).code).toBe('PHLOW_PACKAGE_QUARANTINED');
    }));

  test('tells why it ended when it does not come back', () =>
    withHost(async (host) => {
      const module = await load(host, { restart: 'never' });
      const [exit, echo] = [module.call({ do: 'exit' }), module.call({ do: 'late', ms: 0 })].map(errorOf);
      expect((await exit)?.code).toBe('PHLOW_MODULE_CRASHED');
      expect((await echo)?.code).toBe('PHLOW_MODULE_CRASHED');
    }));

  test('holds to the deadline and the signal of a package while it waits to be sent again', () =>
    withHost(async (host) => {
      const module = await load(host);
      const controller = new AbortController();
      const blocker = module.call({ do: 'never' });
      const late = errorOf(module.call({ do: 'never' }, { timeoutMs: 400 }));
      const cancelled = errorOf(module.call({ do: 'never' }, { signal: controller.signal }));
      const poison = errorOf(module.call({ do: 'exit' }));
      for await (const event of host.events()) if (event.type === 'restarting') break;
      controller.abort();
      expect((await cancelled).code).toBe('PHLOW_CALL_CANCELLED');
      expect((await late).code).toBe('PHLOW_CALL_TIMED_OUT');
      const closed = module.close();
      for (const error of [await errorOf(blocker), await poison])
        expect(error.code).toBe('PHLOW_MODULE_CRASHED');
      await closed;
    }));
});

describe('a dead letter', () => {
  const letterOf = (options: LoadOptions): Promise<HostEvent & { type: 'quarantined' }> =>
    withHost(async (host) => {
      const events = host.events();
      const first = events.next();
      const module = await load(host, options);
      const input = { do: 'exit', user: 'ada', password: 'hunter2', nested: [{ token: 'abc' }] };
      expect((await errorOf(module.call(input))).code).toBe('PHLOW_PACKAGE_QUARANTINED');
      const [figures] = (await host.inspect()).modules;
      expect(JSON.stringify(figures)).not.toMatch(/hunter2|abc/);
      for (let { value } = await first; value !== undefined; { value } = await events.next())
        if (value.type === 'quarantined') return value;
      throw new Error('nothing was quarantined');
    });

  test('hides what stands under secret names, in the event and in the figures', async () => {
    const { letter } = await letterOf({});
    expect(letter.input).toEqual({
      do: 'exit',
      user: 'ada',
      password: '[redacted]',
      nested: [{ token: '[redacted]' }],
    });
    expect(letter.bytes).toBeGreaterThan(50);
  });

  test('hides the names that its owner says instead', async () => {
    const { letter } = await letterOf({ redeliver: { redact: /user|password|token/ } });
    expect(letter.input).toMatchObject({ do: 'exit', user: '[redacted]' });
  });

  test('has no contents when its owner wants none', async () => {
    const { letter } = await letterOf({ redeliver: { contents: false } });
    expect(letter.input).toBeUndefined();
    expect(letter.causes).toHaveLength(2);
  });
});

test('a package that is sent again and never answered holds the others back for its turn only', () =>
  withHost(async (host) => {
    const module = await load(host, { redeliver: { turnMs: 20 } });
    const never = errorOf(module.call({ do: 'never' }));
    const others = [1, 2].map(() => module.call({ do: 'late', ms: 0 }));
    const poison = errorOf(module.call({ do: 'exit' }));
    expect(await Promise.all(others)).toEqual(['late', 'late']);
    // Both were with the module at a second end: the one that ended it, and the one that had outstayed its turn.
    for (const error of [await poison, await never]) expect(error.code).toBe('PHLOW_PACKAGE_QUARANTINED');
  }));

test('a module without it leaves packages that were in flight rejected', () =>
  withHost(async (host) => {
    const module = await load(host, { redeliver: false });
    const [exit, echo] = [module.call({ do: 'exit' }), module.call({ do: 'never' })].map(errorOf);
    expect((await exit)?.code).toBe('PHLOW_MODULE_CRASHED');
    expect((await echo)?.code).toBe('PHLOW_MODULE_CRASHED');
  }));

test('a module that ended too often says that it is quarantined and what to do', () =>
  withHost(async (host) => {
    const module = await load(host, {
      redeliver: false,
      restart: { backoffMs: 0, jitter: 0, maxRestarts: 2 },
    });
    for (let i = 0; i < 3; i++) await errorOf(module.call({ do: 'exit' }));
    expect(module.state).toBe('failed');
    const error = await errorOf(module.call({ do: 'echo' }));
    expect(error.code).toBe('PHLOW_MODULE_DOWN');
    expect(error.message).toContain('quarantined');
    expect(error.message).toContain('restart()');
    await module.restart();
    expect(await module.call({ do: 'echo', value: 1 })).toBe(1);
  }));
