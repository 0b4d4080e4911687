import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { openFlow } from '../../src/index.js';
import { fixtureModule } from '../support/fixtures.js';
import { NatsServer } from '../support/nats-server.js';
import { describeNats, withTwoHosts } from '../support/with-nats.js';
import { runHere } from '../support/run-here.js';
import { runPhlow } from '../support/run-phlow.js';
import { ServingPhlow } from '../support/serving-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

const SESSIONS = fileURLToPath(new URL('../../../examples/cache/user-sessions.phlow', import.meta.url));

const running: { end(signal: 'SIGKILL'): Promise<unknown> }[] = [];

async function serve(server: NatsServer, ...args: string[]): Promise<void> {
  running.push(await ServingPhlow.start([...args, '--nats', server.url]));
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((serving) => serving.end('SIGKILL')));
});

describeNats('phlow serve', () => {
  test('offers modules that phlow call, on the command line, calls by nats:NAME', async () => {
    const server = await NatsServer.start();
    try {
      await serve(server, 'echo', fixtureModule('checked'));
      const env = { PHLOW_NATS: server.url };
      expect(await runPhlow(['call', 'nats:echo', '{"a":[1,null]}', '--json'], { env })).toEqual({
        code: 0,
        stdout: '{"a":[1,null]}\n',
        stderr: '',
      });
      const wrong = await runPhlow(['call', 'nats:checked', '{"n":-1}', '--nats', server.url]);
      expect(wrong).toMatchObject({
        code: 1,
        stderr:
          'error[PHLOW_INPUT_INVALID]: Cannot call module "nats:checked": input.n must be >= 0: found -1\n',
      });
      const missing = await runPhlow(['call', 'nats:none'], { env });
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain('error[PHLOW_MODULE_DOWN]');
    } finally {
      await server.stop();
    }
  });

  test('gives a flow the same output on three hosts as on one, with nothing but its module lines changed', async () => {
    const server = await NatsServer.start();
    try {
      await serve(server, 'cache', '--with', '{"capacity":100,"default_ttl":1800}');
      await serve(server, 'sleep', 'log');
      await withFolder(async (folder) => {
        const flow = readFileSync(SESSIONS, 'utf8').replace(/^( *- module: )(\w+)$/gm, '$1nats:$2');
        expect(flow.match(/nats:/g)).toHaveLength(3);
        writeFiles(folder, { 'away.phlow': flow });
        const away = await runPhlow(['run', join(folder, 'away.phlow'), '--nats', server.url]);
        const home = await runPhlow(['run', SESSIONS]);
        expect(away.code).toBe(0);
        expect(away.stdout).toBe(home.stdout);
        const checked = await runPhlow(['check', join(folder, 'away.phlow')]);
        expect(checked.code).toBe(0);
        const audited = await runPhlow(['audit', join(folder, 'away.phlow')]);
        expect(audited.code).toBe(0);
        expect(audited.stdout).toContain('cache (nats:cache): on other hosts, which decide what it may do');
      });
    } finally {
      await server.stop();
    }
  });

  test('offers a flow, each call of which is a run', async () => {
    const server = await NatsServer.start();
    try {
      await withFolder(async (folder) => {
        writeFiles(folder, {
          'greet.phlow': 'name: greet\ndescription: Greets\nsteps:\n  - return: !phs `Hello ${main.name}`\n',
        });
        await serve(server, join(folder, 'greet.phlow'));
        const { stdout } = await runPhlow(['call', 'nats:greet', '{"name":"Ann"}', '--nats', server.url]);
        expect(stdout).toBe('Hello Ann\n');
      });
    } finally {
      await server.stop();
    }
  });

  test('is seen by the tools of NATS', () =>
    withTwoHosts(async ({ server, far, near }) => {
      await far.load(fixtureModule('checked'));
      const { instance } = await far.serve('checked');
      await (await near.load('nats:checked')).call({ n: 1 });
      const client = await connect({ servers: server.url });
      try {
        const ask = async (what: string): Promise<object> => (await client.request(`$SRV.${what}`)).json();
        const named = { name: 'checked', id: instance, version: '1.0.0' };
        for (const suffix of ['', '.checked', `.checked.${instance}`])
          expect(await ask(`PING${suffix}`)).toMatchObject({
            type: 'io.nats.micro.v1.ping_response',
            ...named,
          });
        expect(await ask('INFO.checked')).toMatchObject({
          ...named,
          metadata: { module: 'checked', level: 'trusted' },
          endpoints: [{ name: 'call', subject: 'phlow.v1.checked.call', queue_group: 'phlow' }],
        });
        expect(await ask('STATS.checked')).toMatchObject({
          ...named,
          endpoints: [{ num_requests: 1, num_errors: 0, data: { state: 'ready' } }],
        });
      } finally {
        await client.close();
      }
    }));

  test.each<[string, string[], number, string]>([
    ['no module', [], 2, 'Command "serve" needs more'],
    ['settings for two', ['echo', 'log', '--with', '{}'], 2, 'are for one module'],
    [
      'a name that is none',
      ['echo', '--name', 'a.b', '--nats', 'nats://127.0.0.1:1'],
      2,
      'is no name of a service',
    ],
    ['no server', ['echo', '--nats', 'nats://127.0.0.1:1'], 1, 'no server listens there'],
    ['no URL', ['echo'], 2, 'no NATS server is known'],
    [
      'a module that is not there',
      ['nowhere', '--nats', 'nats://127.0.0.1:1'],
      4,
      'Cannot find module "nowhere"',
    ],
  ])('says what is wrong with %s', async (_, args, code, expected) => {
    const ended = await runHere(['serve', ...args]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(expected);
  });
});

describe('a flow of a package', () => {
  test('does not come to modules of other hosts', () =>
    withFolder(async (folder) => {
      writeFiles(folder, {
        'phlow_packages/theirs/module.phlow': 'modules:\n  - module: nats:cache\nsteps:\n  - payload: 1\n',
        'main.phlow': 'modules:\n  - module: theirs\nsteps:\n  - use: theirs\n',
      });
      const opened = openFlow(join(folder, 'main.phlow'), { packagesDir: folder, log: () => undefined });
      const error = await errorOf(opened);
      expect(error.message).toContain('modules of other hosts (nats:cache) are for the owner');
      const checked = await runPhlow(['check', 'main.phlow'], { cwd: folder });
      expect(checked.stderr + checked.stdout).toContain('modules of other hosts (nats:cache)');
    }));
});
