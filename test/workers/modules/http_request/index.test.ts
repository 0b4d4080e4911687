import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type Answer, withHttp, withSite } from './site.js';

const echo: Answer = ({ method, url, headers, body }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, body: body.toString('latin1') }));
};

describe.each(['trusted', 'sandboxed', 'isolated'] as const)('http_request at %s', (level) => {
  test('sends a request to a granted host, and to no other one', async () => {
    await withSite(echo, async (granted) => {
      await withSite(echo, async (other) => {
        await withHttp({ level, connect: [granted.place] }, async (http) => {
          const headers = { 'X-Token': 'abc', 'X-None': null };
          const input = { method: 'post', url: `${granted.url}/a?b=c#d`, headers, body: { b: [1], a: 'ü' } };
          expect(await http.call(input)).toMatchObject({
            response: {
              status_code: 200,
              headers: { 'content-type': 'application/json' },
              body: {
                method: 'POST',
                url: '/a?b=c',
                headers: {
                  host: granted.place,
                  accept: '*/*',
                  'user-agent': 'Phlow HTTP Request',
                  'content-type': 'application/json',
                  'x-token': 'abc',
                },
                body: Buffer.from('{\n  "a": "ü",\n  "b": [\n    1\n  ]\n}').toString('latin1'),
              },
            },
            is_success: true,
            is_error: false,
            message: 'Request successful',
          });
          expect(granted.hits[0]?.headers).not.toHaveProperty('x-none');
          expect(granted.hits[0]?.headers).not.toHaveProperty('accept-encoding');
          expect(await http.call({ url: other.url })).toEqual({
            response: null,
            is_success: false,
            is_error: true,
            message: expect.stringMatching(/^Request error: 127\.0\.0\.1:\d+ was not granted/),
          });
          expect(other.hits).toEqual([]);
        });
      });
    });
  });

  test('leaves no certificate unchecked that its owner has not named for that', async () => {
    await withSite(echo, async ({ place, hits }) => {
      await withHttp({ level, connect: [place], settings: { verify_ssl: false } }, async (http) => {
        expect(await http.call({ url: `https://${place}/` })).toMatchObject({
          is_error: true,
          message: `Request error: to leave the certificate of ${place} unchecked was not granted; the module's phlow.yaml must ask for it under permissions.net.insecureTls and the owner grant it`,
        });
      });
      expect(hits).toEqual([]);
    });
  });

  test('streams a body of any size', async () => {
    const size = 3 * 1_048_576;
    const answer: Answer = (_, response) => {
      response.writeHead(203, { 'x-a': 'b' });
      const chunk = Buffer.alloc(1_048_576, 'x');
      const send = (left: number): void => {
        if (left === 0) response.end();
        else response.write(chunk, () => send(left - 1));
      };
      send(3);
    };
    await withSite(answer, async (site) => {
      const settings = { max_bytes: 1_000 };
      await withHttp({ level, connect: [site.place], settings }, async (http) => {
        let total = 0;
        let first: unknown;
        for await (const item of http.stream({ url: site.url, stream: true })) {
          if (first === undefined) first = item;
          else total += (item as unknown as Uint8Array).length;
        }
        expect(first).toMatchObject({
          response: { status_code: 203, headers: { 'x-a': 'b' } },
          is_success: true,
        });
        expect(total).toBe(size);
      });
    });
  });
});

describe('bodies', () => {
  test.each([
    ['text', { body: 'a=b' }, undefined, 'a=b'],
    ['text that looks like an object', { body: '{"a": 1}' }, 'application/json', '{"a": 1}'],
    ['text that looks like a list', { body: '[1]' }, undefined, '[1]'],
    ['a number', { body: 5 }, undefined, '5'],
    ['bytes', { body: new Uint8Array([0, 255]) }, undefined, '\0\xff'],
    ['nothing', {}, undefined, ''],
    [
      'a form',
      { form: { a: 'x y', b: [1, 2], c: null, ü: '&=' } },
      'application/x-www-form-urlencoded',
      'a=x+y&b=1&b=2&%C3%BC=%26%3D',
    ],
    ['a content type of its own', { body: {}, headers: { 'Content-Type': 'x/y' } }, 'x/y', '{}'],
  ])('%s', async (_, input, type, body) => {
    await withSite(echo, async (site) => {
      await withHttp({}, async (http) => {
        await http.call({ method: 'PUT', url: site.url, ...input });
        expect(site.hits[0]?.headers['content-type']).toBe(type);
        expect(site.hits[0]?.body.toString('latin1')).toBe(body);
      });
    });
  });

  test('a form with files', async () => {
    await withSite(echo, async (site) => {
      await withHttp({}, async (http) => {
        const content = new Uint8Array([0, 13, 10, 45, 45, 255]);
        const file = { filename: 'a"\r\nb.bin', type: 'image/png', content };
        await http.call({
          method: 'POST',
          url: site.url,
          multipart: { title: 'grüß', tags: ['a', 'b'], none: null, file },
        });
        const [hit] = site.hits;
        const type = hit?.headers['content-type'] ?? '';
        const [, boundary = ''] = /^multipart\/form-data; boundary=(\S+)$/.exec(type) ?? [];
        const field = (name: string, value: string): string =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
        expect(hit?.body.toString('latin1')).toBe(
          [
            field('title', Buffer.from('grüß').toString('latin1')),
            field('tags', 'a'),
            field('tags', 'b'),
            `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a%22%0D%0Ab.bin"\r\n`,
            'Content-Type: image/png\r\n\r\n\0\r\n--\xff\r\n',
            `--${boundary}--\r\n`,
          ].join(''),
        );
      });
    });
  });

  test('two of them are one too many', async () => {
    await withHttp({}, async (http) => {
      expect(await http.call({ url: 'http://127.0.0.1:1/', body: 'x', form: {} })).toMatchObject({
        message: "Only one of 'body', 'form' and 'multipart' can be given",
      });
    });
  });
});

describe('headers', () => {
  test('what is no header is left out, with an error in the log that shows no value', async () => {
    await withSite(echo, async (site) => {
      const lines = await withHttp({}, async (http) => {
        const headers = {
          'x a': '1',
          'x-b': 'secret\r\nx-c: 1',
          host: 'elsewhere',
          'Content-Length': 7,
          'x-d': 'd',
        };
        expect(await http.call({ url: site.url, headers })).toMatchObject({ is_success: true });
        expect(site.hits[0]?.headers).toMatchObject({ 'x-d': 'd', host: site.place });
      });
      expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
        'Invalid header name: x a',
        'Invalid header value: of x-b',
        "Invalid header name: host is the connection's own",
        "Invalid header name: Content-Length is the connection's own",
      ]);
    });
  });

  test('of several of one name the last counts; what is not ASCII is left empty', async () => {
    const answer: Answer = (_, response) => {
      response.writeHead(
        200,
        [
          ['X-A', '1'],
          ['x-a', '2'],
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['x-b', '\xfc'],
        ].flat(),
      );
      response.end();
    };
    await withSite(answer, async (site) => {
      await withHttp({}, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({
          response: { headers: { 'x-a': '2', 'set-cookie': 'b=2', 'x-b': '' } },
        });
      });
    });
  });

  test('a name and password in the URL become a header, and stand in no log', async () => {
    await withSite(echo, async (site) => {
      const lines = await withHttp({}, async (http) => {
        await http.call({ url: site.url.replace('//', '//ann:p%40ss@') });
        expect(site.hits[0]?.headers.authorization).toBe(`Basic ${btoa('ann:p@ss')}`);
        await http.call({ url: 'http://ann:hunter2@127.0.0.1:1/?key=hunter3' });
      });
      expect(lines.map(({ message }) => message)).toEqual(['Error: Request error: nothing listens there']);
    });
  });

  test('the name of the client is that of the environment, or none', async () => {
    await withSite(echo, async (site) => {
      const connect = [site.place];
      await withHttp({ connect, env: { PHLOW_HTTP_REQUEST_USER_AGENT: 'mine/1' } }, async (http) => {
        await http.call({ url: site.url });
      });
      await withHttp({ connect, env: { PHLOW_HTTP_REQUEST_USER_AGENT_DISABLE: 'true' } }, async (http) => {
        await http.call({ url: site.url });
      });
      expect(site.hits.map(({ headers }) => headers['user-agent'])).toEqual(['mine/1', undefined]);
    });
  });
});

describe('redirects', () => {
  const redirect =
    (status: number, to: string): Answer =>
    (hit, response) => {
      if (hit.url === '/') response.writeHead(status, { location: to }).end();
      else echo(hit, response);
    };

  test.each([
    [301, 'GET'],
    [302, 'GET'],
    [303, 'GET'],
    [307, 'PUT'],
    [308, 'PUT'],
  ])('after %i a PUT is a %s', async (status, method) => {
    await withSite(redirect(status, '/there'), async (site) => {
      await withHttp({}, async (http) => {
        const headers = { authorization: 'x', 'content-type': 'a/b' };
        await http.call({ method: 'PUT', url: `${site.url}/`, body: 'body', headers });
        expect(site.hits[1]).toMatchObject({ method, url: '/there', headers: { authorization: 'x' } });
        expect(site.hits[1]?.body.toString()).toBe(method === 'GET' ? '' : 'body');
        expect(site.hits[1]?.headers['content-type']).toBe(method === 'GET' ? undefined : 'a/b');
      });
    });
  });

  test('to another host are held to the grant, and take no secrets along', async () => {
    await withSite(echo, async (target) => {
      await withSite(redirect(307, `${target.url}/there`), async (site) => {
        const input = { url: `${site.url}/`, headers: { authorization: 'x', cookie: 'y', 'x-a': 'b' } };
        await withHttp({ connect: [site.place] }, async (http) => {
          expect(await http.call(input)).toMatchObject({
            response: null,
            message: expect.stringContaining('not granted'),
          });
          expect(target.hits).toEqual([]);
        });
        await withHttp({ connect: [site.place, target.place] }, async (http) => {
          await http.call(input);
          expect(target.hits[0]?.headers).toMatchObject({ 'x-a': 'b' });
          expect(target.hits[0]?.headers).not.toHaveProperty('authorization');
          expect(target.hits[0]?.headers).not.toHaveProperty('cookie');
        });
      });
    });
  });

  test('end after ten', async () => {
    await withSite(
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      async (site) => {
        await withHttp({}, async (http) => {
          expect(await http.call({ url: site.url })).toMatchObject({
            message: 'Request error: there are more than 10 redirects',
          });
          expect(site.hits).toHaveLength(11);
        });
      },
    );
  });
});

describe('limits', () => {
  test('of the body, while it is read', async () => {
    const endless: Answer = (_, response) => {
      const more = (): void => {
        if (response.writable) response.write('x'.repeat(65_536), more);
      };
      more();
    };
    await withSite(endless, async (site) => {
      await withHttp({ settings: { max_bytes: 100_000 } }, async (http) => {
        expect(await http.call({ url: site.url })).toMatchObject({
          message: 'Request error: the response has more than 100000 bytes',
        });
      });
    });
  });

  test('of the time, for a server that sends its head byte by byte', async () => {
    const slow: Answer = (_, response) => {
      const timer = setInterval(() => response.socket?.write('H'), 10);
      response.socket?.on('close', () => clearInterval(timer));
    };
    await withSite(slow, async (site) => {
      await withHttp({ settings: { timeout: 1 } }, async (http) => {
        const { message } = (await http.call({ url: site.url })) as { message: string };
        expect(message).toMatch(/^Request error: /);
      });
    });
  });

  test('of the time, for a body that does not end', async () => {
    await withSite(
      (_, response) => void response.write('begin'),
      async (site) => {
        await withHttp({ settings: { timeout: 1 } }, async (http) => {
          expect(await http.call({ url: site.url })).toMatchObject({
            response: null,
            message: expect.stringMatching(/^Request error: it took longer than \d+(\.\d+)? ms$/),
          });
        });
      },
    );
  });

  test('nothing is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1_048_576));
    const answer: Answer = (_, response) => void response.setHeader('content-encoding', 'gzip').end(bomb);
    await withSite(answer, async (site) => {
      await withHttp({}, async (http) => {
        const reply = (await http.call({ url: site.url })) as { response: { body: string } };
        expect(reply.response.body.length).toBeLessThanOrEqual(bomb.length);
      });
    });
  });

  test('a stream whose body breaks off fails', async () => {
    const answer: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    await withSite(answer, async (site) => {
      await withHttp({}, async (http) => {
        await expect(http.call({ url: site.url, stream: true })).rejects.toThrow(/the connection was cut/);
      });
    });
  });
});
