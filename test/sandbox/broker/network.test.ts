import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Broker, BrokerOptions } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import type { FetchResponse } from '../../../src/sandbox/capabilities.js';
import type { NetGrant } from '../../../src/sandbox/effective.js';
import { effective } from '../../support/effective.js';

const DENIED = { code: 'PHLOW_PERMISSION_DENIED' };
const FAILED = { code: 'PHLOW_CAPABILITY_FAILED' };

interface Site {
  readonly port: number;
  /** `method url` of each request that arrived. */
  readonly hits: string[];
}

/** Runs `use` with a server on loopback. */
async function withSite<T>(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (site: Site) => Promise<T>,
): Promise<T> {
  const hits: string[] = [];
  const server: Server = createServer((request, response) => {
    hits.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use({ port: (server.address() as AddressInfo).port, hits });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function brokerFor(
  net: readonly (Omit<NetGrant, 'to'> & Partial<NetGrant>)[],
  options: BrokerOptions = {},
): Broker {
  return createBroker(effective({ net: net.map((grant) => ({ to: undefined, ...grant })) }), options);
}

function bodyOf(response: unknown): string {
  return Buffer.from((response as FetchResponse).body, 'base64').toString();
}

const echo = (request: IncomingMessage, response: ServerResponse): void => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('x-seen', request.method ?? '');
    const { host, authorization, cookie } = request.headers;
    response.end(JSON.stringify({ host, authorization, cookie, body: Buffer.concat(chunks).toString() }));
  });
};

describe('net.fetch through the broker', () => {
  test('sends method, headers and body to a granted place and brings the response back', async () => {
    await withSite(echo, async ({ port, hits }) => {
      const broker = brokerFor([{ host: '127.0.0.1', port }]);
      const response = await broker.call('net.fetch', [
        `http://127.0.0.1:${port}/a?b=1#c`,
        { method: 'post', headers: { Authorization: 'Bearer x' }, body: 'hello' },
      ]);
      expect(response).toMatchObject({ status: 200, statusText: 'OK', headers: { 'x-seen': 'POST' } });
      expect(JSON.parse(bodyOf(response))).toEqual({
        host: `127.0.0.1:${port}`,
        authorization: 'Bearer x',
        body: 'hello',
      });
      expect(hits).toEqual(['POST /a?b=1']);
    });
  });

  test('reaches no server by another spelling, port, userinfo, scheme or fragment', async () => {
    await withSite(echo, async (allowed) => {
      await withSite(echo, async (forbidden) => {
        const ok = `127.0.0.1:${allowed.port}`;
        const bad = `127.0.0.1:${forbidden.port}`;
        const broker = brokerFor([{ host: '127.0.0.1', port: allowed.port }]);
        const tricks = [
          `http://${bad}/`,
          `http://${ok}@${bad}/`,
          `http://user:pass@${ok}/`,
          `http://${bad}#@${ok}`,
          `http://2130706433:${forbidden.port}/`,
          `http://0x7f.1:${forbidden.port}/`,
          `http://localhost:${allowed.port}/`,
          `http://[::1]:${allowed.port}/`,
          `http://[::ffff:127.0.0.1]:${allowed.port}/`,
          `http:\\\\${bad}`,
          `//${ok}/`,
          `/relative`,
          `file:///etc/passwd`,
          `data:text/plain,x`,
          `ws://${ok}/`,
          `ftp://${ok}/`,
          `unix:/var/run/docker.sock`,
        ];
        for (const url of tricks) await expect(broker.call('net.fetch', [url])).rejects.toMatchObject(DENIED);
        expect(forbidden.hits).toEqual([]);
        expect(allowed.hits).toEqual([]);
      });
    });
  });

  test('an odd spelling of a granted address is that address', async () => {
    await withSite(echo, async ({ port, hits }) => {
      const broker = brokerFor([{ host: '127.0.0.1', port }]);
      await broker.call('net.fetch', [`http://2130706433:${port}/`]);
      await broker.call('net.fetch', [`HTTP://127.0.0.1:${port}\\@127.0.0.1:1/`]);
      expect(hits).toEqual(['GET /', 'GET /@127.0.0.1:1/']);
    });
  });

  test('holds each hop of a redirect to the grants', async () => {
    await withSite(echo, async (forbidden) => {
      const redirecting = (_request: IncomingMessage, response: ServerResponse): void => {
        response.writeHead(302, { location: `http://127.0.0.1:${forbidden.port}/stolen` }).end();
      };
      await withSite(redirecting, async ({ port }) => {
        const broker = brokerFor([{ host: '127.0.0.1', port }]);
        await expect(broker.call('net.fetch', [`http://127.0.0.1:${port}/`])).rejects.toMatchObject(DENIED);
        expect(forbidden.hits).toEqual([]);
      });
    });
  });

  test('follows granted redirects, changes POST to GET after 303 and leaves secrets with their origin', async () => {
    await withSite(echo, async (second) => {
      const redirecting = (_request: IncomingMessage, response: ServerResponse): void => {
        response.writeHead(303, { location: `http://127.0.0.1:${second.port}/next` }).end();
      };
      await withSite(redirecting, async ({ port }) => {
        const broker = brokerFor([
          { host: '127.0.0.1', port },
          { host: '127.0.0.1', port: second.port },
        ]);
        const options = {
          method: 'POST',
          headers: { authorization: 'Bearer x', cookie: 'a=b' },
          body: 'secret',
        };
        const response = await broker.call('net.fetch', [`http://127.0.0.1:${port}/`, options]);
        expect(second.hits).toEqual(['GET /next']);
        expect(JSON.parse(bodyOf(response))).toEqual({ host: `127.0.0.1:${second.port}`, body: '' });
        expect(response).toMatchObject({ url: `http://127.0.0.1:${second.port}/next` });
      });
    });
  });

  test('gives up on endless redirects, redirects to no URL, and unusable responses', async () => {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      if (request.url === '/broken') response.writeHead(302, { location: 'http://[' }).end();
      else if (request.url === '/cut') response.socket?.destroy();
      else response.writeHead(302, { location: request.url ?? '/' }).end();
    };
    await withSite(answer, async ({ port, hits }) => {
      const broker = brokerFor([{ host: '127.0.0.1', port }], { limits: { maxRedirects: 2 } });
      await expect(broker.call('net.fetch', [`http://127.0.0.1:${port}/loop`])).rejects.toThrow(
        /more than 2 redirects/,
      );
      expect(hits.length).toBe(3);
      await expect(broker.call('net.fetch', [`http://127.0.0.1:${port}/broken`])).rejects.toMatchObject(
        FAILED,
      );
      await expect(broker.call('net.fetch', [`http://127.0.0.1:${port}/cut`])).rejects.toMatchObject(FAILED);
    });
  });

  test('a name that leads to a private address is refused, and connects nowhere', async () => {
    await withSite(echo, async ({ port, hits }) => {
      const addresses = [
        '127.0.0.1',
        '10.0.0.8',
        '169.254.169.254',
        '::1',
        'fd00::1',
        '::ffff:127.0.0.1',
        '64:ff9b::7f00:1',
      ];
      for (const address of addresses) {
        const broker = brokerFor([{ host: 'api.example.com', port }], {
          lookup: () => Promise.resolve([address]),
        });
        await expect(broker.call('net.fetch', [`http://api.example.com:${port}/`])).rejects.toThrow(
          /private or reserved/,
        );
      }
      const mixed = brokerFor([{ host: 'api.example.com', port }], {
        lookup: () => Promise.resolve(['93.184.215.14', '127.0.0.1']),
      });
      await expect(mixed.call('net.fetch', [`http://api.example.com:${port}/`])).rejects.toMatchObject(
        DENIED,
      );
      expect(hits).toEqual([]);
    });
  });

  test('a name is looked up once per hop, so that rebinding it changes nothing', async () => {
    await withSite(echo, async ({ port, hits }) => {
      let asked = 0;
      const broker = brokerFor([{ host: 'localhost', port }], {
        lookup: () => Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.8']),
      });
      await broker.call('net.fetch', [`http://localhost:${port}/`]);
      expect([asked, hits.length]).toEqual([1, 1]);
      await expect(broker.call('net.fetch', [`http://localhost:${port}/`])).rejects.toMatchObject(DENIED);
    });
  });

  test('the owner may name the address behind a host; the server still sees the name', async () => {
    await withSite(echo, async ({ port }) => {
      const broker = brokerFor([{ host: 'api.example.com', port: 80, to: { host: '127.0.0.1', port } }], {
        lookup: () => Promise.reject(new Error('no name may be looked up')),
      });
      const response = await broker.call('net.fetch', ['http://api.example.com/x']);
      expect(JSON.parse(bodyOf(response))).toMatchObject({ host: 'api.example.com' });
    });
  });

  test('a star stands for names below it only', async () => {
    await withSite(echo, async ({ port, hits }) => {
      const to = { host: '127.0.0.1', port };
      const broker = brokerFor([{ host: '*.example.com', port: 80, to }]);
      await broker.call('net.fetch', ['http://a.b.example.com/']);
      for (const host of [
        'example.com',
        'badexample.com',
        'example.com.evil.test',
        'a.example.com.',
        '127.0.0.1',
      ])
        await expect(broker.call('net.fetch', [`http://${host}/`])).rejects.toMatchObject(DENIED);
      expect(hits.length).toBe(1);
    });
  });

  test('refuses headers that belong to the connection or would split the request', async () => {
    await withSite(echo, async ({ port, hits }) => {
      const broker = brokerFor([{ host: '127.0.0.1', port }]);
      const wrong = [
        { headers: { Host: 'internal' } },
        { headers: { 'Transfer-Encoding': 'chunked' } },
        { headers: { 'x-a': 'b\r\nhost: internal' } },
        { headers: { 'x a': 'b' } },
        { headers: { 'x-a': 1 } },
        { method: 'CONNECT' },
        { method: 'GET\r\n' },
        { agent: {} },
        { body: { a: 1 }, method: 'POST' },
      ];
      for (const options of wrong)
        await expect(broker.call('net.fetch', [`http://127.0.0.1:${port}/`, options])).rejects.toMatchObject(
          DENIED,
        );
      expect(hits).toEqual([]);
    });
  });

  test('bounds the response, all responses together, and the time', async () => {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      if (request.url === '/hang') return;
      response.end('x'.repeat(Number(request.url?.slice(1))));
    };
    await withSite(answer, async ({ port }) => {
      const limits = { maxResponseBytes: 100, maxReceivedBytes: 150, requestMs: 50 };
      const broker = brokerFor([{ host: '127.0.0.1', port }], { limits });
      await expect(broker.call('net.fetch', [`http://127.0.0.1:${port}/hang`])).rejects.toThrow(
        /longer than 50 ms/,
      );
      const roomy = brokerFor([{ host: '127.0.0.1', port }], { limits: { ...limits, requestMs: 30_000 } });
      expect(bodyOf(await roomy.call('net.fetch', [`http://127.0.0.1:${port}/100`])).length).toBe(100);
      await expect(roomy.call('net.fetch', [`http://127.0.0.1:${port}/60`])).rejects.toThrow(
        /150 bytes in all/,
      );
      await expect(roomy.call('net.fetch', [`http://127.0.0.1:${port}/101`])).rejects.toThrow(
        /more than 100 bytes/,
      );
    });
  });

  test('ends with its signal', async () => {
    await withSite(
      () => undefined,
      async ({ port }) => {
        const broker = brokerFor([{ host: '127.0.0.1', port }]);
        const cancel = new AbortController();
        const waiting = broker.call('net.fetch', [`http://127.0.0.1:${port}/`], cancel.signal);
        cancel.abort();
        await expect(waiting).rejects.toThrow(/cancelled/);
      },
    );
  });
});
