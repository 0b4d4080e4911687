import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type { Value } from '../../../src/index.js';
import { fixtureModule } from '../../support/fixtures.js';
import { describeNats, withTwoHosts } from '../../support/with-nats.js';
import { ServingPhlow } from '../../support/serving-phlow.js';
import { errorOf } from '../../support/with-host.js';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const CRASHER = fixtureModule('crasher');

const running: ServingPhlow[] = [];

async function serve(...args: string[]): Promise<ServingPhlow> {
  const serving = await ServingPhlow.start(args);
  running.push(serving);
  return serving;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((serving) => serving.end('SIGKILL')));
});

describeNats('a call to another host', () => {
  test('fails at once with PHLOW_MODULE_DOWN where nobody serves the module', () =>
    withTwoHosts(async ({ far, near }) => {
      const missing = await errorOf(near.load('nats:echo'));
      expect(missing.code).toBe('PHLOW_MODULE_DOWN');
      expect(missing.message).toMatch(
        /no host serves "echo" over NATS at 127\.0\.0\.1:\d+; start one with phlow serve/,
      );
      await far.load('echo');
      const service = await far.serve('echo');
      const echo = await near.load('nats:echo');
      expect(await service.close(1_000)).toBe(0);
      expect((await errorOf(echo.call(1))).code).toBe('PHLOW_MODULE_DOWN');
      const stream = echo.stream(1);
      expect((await errorOf(stream.next())).code).toBe('PHLOW_MODULE_DOWN');
      await far.serve('echo');
      expect(await echo.call(1)).toBe(1);
    }));

  test('ends with PHLOW_REMOTE_LOST when the host is killed that has it, and the next one finds out at once', () =>
    withTwoHosts(async ({ server, near }) => {
      const serving = await serve(CRASHER, '--nats', server.url);
      const crasher = await near.load('nats:crasher');
      const lost = [1, 2, 3].map(() => errorOf(crasher.call({ do: 'never' })));
      const stream = errorOf(crasher.stream({ do: 'never' }).next());
      await crasher.call({ do: 'echo' });
      await serving.end('SIGKILL');
      for (const error of await Promise.all([...lost, stream])) {
        expect(error.code).toBe('PHLOW_REMOTE_LOST');
        expect(error.message).toContain('whether it was handled is not known');
        expect(error.details).toMatchObject({ module: 'nats:crasher' });
      }
      expect((await errorOf(crasher.call({ do: 'echo' }))).code).toBe('PHLOW_MODULE_DOWN');
      const { modules } = await near.inspect();
      expect(modules).toMatchObject([{ module: 'nats:crasher', inFlight: 0, restarts: 0 }]);
    }));

  test('is sent once more to a host that is left, where redeliver says so', () =>
    withTwoHosts(async ({ server, far, near }) => {
      const serving = await serve(CRASHER, '--nats', server.url, '--name', 'job');
      const job = await near.load('nats:job', { redeliver: true });
      const careful = await near.load('nats:job', { name: 'careful' });
      const [again, once] = [job.call({ do: 'never' }), errorOf(careful.call({ do: 'never' }))];
      await Promise.all([job.call({ do: 'echo' }), careful.call({ do: 'echo' })]);
      await far.provide('job', () => 'from the other host');
      await far.serve('job');
      await serving.end('SIGKILL');
      expect(await again).toBe('from the other host');
      expect((await once).code).toBe('PHLOW_REMOTE_LOST');
    }));

  test('outlives a restart of the NATS server, those apart that were in flight', () =>
    withTwoHosts(async ({ server, far, near }) => {
      await far.load(CRASHER);
      const service = await far.serve('crasher');
      const crasher = await near.load('nats:crasher');
      const lost = errorOf(crasher.call({ do: 'abortable' }));
      await crasher.call({ do: 'echo' });
      await server.kill();
      expect((await lost).message).toContain('the connection to the NATS server was lost');
      expect((await errorOf(crasher.call({ do: 'echo' }, { timeoutMs: 20 }))).code).toBe(
        'PHLOW_CALL_TIMED_OUT',
      );
      const waiting = crasher.call({ do: 'echo', value: 'after' });
      await server.start();
      expect(await waiting).toBe('after');
      // The lost one is given up where it runs too: closing waits for nothing.
      expect(await service.close(20_000)).toBe(0);
    }));

  test('is given up where it runs when its caller is killed', () =>
    withTwoHosts(async ({ server, far, near }) => {
      await far.load(CRASHER);
      const service = await far.serve('crasher');
      const args = ['call', 'nats:crasher', '{"do":"abortable"}', '--nats', server.url];
      const caller = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
      const crasher = await near.load('nats:crasher');
      while (service.inFlight === 0) await crasher.call({ do: 'echo' }).then(() => undefined);
      caller.kill('SIGKILL');
      await once(caller, 'close');
      expect(await service.close(20_000)).toBe(0);
    }));

  test('is finished by a host that is told to end, which takes no more', () =>
    withTwoHosts(async ({ server, near }) => {
      const serving = await serve(CRASHER, '--nats', server.url);
      const crasher = await near.load('nats:crasher');
      const late = crasher.call({ do: 'late', ms: 300 });
      await crasher.call({ do: 'echo' });
      const ended = serving.end('SIGTERM');
      expect(await late).toBe('late');
      expect(await ended).toBe(143);
      expect(serving.stderr).toContain('Ending: calls in progress may take 5000 ms to finish');
      expect((await errorOf(crasher.call({ do: 'echo' }))).code).toBe('PHLOW_MODULE_DOWN');
    }));

  test('ends with PHLOW_REMOTE_LOST when that takes longer than its grace', () =>
    withTwoHosts(async ({ server, near }) => {
      const serving = await serve(CRASHER, '--nats', server.url, '--grace', '50');
      const crasher = await near.load('nats:crasher');
      const dropped = errorOf(crasher.call({ do: 'never' }));
      await crasher.call({ do: 'echo' });
      expect(await serving.end('SIGTERM')).toBe(143);
      expect((await dropped).code).toBe('PHLOW_REMOTE_LOST');
      expect((await dropped).message).toContain('was stopped before the call was finished');
    }));

  test('goes to other hosts once the module was given up on one, and comes back with it', () =>
    withTwoHosts(async ({ far, near }) => {
      const home = await far.load(CRASHER, { name: 'job', restart: 'never' });
      await far.serve('job');
      const job = await near.load('nats:job');
      expect((await errorOf(job.call({ do: 'exit' }))).code).toBe('PHLOW_MODULE_CRASHED');
      // The first one finds out, and no other does.
      expect((await errorOf(job.call({ do: 'echo' }))).message).toContain('exited with code 3');
      await near.provide('job', () => 'from the other host');
      await near.serve('job');
      const all = Array.from({ length: 20 }, () => job.call({ do: 'echo', value: 'back' }));
      expect(new Set(await Promise.all(all))).toEqual(new Set(['from the other host']));
      await home.restart();
      while ((await job.call({ do: 'echo', value: 'back' })) !== 'back');
    }));

  test('fails with PHLOW_MODULE_DOWN once the module is closed where it is served', () =>
    withTwoHosts(async ({ far, near }) => {
      const home = await far.load('echo');
      const service = await far.serve('echo');
      const echo = await near.load('nats:echo');
      await home.close();
      await service.close(0);
      const error = await errorOf(echo.call(1));
      expect(error.code).toBe('PHLOW_MODULE_DOWN');
      expect(error.message).toContain('no host serves "echo"');
    }));

  test('goes to each of the hosts that serve the module', () =>
    withTwoHosts(async ({ far, near, server }) => {
      const other = await near.provide('who', () => 'near').then(() => near.serve('who'));
      await far.provide('who', () => 'far');
      await far.serve('who');
      const who = await near.load('nats:who');
      const heard = new Set<Value>();
      while (heard.size < 2) heard.add(await who.call());
      await other.close(1_000);
      expect(await Promise.all(Array.from({ length: 20 }, () => who.call()))).toEqual(Array(20).fill('far'));
      expect(server.url).toContain('127.0.0.1');
    }));
});

describeNats('bytes that are not of the protocol', () => {
  const wrong: readonly [string, string | Uint8Array][] = [
    ['nothing', ''],
    ['one character', '1'],
    ['another version', '2b[16,[1]]'],
    ['no JSON', '1b[16,'],
    ['no batch', '1b{}'],
    ['a batch of another shape', '1b[16]'],
    ['a tag that is none', '1b["a",[1]]'],
    ['a value without its box', '1b[16,1]'],
    ['a call that is no record', '1b[17,[7]]'],
    ['a deadline that is none', '1b[17,[{"budgetMs":"soon"}]]'],
    ['a chunk of nothing', '1c'],
    ['a chunk out of its turn', '1c["t",3,9]\nabc'],
    ['a chunk of another shape', '1c[1,2,3]\nabc'],
    ['a heartbeat', '1a["x",[1]]'],
    ['an unknown kind', '1z[]'],
    ['bytes', new Uint8Array([0xff, 0xfe, 0x00, 0x80])],
  ];

  test('are answered with a code, and end nothing', () =>
    withTwoHosts(async ({ server, far, near }) => {
      await far.load('echo');
      await far.serve('echo');
      const echo = await near.load('nats:echo');
      const client = await connect({ servers: server.url });
      try {
        for (const [, bytes] of wrong) {
          const answer = new Promise<string>((resolve) => {
            client.subscribe('raw.0', { max: 1, callback: (_, message) => resolve(message.string()) });
          });
          client.publish('phlow.v1.echo.call', bytes, { reply: 'raw.1' });
          expect(await answer).toContain('"code":"PHLOW_WIRE_VIOLATION"');
        }
        for (const [, bytes] of wrong) client.publish('phlow.v1.echo.manifest', bytes, { reply: 'raw.1' });
        expect(await echo.call('still there')).toBe('still there');
      } finally {
        await client.close();
      }
    }));

  test('end the call that they say they are for, and no other', () =>
    withTwoHosts(async ({ server, far, near, lines }) => {
      await far.load(CRASHER);
      await far.serve('crasher');
      const client = await connect({ servers: server.url });
      try {
        const replies: string[] = [];
        client.subscribe('phlow.v1.crasher.call', {
          callback: (_, message) => void replies.push(message.reply ?? ''),
        });
        const crasher = await near.load('nats:crasher');
        const first = errorOf(crasher.call({ do: 'never' }));
        const second = errorOf(crasher.call({ do: 'never' }, { timeoutMs: 1_000 }));
        await crasher.call({ do: 'echo' });
        await client.flush();
        const [reply = ''] = replies;
        const faults = (bytes: string | Uint8Array): boolean =>
          typeof bytes === 'string' && bytes.includes('17');
        for (const [, bytes] of wrong) if (!faults(bytes)) client.publish(reply.replace(/\d+$/, '0'), bytes);
        client.publish(reply, '2b[16,[1]]');
        expect((await first).code).toBe('PHLOW_WIRE_VIOLATION');
        expect((await first).message).toContain('version 2 of the protocol');
        expect((await second).code).toBe('PHLOW_CALL_TIMED_OUT');
        expect(await crasher.call({ do: 'echo', value: 1 })).toBe(1);
        expect(lines.some(({ level, message }) => level === 'warn' && message.includes('was dropped'))).toBe(
          true,
        );
      } finally {
        await client.close();
      }
    }));
});
