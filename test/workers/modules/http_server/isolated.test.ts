import { describe, expect, test } from '@jest/globals';
import type { Value } from '../../../../src/values.js';
import { GUARDED } from '../../../support/guarded-here.js';
import { errorOf } from '../../../support/with-host.js';
import { gate, GATE, GATED } from './gate.js';
import { inFlight, withServer } from './server.js';

const ECHO = [{ return: '{{ #{ body: main } }}' }];
const HELD = (
  isolation: string,
  listen: readonly string[] = ['127.0.0.1:0'],
): Readonly<Record<string, Value>> => ({
  isolation,
  grant: { net: { listen } },
});

describe.each(['sandboxed', 'isolated', ...GUARDED])('http_server at %s', (isolation) => {
  test('answers with what the flow comes to, over a socket of the host', async () => {
    const routes = [{ method: 'POST', path: '/users/:id' }];
    await withServer(
      { routes },
      ECHO,
      async ({ ask }) => {
        const got = await ask('POST /users/7?x=%C3%A9', {
          headers: { 'content-type': 'application/json' },
          body: '{"a":[1,null]}',
        });
        expect(JSON.parse(got.body)).toMatchObject({
          method: 'POST',
          path: '/users/:id',
          path_params: { id: '7' },
          query_params: { x: 'é' },
          body: { a: [1, null] },
          client_ip: '127.0.0.1',
        });
        expect((await ask('GET /nowhere')).status).toBe(404);
        expect((await ask('GET /health')).body).toBe('ok');
      },
      { entry: HELD(isolation) },
    );
  });

  test('bodies cross both ways, large ones in pieces', async () => {
    const body = 'é'.repeat(400_000);
    await withServer(
      {},
      [{ return: '{{ #{ headers: #{ "content-type": "text/plain" }, body: main.body } }}' }],
      async ({ ask }) => {
        for (const headers of [
          { 'content-type': 'text/plain' },
          { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' },
        ]) {
          const got = await ask('POST /', { headers, body });
          expect(got.status).toBe(200);
          expect(got.body === body).toBe(true);
        }
      },
      { entry: HELD(isolation) },
    );
  });

  test('schemas of routes and of an OpenAPI document hold', async () => {
    const routes = [
      {
        method: 'POST',
        path: '/users/:id',
        params: { type: 'object', properties: { id: { type: 'integer' } } },
        query: { type: 'object', properties: { limit: { type: 'integer', default: 10 } } },
        input: { type: 'object', properties: { email: { type: 'string', format: 'email', required: true } } },
      },
    ];
    await withServer(
      { routes },
      ECHO,
      async ({ ask }) => {
        const headers = { 'content-type': 'application/json' };
        const good = await ask('POST /users/7', { headers, body: '{"email":"a@example.org"}' });
        expect(JSON.parse(good.body)).toMatchObject({ path_params: { id: 7 }, query_params: { limit: 10 } });
        const bad = await ask('POST /users/7', { headers, body: '{"email":"a"}' });
        expect([bad.status, bad.body]).toEqual([400, expect.stringContaining('"field":"email"')]);
        expect((await ask('POST /users/x', { headers, body: '{}' })).status).toBe(400);
      },
      { entry: HELD(isolation) },
    );
    const schema = { type: 'object', properties: { size: { $ref: '#/components/schemas/Size' } } };
    const content = { 'application/json': { schema } };
    const document = {
      openapi: '3.1.0',
      paths: { '/boxes': { post: { requestBody: { content }, responses: { 200: { content } } } } },
      components: { schemas: { Size: { type: 'integer', minimum: 1 } } },
    };
    await withServer(
      { openapi_spec: document, validation: { strict_mode: true } },
      [{ return: '{{ #{ body: #{ size: main.body.size - 1 } } }}' }],
      async ({ ask }) => {
        const sent = (size: number): Parameters<typeof ask>[1] => ({
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ size }),
        });
        expect((await ask('POST /boxes', sent(2))).status).toBe(200);
        expect((await ask('POST /boxes', sent(1))).status).toBe(500);
        expect((await ask('POST /boxes', sent(0))).status).toBe(400);
      },
      { entry: HELD(isolation) },
    );
  });

  test('a body beyond the limit: 413', async () => {
    await withServer(
      { limits: { body: '1KiB' } },
      ECHO,
      async ({ ask }) => {
        const headers = { 'content-type': 'text/plain' };
        expect((await ask('POST /', { headers, body: 'x'.repeat(1_025) })).status).toBe(413);
        expect(
          (
            await ask('POST /', {
              headers: { ...headers, 'transfer-encoding': 'chunked' },
              body: 'x'.repeat(2_000),
            })
          ).status,
        ).toBe(413);
      },
      { entry: HELD(isolation) },
    );
  });

  test('a body of more members than the host takes from a module: 413', async () => {
    const members = Array.from({ length: 90_000 }, (_, i) => `"k${i}":1`);
    await withServer(
      {},
      [{ return: '1' }],
      async ({ ask }) => {
        const headers = { 'content-type': 'application/json' };
        const got = await ask('POST /', { headers, body: `{${members.join(',')}}` });
        expect(got.status).toBe(isolation === 'guarded' ? 200 : 413);
        expect((await ask('POST /', { headers, body: '{"a":1}' })).status).toBe(200);
      },
      { entry: HELD(isolation) },
    );
  });

  test('a port that was not granted is refused', async () => {
    const error = await errorOf(
      withServer({}, ECHO, () => Promise.resolve(), { entry: HELD(isolation, ['127.0.0.1:1']) }),
    );
    expect(error.message).toMatch(/Cannot listen on 127.0.0.1:0: 127.0.0.1:0 was not granted/);
    const nothing = await errorOf(withServer({}, ECHO, () => Promise.resolve(), { entry: { isolation } }));
    expect(nothing.code).toBe('PHLOW_GRANT_MISSING');
    expect(nothing.message).toMatch(
      /take requests on any port of any address of this machine \(net.listen \*:\*\): "take HTTP requests"/,
    );
  });

  test('finishes what has come in when the flow is closed', async () => {
    const { modules, open } = gate();
    await withServer(
      { metrics: '/metrics' },
      GATED,
      async ({ flow, ask }) => {
        const asked = Array.from({ length: 10 }, () => ask('GET /'));
        await inFlight(ask, 10);
        const closed = flow.close({ graceMs: 10_000 });
        open();
        const got = await Promise.all(asked);
        expect(got.map(({ body }) => body)).toEqual(new Array(10).fill('"done"'));
        await closed;
      },
      { entry: HELD(isolation), others: GATE, modules, concurrency: 3 },
    );
  });
});
