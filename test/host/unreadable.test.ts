import { setEnvironmentData } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import type { Host, LoadOptions, Module } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { errorOf, withHost } from '../support/with-host.js';

const load = (host: Host, options: LoadOptions = {}): Promise<Module> =>
  host.load(fixtureModule('faulty'), options);
const life = { n: 0, at: 'life' };

describe.each([1, 2])('with %i replicas, a module that replies', (replicas) => {
  test.each(['reply', 'reply-later'])(
    'with a value too deep for the host to read is refused that one reply, and lives on (%s)',
    (at) =>
      withHost(async (host) => {
        const module = await load(host, { replicas });
        const error = await errorOf(module.call({ n: 0, at, fault: 'deep' }));
        expect(error).toMatchObject({ code: 'PHLOW_REPLY_UNCLONABLE' });
        expect(error.message).toMatch(/reply\.next\.next.* is nested more than 1000 levels deep/);
        expect(await module.call(life)).toMatchObject({ n: 0 });
      }),
  );

  test.each(['reply', 'reply-later'])(
    'with an object that cannot be looked at has failed, and lives on (%s)',
    (at) =>
      withHost(async (host) => {
        const module = await load(host, { replicas });
        for (const fault of ['proxy', 'getter', 'transfer-nothing']) {
          expect((await errorOf(module.call({ n: 0, at, fault }))).code).toMatch(
            /MODULE_ERROR|REPLY_UNCLONABLE/,
          );
        }
        expect(await module.call(life)).toMatchObject({ n: 0 });
      }),
  );
});

test('what a module posts right before it exits, and the host cannot read, harms nobody', () =>
  withHost(async (host) => {
    const module = await load(host);
    expect((await errorOf(module.call({ n: 0, at: 'raw-deep' }))).code).toBe('PHLOW_MODULE_CRASHED');
    expect(await module.call(life)).toMatchObject({ n: 0 });
  }));

test('of the causes of a fault, however many, the first eight are told', () =>
  withHost(async (host) => {
    const module = await load(host);
    let cause: unknown = await errorOf(module.call({ n: 0, at: 'raw-deep-cause' }));
    let causes = -1;
    for (; cause instanceof Error; cause = cause.cause) causes++;
    expect(causes).toBe(8);
  }));

test('a module that cannot be loaded again tells why in the report of its end', () =>
  withHost(async (host, lines) => {
    const board = new Int32Array(new SharedArrayBuffer(64));
    setEnvironmentData('faulty:again', board);
    const module = await load(host, { name: 'again' });
    board[1] = 1;
    board[2] = 1;
    const error = await errorOf(module.call({ n: 0, at: 'receive', fault: 'exit' }));
    expect(error.code).toBe('PHLOW_MODULE_CRASHED');
    expect(await module.call(life)).toMatchObject({ life: 3 });
    const ends = lines.map(({ message }) => message).filter((message) => message.includes('ended:'));
    expect(ends[1]).toContain('ended: Cannot load module "again": RangeError: asked to throw');
  }));

test('a module that throws an error with a code of ours has crashed, whatever the code says', () =>
  withHost(async (host) => {
    const module = await load(host);
    const error = await errorOf(module.call({ n: 0, at: 'claim-hang' }));
    expect(error.code).toBe('PHLOW_MODULE_CRASHED');
    expect(error.details).toMatchObject({ reason: 'uncaught' });
    expect(error.details).not.toHaveProperty('hangReport');
  }));
