import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { listen } from '../../src/http/listener.js';
import type { HttpRequest } from '../../src/sdk/http.js';
import { errorOf } from '../support/with-host.js';
import { exchange, RawClient, statusesIn } from './raw-client.js';
import { OK, withListener } from './with-listener.js';

const END = 'connection: close\r\n\r\n';
const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}`;

describe('a listener', () => {
  test('hands over method, target, headers as they were sent, and the address of the client', async () => {
    let seen: HttpRequest | undefined;
    const handler = (request: HttpRequest): typeof OK => {
      seen = request;
      return OK;
    };
    await withListener(handler, async ({ port }) => {
      const text = await exchange(port, get('/a%20b?x=1', `X-Two: a\r\nx-two: b\r\n${END}`));
      expect(statusesIn(text)).toEqual([200]);
      expect(text).toContain('\r\ncontent-length: 2\r\n');
      expect(text.endsWith('\r\n\r\nok')).toBe(true);
    });
    expect(seen).toMatchObject({
      method: 'GET',
      target: '/a%20b?x=1',
      remoteAddress: '127.0.0.1',
      length: 0,
    });
    expect(seen?.rawHeaders.slice(0, 6)).toEqual(['host', 'x', 'X-Two', 'a', 'x-two', 'b']);
  });

  test('reads a body of known length and one in chunks', async () => {
    const bodies: string[] = [];
    const handler = async (request: HttpRequest): Promise<typeof OK> => {
      bodies.push(Buffer.from(await request.bytes()).toString());
      return OK;
    };
    await withListener(handler, async ({ port }) => {
      await exchange(port, `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n${END}abc`);
      await exchange(
        port,
        `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n${END}2\r\nab\r\n1\r\nc\r\n0\r\n\r\n`,
      );
    });
    expect(bodies).toEqual(['abc', 'abc']);
  });

  test('hands a body over piece by piece', async () => {
    const pieces: string[] = [];
    const handler = async (request: HttpRequest): Promise<typeof OK> => {
      for await (const piece of request.chunks()) pieces.push(Buffer.from(piece).toString());
      return OK;
    };
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(`POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n${END}2\r\nab\r\n`);
      client.write('1\r\nc\r\n0\r\n\r\n');
      expect(statusesIn(await client.closed())).toEqual([200]);
    });
    expect(pieces.join('')).toBe('abc');
  });

  test('sends what a generator yields in chunks as it comes', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    async function* body(): AsyncGenerator<string> {
      yield 'first';
      await released;
      yield 'second';
    }
    await withListener(
      () => ({ status: 200, headers: [], body: body() }),
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write(get('/', END));
        await client.until((received) => received.includes('first'));
        expect(client.received).not.toContain('second');
        release();
        expect(await client.closed()).toContain('\r\n6\r\nsecond\r\n0\r\n\r\n');
      },
    );
  });

  test('ends the source of a stream whose reader has gone', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    async function* body(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield 'x'.repeat(65_536);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        end();
      }
    }
    await withListener(
      () => ({ status: 200, headers: [], body: body() }),
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write(get('/', END));
        await client.until((received) => received.length > 100);
        client.destroy();
        await ended;
      },
    );
  });

  test('answers what a handler throws, and what nobody can send, with the fallback', async () => {
    const answers = [
      () => Promise.reject(new Error('secret')),
      () => ({ status: 200, headers: [['x y', 'z']] as const, body: '' }),
      () => ({ status: 200, headers: [['x', 'a\r\nset-cookie: b']] as const, body: '' }),
      () => ({ status: 101, headers: [], body: '' }),
      () => ({ status: 99.5, headers: [], body: '' }),
    ];
    for (const answer of answers) {
      await withListener(answer, async ({ port }) => {
        const text = await exchange(port, get('/', END));
        expect(statusesIn(text)).toEqual([500]);
        expect(text.endsWith('\r\n\r\n{"error": "Internal Server Error"}')).toBe(true);
        expect(text).not.toMatch(/secret|set-cookie/);
      });
    }
  });

  test('drops headers that only the listener knows', async () => {
    const headers = [
      ['transfer-encoding', 'chunked'],
      ['content-length', '99'],
      ['connection', 'upgrade'],
      ['x-own', '1'],
    ] as const;
    await withListener(
      () => ({ status: 200, headers, body: 'abc' }),
      async ({ port }) => {
        const text = await exchange(port, get('/', END));
        expect(text).toMatch(/\r\nx-own: 1\r\n/);
        expect(text).toMatch(/\r\ncontent-length: 3\r\n/);
        expect(text).not.toMatch(/transfer-encoding|upgrade/);
      },
    );
  });

  test('sends no body with 204, 304 and to HEAD', async () => {
    for (const status of [204, 304]) {
      await withListener(
        () => ({ status, headers: [], body: 'abc' }),
        async ({ port }) => {
          const text = await exchange(port, get('/', END));
          expect(text).not.toContain('abc');
          expect(text).not.toContain('content-length');
        },
      );
    }
    await withListener(
      () => OK,
      async ({ port }) => {
        const text = await exchange(port, `HEAD / HTTP/1.1\r\nhost: x\r\n${END}`);
        expect(text).toContain('content-length: 2');
        expect(text.endsWith('\r\n\r\n')).toBe(true);
      },
    );
  });

  test('takes a time for the head that is longer than that for the whole request', async () => {
    await withListener(
      () => OK,
      async ({ port }) => expect(statusesIn(await exchange(port, get('/', END)))).toEqual([200]),
      { headersTimeoutMs: 2_000, requestTimeoutMs: 1_000 },
    );
  });

  test('says which place is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const error = await errorOf(listen({ host: '127.0.0.1', port }, () => OK));
    expect(error).toMatchObject({
      code: 'PHLOW_LISTEN_FAILED',
      message: `Cannot listen on 127.0.0.1:${port}: Address already in use`,
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  test('compresses for a client that asks for it, by what it likes best', async () => {
    const body = 'a line of text\n'.repeat(1_000);
    const answer = { status: 200, headers: [['content-type', 'text/plain']] as const, body };
    const lengths: number[] = [];
    await withListener(
      () => answer,
      async ({ port }) => {
        for (const [accept, encoding] of [
          ['gzip, br', 'br'],
          ['gzip;q=1, br;q=0.5', 'gzip'],
          ['identity', undefined],
          ['br;q=0', undefined],
        ] as const) {
          const text = await exchange(port, get('/', `accept-encoding: ${accept}\r\n${END}`));
          expect(/\r\ncontent-encoding: (\w+)\r\n/.exec(text)?.[1]).toBe(encoding);
          expect(text).toContain('\r\nvary: accept-encoding\r\n');
          lengths.push(text.length);
        }
      },
      {},
      true,
    );
    const [br = 0, gzip = 0, plain = 0] = lengths;
    expect(br).toBeLessThan(plain / 10);
    expect(gzip).toBeLessThan(plain / 10);
  });
});

describe('draining', () => {
  test('answers what has come in, on a connection that then ends, and takes no new one', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    let entered = (): void => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const handler = async (): Promise<typeof OK> => {
      entered();
      await answered;
      return OK;
    };
    await withListener(handler, async (listener) => {
      const client = await RawClient.open(listener.port);
      client.write(get('/', '\r\n'));
      await inside;
      const drained = listener.drain();
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      expect(await errorOf(RawClient.open(listener.port))).toMatchObject({ code: 'ECONNREFUSED' });
      answer();
      const text = await client.closed();
      expect(statusesIn(text)).toEqual([200]);
      expect(text.toLowerCase()).toContain('connection: close');
      await drained;
    });
  });

  test('answers a request that comes on an open connection right after it has begun', async () => {
    await withListener(
      () => OK,
      async (listener) => {
        const client = await RawClient.open(listener.port);
        client.write(get('/', '\r\n'));
        await client.until((received) => received.endsWith('ok'));
        const drained = listener.drain();
        client.write(get('/', '\r\n'));
        expect(statusesIn(await client.closed())).toEqual([200, 200]);
        await drained;
      },
    );
  });

  test('ends connections that have nothing to be answered', async () => {
    await withListener(
      () => OK,
      async (listener) => {
        const client = await RawClient.open(listener.port);
        await listener.drain();
        expect(await client.closed()).toBe('');
      },
    );
  });
});
