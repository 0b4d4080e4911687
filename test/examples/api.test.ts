import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { runPhlow } from '../support/run-phlow.js';
import { TalkingPhlow } from '../support/talking-phlow.js';
import { withFolder } from '../support/temporary-folder.js';
import { ask } from '../workers/modules/http_server/server.js';

const API = fileURLToPath(new URL('../../../examples/api', import.meta.url));
const MAIN = join(API, 'main.phlow');
const ENV = { JWT_SECRET: 'a secret for tests, and for nothing else', HOST: '127.0.0.1', PORT: '0' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** Serves the example in a folder of its own, for one test. */
async function withApi(use: (port: number, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const api = new TalkingPhlow(['run', MAIN], folder, ENV);
    try {
      const [, port] = await api.until('stderr', /Listening on http:\/\/127\.0\.0\.1:(\d+)/);
      await use(Number(port), folder);
    } finally {
      expect(await api.interrupt()).toBe(130);
    }
  });
}

async function signIn(port: number, user: string): Promise<Readonly<Record<string, string>>> {
  const body = JSON.stringify({ user, password: `${user}-demo` });
  const got = await ask(port, 'POST /login', { headers: JSON_TYPE, body });
  const { token } = JSON.parse(got.body) as { token: string };
  return { ...JSON_TYPE, authorization: `Bearer ${token}` };
}

test('its own tests pass, and nothing is odd about it', async () => {
  expect(await runPhlow(['test', API], { env: ENV })).toMatchObject({ code: 0 });
  expect(await runPhlow(['check', API])).toMatchObject({ code: 0, stderr: '' });
});

test('it does not start without a secret', async () => {
  const ended = await runPhlow(['run', MAIN], { env: { ...ENV, JWT_SECRET: 'short' } });
  expect(ended).toMatchObject({ code: 4, stdout: '' });
  expect(ended.stderr).toContain('Set JWT_SECRET to at least 32 random characters');
});

test('files are stored for their user, and read by nobody else', async () => {
  await withApi(async (port, folder) => {
    const [ann, bob] = [await signIn(port, 'ann'), await signIn(port, 'bob')];
    const body = JSON.stringify({ name: 'a.txt', content: 'grüß dich\n' });
    expect(await ask(port, 'POST /files', { headers: bob, body })).toMatchObject({
      status: 201,
      headers: { location: '/files/a.txt' },
      body: '{"name":"a.txt","size":12,"replaced":false}',
    });
    expect(readFileSync(join(folder, 'data/files/bob/a.txt'), 'utf8')).toBe('grüß dich\n');
    expect(await ask(port, 'GET /files/a.txt', { headers: bob })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'grüß dich\n',
    });
    expect(JSON.parse((await ask(port, 'GET /files', { headers: bob })).body)).toMatchObject([
      { name: 'a.txt', size: 12 },
    ]);
    expect((await ask(port, 'GET /files/a.txt', { headers: ann })).status).toBe(404);
    expect((await ask(port, 'GET /files/a.txt')).status).toBe(401);
  });
});

test('changes of files come as events', async () => {
  await withApi(async (port) => {
    const bob = await signIn(port, 'bob');
    const events = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/changes', headers: bob, agent: false }, resolve)
        .on('error', reject)
        .end();
    });
    expect(events.headers['content-type']).toBe('text/event-stream');
    let text = '';
    const until = async (part: string): Promise<void> => {
      for await (const chunk of events.iterator({ destroyOnReturn: false })) {
        text += String(chunk);
        if (text.includes(part)) return;
      }
      throw new Error(`the stream has ended: ${text}`);
    };
    await until('"event":"ready"');
    await ask(port, 'POST /files', { headers: bob, body: '{"name":"a.txt","content":"a"}' });
    await until('"event":"created","path":"data/files/bob/a.txt"');
    events.destroy();
  });
});

test('bad input is 400 and names the field', async () => {
  await withApi(async (port) => {
    const bob = await signIn(port, 'bob');
    const fieldOf = async (what: string, body?: string): Promise<unknown> => {
      const got = await ask(port, what, { headers: bob, ...(body === undefined ? {} : { body }) });
      expect(got.status).toBe(400);
      return (JSON.parse(got.body) as { details: readonly { field: string }[] }).details[0]?.field;
    };
    expect(await fieldOf('POST /login', '{"user":"bob"}')).toBe('password');
    expect(await fieldOf('PATCH /users/bob', '{"email":"nobody"}')).toBe('email');
    expect(await fieldOf('POST /files', '{"name":"../a","content":""}')).toBe('name');
    expect(await fieldOf('GET /files/..%2Fa')).toBe('name');
    expect(await fieldOf('GET /files?limit=0')).toBe('limit');
  });
});

test('it says that it is well', async () => {
  await withApi(async (port) => {
    expect(await ask(port, 'GET /health')).toMatchObject({ status: 200, body: 'ok' });
    expect((await ask(port, 'GET /ready')).status).toBe(200);
    expect((await ask(port, 'GET /metrics')).body).toContain('http_server_requests_in_flight');
    const document = JSON.parse((await ask(port, 'GET /openapi.json')).body) as { paths: object };
    expect(Object.keys(document.paths)).toHaveLength(9);
  });
});
