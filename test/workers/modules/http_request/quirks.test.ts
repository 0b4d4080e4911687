import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { errorOf, withHost } from '../../../support/with-host.js';
import { type Answer, withHttp, withSite } from './site.js';

const saying =
  (body: string, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status).end(body);

test('Q-REQ-NONJSON: a body that is no JSON is its text', async () => {
  for (const [body, parsed] of [
    ['<h1>Hi</h1>', '<h1>Hi</h1>'],
    ['', ''],
    ['{"a":', '{"a":'],
    ['[1, "x"]', [1, 'x']],
    ['null', null],
  ] as const)
    await withSite(saying(body), async (site) => {
      await withHttp({}, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({
          response: { status_code: 200, body: parsed },
          is_success: true,
        });
      });
    });
});

test('Q-REQ-SUCCESS: the status says whether it worked', async () => {
  for (const [status, success, error, message] of [
    [200, true, false, 'Request successful'],
    [204, true, false, 'Request successful'],
    [299, true, false, 'Request successful'],
    [304, false, false, 'Request successful'],
    [404, false, true, 'Request failed with status 404'],
    [503, false, true, 'Request failed with status 503'],
  ] as const)
    await withSite(saying('', status), async (site) => {
      await withHttp({}, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({
          response: { status_code: status },
          is_success: success,
          is_error: error,
          message,
        });
      });
    });
});

test('Q-REQ-METHOD: the method is sent as it was asked for, in any case; others are refused', async () => {
  await withSite(saying(''), async (site) => {
    await withHttp({}, async (http) => {
      for (const method of ['HEAD', 'OPTIONS', 'TRACE', 'delete', 'Patch', null])
        expect(await http.call({ method, url: site.url })).toMatchObject({ is_success: true });
      expect(site.hits.map(({ method }) => method)).toEqual([
        'HEAD',
        'OPTIONS',
        'TRACE',
        'DELETE',
        'PATCH',
        'GET',
      ]);
      for (const method of ['CONNECT', 'FETCH', 5, ''])
        expect(await http.call({ method, url: site.url })).toMatchObject({
          response: null,
          is_error: true,
          message: expect.stringMatching(/^Invalid method '/),
        });
    });
  });
});

test('Q-REQ-SERIAL: a slow server holds up nobody else', async () => {
  const held: (() => void)[] = [];
  const answer: Answer = ({ url }, response) => {
    if (url === '/slow') held.push(() => response.end());
    else response.end();
  };
  await withSite(answer, async (site) => {
    await withHttp({}, async (http) => {
      const slow = http.call({ url: `${site.url}/slow` });
      for (let i = 0; i < 20; i++)
        expect(await http.call({ url: `${site.url}/fast` })).toMatchObject({ is_success: true });
      while (held.length === 0) await http.call({ url: `${site.url}/fast` });
      for (const release of held) release();
      expect(await slow).toMatchObject({ is_success: true });
    });
  });
});

test('Q-REQ-CONTENT-TYPE: lists are JSON as objects are', async () => {
  await withSite(saying(''), async (site) => {
    await withHttp({}, async (http) => {
      for (const body of [[1], {}, [], { a: 1 }, 'text'])
        await http.call({ method: 'POST', url: site.url, body });
      const json = 'application/json';
      expect(site.hits.map(({ headers }) => headers['content-type'])).toEqual([
        json,
        json,
        json,
        json,
        undefined,
      ]);
    });
  });
});

test('Q-JSON-RAW: escapes are decoded, and integers keep their digits', async () => {
  await withSite(saying('{"a":"x\\ny \\u00fc \\"","n":3000000000,"\\u0061b":1}'), async (site) => {
    await withHttp({}, async (http) => {
      expect(await http.call({ url: site.url })).toMatchObject({
        response: { body: { a: 'x\ny ü "', n: 3_000_000_000, ab: 1 } },
      });
    });
  });
});

test('Q-NONOBJECT-PANIC, Q-ARRAY-FIELD: input that is no object is answered', async () => {
  await withHttp({}, async (http) => {
    const answer = { response: null, is_success: false, is_error: true };
    for (const input of [null, 'http://x', 7, ['http://x']])
      expect(await http.call(input)).toEqual({ ...answer, message: 'Input must be an object' });
    expect(await http.call(undefined)).toEqual({ ...answer, message: 'No input provided' });
  });
});

test('Q-VALUE-STRINGIFY: null is nothing: no URL, no header, no body', async () => {
  await withSite(saying(''), async (site) => {
    await withHttp({}, async (http) => {
      for (const input of [{}, { url: null }])
        expect(await http.call(input)).toMatchObject({ is_error: true, message: "Missing 'url'" });
      await http.call({ method: 'POST', url: site.url, headers: { 'x-a': null }, body: null });
      expect(site.hits[0]).toMatchObject({ headers: { 'content-length': '0' } });
      expect(site.hits[0]?.headers).not.toHaveProperty('x-a');
    });
  });
});

test('Q-CONFIG-DEAD: settings that are no good keep the module from being loaded', async () => {
  for (const [settings, text] of [
    [{ timeout: -1 }, 'timeout must not be negative'],
    ['x', "HTTP request 'with' must be an object"],
  ] as const)
    await withHost(async (host) => {
      const error = await errorOf(host.load<string>('http_request', { with: settings }));
      expect(error).toMatchObject({
        code: 'PHLOW_WITH_INVALID',
        details: { violations: [{ message: text }] },
      });
    });
});

test('a timeout that is no whole number is the default, and 0 is none', async () => {
  await withSite(saying('ok'), async (site) => {
    for (const timeout of [0, 1.5, '5', null])
      await withHttp({ settings: { timeout } }, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({ is_success: true });
      });
  });
});

test('an error names its reason and nothing of the inside', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await withHttp({}, async (http) => {
    const messageOf = async (url: string): Promise<string> =>
      ((await http.call({ url })) as { message: string }).message;
    expect(await messageOf(`http://127.0.0.1:${port}/?key=1`)).toBe('Request error: the connection was cut');
    expect(await messageOf('http://127.0.0.1:1/')).toBe('Request error: nothing listens there');
    expect(await messageOf('http://nowhere.invalid/')).toMatch(/^Request error: the name /);
    expect(await messageOf('ftp://127.0.0.1/')).toBe(
      'Request error: only http and https are brokered, not ftp:',
    );
    expect(await messageOf('not a URL')).toBe('Request error: the URL is not valid');
  });
  server.close();
});
