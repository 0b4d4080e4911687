import { describe, expect, test } from '@jest/globals';
import { checkFlow, openFlow, type LogLine } from '../../../../src/index.js';
import { errorOf, withHost } from '../../../support/with-host.js';
import { authorizationText } from '../../../../workers/modules/http_server/request-log.js';
import { gate, GATE, GATED } from './gate.js';
import { ask, inFlight, listeningLog, withServer } from './server.js';

const ECHO = [{ return: '{{ #{ body: main } }}' }];
const JSON_BODY = { 'content-type': 'application/json' };

describe('http_server', () => {
  test('Q-HTTP-CLIENT-IP: the run gets the address without the port, which stands beside it', async () => {
    await withServer({}, ECHO, async ({ ask }) => {
      const main = JSON.parse((await ask('GET /a?b=1')).body) as Record<string, unknown>;
      expect(main).toMatchObject({
        client_ip: '127.0.0.1',
        method: 'GET',
        path: '/a',
        query_params: { b: '1' },
      });
      expect(main['client_port']).toEqual(expect.any(Number));
    });
  });

  test('Q-HTTP-HOSTNAME: listens on a name', async () => {
    await withServer({ host: 'localhost' }, ECHO, async ({ lines }) => {
      expect(lines.some(({ message }) => message.startsWith('Listening on http://localhost:'))).toBe(true);
    });
  });

  test('Q-ABORT-NULL-WITH: a setting that is null counts as absent', async () => {
    await withServer({ openapi_spec: null }, ECHO, async ({ ask }) => {
      expect((await ask('GET /openapi.json')).status).toBe(404);
    });
  });

  test.each([
    [{ host: 7 }, /host must be a string/],
    [{ port: 'abc' }, /port must be a whole number from 0 to 65535/],
    [{ port: 65_536 }, /port must be a whole number from 0 to 65535/],
    [{ port: '99999' }, /port must be a whole number from 0 to 65535/],
    [{ cors: 1 }, /cors must be an object/],
    [{ limits: { body: '1 mile' } }, /limits.body must be a number of bytes/],
    [{ timeouts: { run: 'soon' } }, /timeouts.run must be a number of milliseconds/],
    [{ routes: [{ path: 'x' }] }, /path must begin with \//],
    [
      { routes: [{ path: '/:a' }, { path: '/:b' }] },
      /two routes take the same requests: GET \/:a and GET \/:b/,
    ],
    [{ routes: [{ path: '/*/x' }] }, /has a \* that is not its last part/],
    [{ routes: [{ path: '/a', input: { type: 'nonsense' } }] }, /nonsense/],
  ])('does not start with %j', async (settings, message) => {
    const error = await errorOf(withServer(settings, ECHO, () => Promise.resolve()));
    expect(error.message).toMatch(message);
  });

  test('a port that is taken fails the load', async () => {
    await withServer({}, ECHO, async ({ port }) => {
      const error = await errorOf(withServer({ port }, ECHO, () => Promise.resolve()));
      expect(error).toMatchObject({ code: 'PHLOW_LISTEN_FAILED' });
      expect(error.message).toMatch(`Cannot listen on 127.0.0.1:${port}: Address already in use`);
    });
  });

  test('forms, cookies and bytes come with what they were sent as', async () => {
    await withServer({}, ECHO, async ({ ask }) => {
      const form = await ask('POST /', {
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: 'a=1' },
        body: 'x=1&y=%C3%A9',
      });
      expect(JSON.parse(form.body)).toMatchObject({
        body: 'x=1&y=%C3%A9',
        form: { x: '1', y: 'é' },
        cookies: { a: '1' },
      });
      const bytes = await ask('POST /', {
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array([0xff, 0xfe]),
      });
      expect(JSON.parse(bytes.body)).toMatchObject({ body: null, body_base64: '//4=', body_size: 2 });
    });
  });

  test('body_size counts what came, in chunks too', async () => {
    await withServer({}, ECHO, async ({ ask }) => {
      const headers = { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' };
      expect(JSON.parse((await ask('POST /', { headers, body: 'abc' })).body)).toMatchObject({
        body_size: 3,
      });
    });
  });

  test('a run that fails: 500 with an id that the log has too, and nothing of the error', async () => {
    const steps = [{ return: '{{ throw "the password is hunter2" }}' }];
    await withServer({}, steps, async ({ ask, lines }) => {
      const got = await ask('GET /');
      const id = got.headers['x-request-id'];
      expect(got).toMatchObject({ status: 500, body: '{"error":"Internal Server Error"}' });
      expect(lines.find(({ level }) => level === 'error')).toMatchObject({
        module: 'web',
        message: expect.stringContaining(`Request ${String(id)} failed: `),
      });
      expect(JSON.stringify(got)).not.toContain('hunter2');
    });
    await withServer({ dev: true }, steps, async ({ ask }) => {
      const got = await ask('GET /', { headers: { 'x-request-id': 'abc-1' } });
      expect(JSON.parse(got.body)).toMatchObject({
        error: 'Internal Server Error',
        request_id: 'abc-1',
        message: expect.stringContaining('hunter2'),
      });
    });
  });

  test('a run that takes too long: 504', async () => {
    const { modules } = gate();
    await withServer(
      { timeouts: { run: 50 } },
      GATED,
      async ({ ask }) => {
        expect(await ask('GET /')).toMatchObject({ status: 504, body: '{"error":"Gateway Timeout"}' });
      },
      { others: GATE, modules },
    );
  });

  test('more requests than allowed: 503 with Retry-After', async () => {
    const { modules, entered, open } = gate();
    await withServer(
      { limits: { requests: 1 } },
      GATED,
      async ({ ask }) => {
        const first = ask('GET /');
        await entered;
        expect(await ask('GET /')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
        open();
        expect((await first).status).toBe(200);
      },
      { others: GATE, modules },
    );
  });

  test('a body beyond the limit: 413; JSON that nests too deep: 400', async () => {
    await withServer({ limits: { body: '1KiB' } }, ECHO, async ({ ask }) => {
      const chunked = { ...JSON_BODY, 'transfer-encoding': 'chunked' };
      expect((await ask('POST /', { headers: JSON_BODY, body: 'x'.repeat(1_025) })).status).toBe(413);
      expect((await ask('POST /', { headers: chunked, body: 'x'.repeat(1_025) })).status).toBe(413);
      expect((await ask('POST /', { headers: JSON_BODY, body: '['.repeat(1_000) })).status).toBe(400);
      expect((await ask('POST /', { headers: JSON_BODY, body: '[1]' })).status).toBe(200);
    });
  });

  test('Q-HTTP-SPAN: requests are logged by the names of the conventions, without secrets', async () => {
    const { lines, log, port } = listeningLog();
    await withHost(
      async (host) => {
        const settings = { host: '127.0.0.1', port: 0, routes: [{ path: '/users/:id' }] };
        await host.load('http_server', {
          with: settings,
          dispatch: () => Promise.resolve({ status_code: 201 }),
        });
        await ask(await port, 'GET /users/7?q=1', {
          headers: { authorization: 'Bearer abcdefghijk', cookie: 'session=s3cret' },
        });
        const line = lines.find(({ message }) => message === 'GET /users/7 201');
        expect(line?.fields).toMatchObject({
          'http.request.method': 'GET',
          'url.path': '/users/7',
          'url.query': 'q=1',
          'http.route': '/users/:id',
          'http.response.status_code': 201,
          'client.address': '127.0.0.1',
          'http.request.header.authorization': 'Bearer abcde...',
        });
        expect(JSON.stringify(lines)).not.toContain('s3cret');
      },
      { logLevel: 'debug', log },
    );
  });

  test('shows of Authorization what the mode says', () => {
    const shown = (mode: string | undefined): string => authorizationText('Bearer abcdefghij', mode);
    expect([undefined, 'prefix', 'suffix', 'hidden', 'all', 'none', 'other'].map(shown)).toEqual([
      'Bearer abcde...',
      'Bearer abcde...',
      '...efghij',
      'x'.repeat(17),
      'Bearer abcdefghij',
      '',
      '',
    ]);
  });
});

describe('routes', () => {
  const routes = [
    { method: 'GET', path: '/users/:id', to: 'show', params: { properties: { id: { type: 'integer' } } } },
    {
      method: ['POST', 'PUT'],
      path: '/users',
      to: 'add',
      input: { type: 'object', properties: { name: { type: 'string', required: true } } },
    },
    {
      path: '/search',
      to: 'search',
      query: { properties: { limit: { type: 'integer', maximum: 10, default: 5 } } },
    },
    { path: '/files/*', to: 'show' },
  ];
  const steps = [
    { id: 'first', return: 'first' },
    { id: 'show', return: '{{ #{ body: main.path_params } }}' },
    { id: 'add', return: '{{ #{ status_code: 201, body: main.body } }}' },
    { id: 'search', return: '{{ #{ body: main.query_params } }}' },
  ];

  test('start runs at their step, with parameters that are decoded and of the type of their schema', async () => {
    await withServer({ routes }, steps, async ({ ask }) => {
      expect(await ask('GET /users/7')).toMatchObject({ status: 200, body: '{"id":7}' });
      expect(await ask('GET /files/a%20b/c')).toMatchObject({ status: 200, body: '{"*":"a b/c"}' });
      expect(await ask('GET /search')).toMatchObject({ body: '{"limit":5}' });
      expect(await ask('GET /search?limit=3')).toMatchObject({ body: '{"limit":3}' });
      expect(await ask('PUT /users', { headers: JSON_BODY, body: '{"name":"Ann"}' })).toMatchObject({
        status: 201,
      });
      expect(await ask('HEAD /users/7')).toMatchObject({ status: 200, body: '' });
    });
  });

  test('refuse what is not as the schema asks: nothing runs', async () => {
    await withServer({ routes }, steps, async ({ ask }) => {
      const detailsOf = (body: string): unknown => (JSON.parse(body) as { details: unknown }).details;
      const added = await ask('POST /users', { headers: JSON_BODY, body: '{}' });
      expect(added.status).toBe(400);
      expect(detailsOf(added.body)).toMatchObject([{ type: 'MissingRequiredField', field: 'name' }]);
      const shown = await ask('GET /users/abc');
      expect(detailsOf(shown.body)).toMatchObject([{ type: 'InvalidFieldType', field: 'id' }]);
      expect(detailsOf((await ask('GET /search?limit=11')).body)).toMatchObject([
        { type: 'InvalidFieldValue', field: 'limit' },
      ]);
    });
  });

  test('answer 404 where there is none, and 405 with Allow for another method', async () => {
    await withServer({ routes }, steps, async ({ ask }) => {
      expect((await ask('GET /nowhere')).status).toBe(404);
      const got = await ask('DELETE /users');
      expect(got).toMatchObject({ status: 405, headers: { allow: 'POST, PUT' } });
      expect(await ask('DELETE /users/7')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    });
  });

  test('are ways to their steps for phlow check', async () => {
    const flow = { main: 'http_server', modules: [{ module: 'http_server', with: { routes } }], steps };
    expect(await checkFlow({ flow, baseDir: process.cwd() })).toEqual([]);
  });

  test('come as an OpenAPI document', async () => {
    await withServer({ routes }, steps, async ({ ask }) => {
      const document = JSON.parse((await ask('GET /openapi.json')).body) as {
        paths: Record<string, unknown>;
      };
      expect(Object.keys(document.paths)).toEqual(['/users/{id}', '/users', '/search', '/files/{rest}']);
      expect(document.paths['/users']).toMatchObject({
        post: {
          operationId: 'add',
          requestBody: { content: { 'application/json': { schema: { required: ['name'] } } } },
        },
      });
    });
  });

  test('that lead to no step are refused, and phlow check says so with the place', async () => {
    const wrong = [{ path: '/x', to: 'shov' }];
    const error = await errorOf(withServer({ routes: wrong }, steps, () => Promise.resolve()));
    expect(error.message).toMatch(
      /routes\[0\].to names a step that is not there: "shov". Did you mean "show"\?/,
    );
    const flow = {
      main: 'http_server',
      modules: [{ module: 'http_server', with: { routes: wrong } }],
      steps,
    };
    const [first] = await checkFlow({ flow, baseDir: process.cwd() });
    expect(first).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('routes[0].to names a step that is not there'),
    });
  });
});

describe('the fixed paths', () => {
  test('health, readiness and metrics', async () => {
    await withServer({ ready: '/ready', metrics: '/metrics' }, ECHO, async ({ ask }) => {
      expect(await ask('GET /health')).toMatchObject({ status: 200, body: 'ok' });
      expect(await ask('HEAD /health')).toMatchObject({ status: 200, body: '' });
      expect(await ask('GET /ready')).toMatchObject({ status: 200, body: 'ready' });
      await ask('GET /x');
      const { body } = await ask('GET /metrics');
      expect(body).toContain('http_server_responses_total{status="200"} 1\n');
      expect(body).toContain('http_server_request_duration_seconds_count 1\n');
    });
  });
});

describe('idle', () => {
  test('Q-TEST-MODE: a flow that is not served opens no port', async () => {
    const lines: LogLine[] = [];
    const modules = [{ module: 'http_server', with: { host: '127.0.0.1', port: 0 } }];
    const flow = await openFlow(
      {
        flow: {
          main: 'http_server',
          modules,
          steps: [{ return: '{{ main }}' }],
          tests: [{ main: 1, assert_eq: 1 }],
        },
        baseDir: process.cwd(),
      },
      { log: (line) => lines.push(line) },
    );
    try {
      expect(await flow.run({ main: 1 })).toBe(1);
      expect((await flow.test()).failed).toBe(0);
      expect(lines.filter(({ message }) => message.startsWith('Listening'))).toEqual([]);
    } finally {
      await flow.close();
    }
  });
});

describe('ending', () => {
  test('what has come in is answered by the flow, and what comes later finds nobody', async () => {
    const { modules, open } = gate();
    await withServer(
      { metrics: '/metrics' },
      GATED,
      async ({ flow, port, ask: askServer }) => {
        const asked = Array.from({ length: 20 }, () => ask(port, 'GET /'));
        await inFlight(askServer, 20);
        const closed = flow.close({ graceMs: 10_000 });
        open();
        const got = await Promise.all(asked);
        expect(got.map(({ status, body }) => `${status} ${body}`)).toEqual(new Array(20).fill('200 "done"'));
        await closed;
        expect(await errorOf(ask(port, 'GET /'))).toMatchObject({ code: 'ECONNREFUSED' });
      },
      { others: GATE, modules, concurrency: 5 },
    );
  });

  test('Q-MAIN-ERROR: runs that do not end in time are answered with 503', async () => {
    const { modules, entered } = gate();
    await withServer(
      {},
      GATED,
      async ({ flow, ask, lines }) => {
        const asked = ask('GET /');
        await entered;
        await flow.close({ graceMs: 300 });
        expect((await asked).status).toBe(503);
        expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
      },
      { others: GATE, modules },
    );
  });
});
