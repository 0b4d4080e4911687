import { describe, expect, test } from '@jest/globals';
import type { CapabilityUse } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { CAPABILITIES } from '../../../src/sandbox/capabilities.js';
import { effective } from '../../support/effective.js';

const DENIED = { code: 'PHLOW_PERMISSION_DENIED' };

describe('a broker', () => {
  test('denies everything when nothing is granted', async () => {
    const broker = createBroker(effective(), { callModule: () => Promise.resolve('reached') });
    for (const [name, { args }] of Object.entries(CAPABILITIES)) {
      const values = args.map((shape, i) =>
        i === 0 ? 'http://example.com/a' : shape === 'options' ? {} : '',
      );
      await expect(broker.call(name, values)).rejects.toMatchObject(DENIED);
    }
  });

  test('knows no capability by a name of the prototype', async () => {
    const broker = createBroker(effective());
    for (const name of ['constructor', '__proto__', 'toString', 'fs', 'fs.exec', ''])
      await expect(broker.call(name, [])).rejects.toThrow(/no such capability/);
  });

  test('refuses arguments of another count or kind', async () => {
    const broker = createBroker(effective());
    const wrong: [string, unknown[]][] = [
      ['fs.readText', []],
      ['fs.readText', [1]],
      ['fs.readText', [{ toString: () => '/etc/passwd' }]],
      ['fs.readText', ['a', 'b']],
      ['fs.writeBytes', ['a', 'not base64!']],
      ['net.fetch', ['http://a/', 'GET']],
    ];
    for (const [name, args] of wrong) await expect(broker.call(name, args)).rejects.toMatchObject(DENIED);
  });

  test('sends packages along granted edges only, and counts hops itself', async () => {
    const reached: [string, number][] = [];
    let hops = 0;
    const broker = createBroker(effective({ modules: ['rates'] }), {
      hops: () => hops,
      callModule: (name, input, call) => {
        reached.push([name, call.hops]);
        return Promise.resolve({ got: input });
      },
    });
    expect(await broker.call('module.call', ['rates', { a: 1 }])).toEqual({ got: { a: 1 } });
    await expect(broker.call('module.call', ['vault', {}])).rejects.toThrow(/permissions\.modules/);
    hops = 8;
    await expect(broker.call('module.call', ['rates', {}])).rejects.toThrow(/8 modules already/);
    expect(reached).toEqual([['rates', 1]]);
  });

  test('hands on the error of a called module as it is', async () => {
    const broker = createBroker(effective({ modules: ['rates'] }), {
      callModule: () => Promise.reject(new RangeError('their own')),
    });
    await expect(broker.call('module.call', ['rates'])).rejects.toThrow('their own');
  });

  test('records each use with its outcome, and of a URL no more than the place', async () => {
    const uses: CapabilityUse[] = [];
    const broker = createBroker(effective({ modules: ['rates'] }), {
      callModule: () => Promise.resolve(1),
      record: (use) => uses.push(use),
    });
    await broker.call('module.call', ['rates']);
    await broker.call('net.fetch', ['https://example.com/path?token=secret']).catch(() => undefined);
    expect(uses).toEqual([
      { capability: 'module.call', target: 'rates', outcome: 'done' },
      { capability: 'net.fetch', target: 'example.com:443', outcome: 'denied' },
    ]);
  });

  test('bounds what is under way', async () => {
    let release: (value: number) => void = () => undefined;
    const gate = new Promise<number>((resolve) => (release = resolve));
    const broker = createBroker(effective({ modules: ['slow'] }), {
      callModule: () => gate,
      limits: { maxInFlight: 2 },
    });
    const waiting = [broker.call('module.call', ['slow']), broker.call('module.call', ['slow'])];
    await expect(broker.call('module.call', ['slow'])).rejects.toThrow(/2 calls are under way/);
    release(7);
    expect(await Promise.all(waiting)).toEqual([7, 7]);
  });

  test('close() aborts what is under way and refuses what comes after', async () => {
    const broker = createBroker(effective({ modules: ['slow'] }), {
      callModule: (_name, _input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    });
    const waiting = broker.call('module.call', ['slow']);
    const ended = expect(waiting).rejects.toThrow('aborted');
    await broker.close();
    await ended;
    await expect(broker.call('module.call', ['slow'])).rejects.toThrow(/stopped/);
  });
});
