import { describe, expect, test } from '@jest/globals';
import { errorCode } from '../../src/errors.js';
import type { HttpRequest } from '../../src/sdk/http.js';
import { exchange, RawClient, statusesIn } from './raw-client.js';
import { OK, withListener } from './with-listener.js';

const CLOSE = 'connection: close\r\n';

/** Counts how often the handler has run; reads the body first. */
function counting(): { handler: (request: HttpRequest) => Promise<typeof OK>; readonly runs: string[] } {
  const runs: string[] = [];
  return {
    runs,
    handler: async (request) => {
      const body = Buffer.from(await request.bytes()).toString();
      runs.push(`${request.method} ${request.target} ${body}`);
      return OK;
    },
  };
}

describe('what no server should take for one request', () => {
  test.each([
    [
      'content-length and transfer-encoding',
      'content-length: 5\r\ntransfer-encoding: chunked\r\n',
      '0\r\n\r\nGET /b HTTP/1.1\r\n',
    ],
    [
      'transfer-encoding and content-length',
      'transfer-encoding: chunked\r\ncontent-length: 5\r\n',
      '0\r\n\r\n',
    ],
    ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n', 'abcdef'],
    ['a length that is none', 'content-length: +5\r\n', 'abcde'],
    ['a negative length', 'content-length: -1\r\n', ''],
    ['an unknown coding', 'transfer-encoding: xchunked\r\n', '0\r\n\r\n'],
    ['another coding before chunked', 'transfer-encoding: gzip, chunked\r\n', '3\r\nabc\r\n0\r\n\r\n'],
    ['two codings', 'transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n'],
    ['a coding without a name, and a length', 'transfer-encoding:\r\ncontent-length: 3\r\n', 'abc'],
    ['chunked that is not last', 'transfer-encoding: chunked, identity\r\n', '0\r\n\r\n'],
    ['a space before the colon', 'transfer-encoding : chunked\r\n', '0\r\n\r\n'],
    ['a header on two lines', 'x: a\r\n b\r\ntransfer-encoding:\r\n chunked\r\n', '0\r\n\r\n'],
    ['a NUL in a header', 'x: a\0b\r\n', ''],
    ['a line feed alone', 'x: a\ncontent-length: 3\r\n', 'abc'],
    ['two hosts', 'host: other\r\n', ''],
  ])('%s: 400', async (_, headers, body) => {
    const { handler, runs } = counting();
    await withListener(handler, async ({ port }) => {
      const text = await exchange(port, `POST /a HTTP/1.1\r\nhost: x\r\n${headers}${CLOSE}\r\n${body}`);
      expect(statusesIn(text)).toEqual([400]);
    });
    expect(runs).toEqual([]);
  });

  test.each([
    ['a size that is none', 'zz\r\nab\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\nab\r\n0\r\n\r\n'],
    ['a size beyond all bounds', 'fffffffffffffffff\r\nab\r\n'],
    ['data longer than their size', '1\r\nabc\r\n0\r\n\r\n'],
    ['an endless extension', `1;${'a'.repeat(20_000)}\r\na\r\n0\r\n\r\n`],
  ])('chunks with %s: refused, and nothing runs', async (_, body) => {
    const { handler, runs } = counting();
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(`POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${body}`);
      expect(statusesIn(await client.closed())).not.toContain(200);
    });
    expect(runs).toEqual([]);
  });

  test('no Host: 400', async () => {
    await withListener(
      () => OK,
      async ({ port }) => {
        expect(statusesIn(await exchange(port, `GET / HTTP/1.1\r\n${CLOSE}\r\n`))).toEqual([400]);
      },
    );
  });

  test('another protocol: 400', async () => {
    await withListener(
      () => OK,
      async ({ port }) => {
        expect(statusesIn(await exchange(port, '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'))).toEqual([400]);
        expect(statusesIn(await exchange(port, 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n'))).toEqual([501]);
        expect(statusesIn(await exchange(port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toEqual([400]);
      },
    );
  });
});

describe('what is too much', () => {
  test('headers beyond the limit: 431', async () => {
    const { handler, runs } = counting();
    await withListener(
      handler,
      async ({ port }) => {
        const text = await exchange(port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(5_000)}\r\n\r\n`);
        expect(statusesIn(text)).toEqual([431]);
      },
      { maxHeaderBytes: 4_096 },
    );
    expect(runs).toEqual([]);
  });

  test('a body whose length is beyond the limit: 413 before any of it is read', async () => {
    const { handler, runs } = counting();
    await withListener(
      handler,
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\nexpect: 100-continue\r\n\r\n');
        await client.until((received) => statusesIn(received).length === 1);
        expect(statusesIn(client.received)).toEqual([413]);
        client.destroy();
      },
      { maxBodyBytes: 1_000 },
    );
    expect(runs).toEqual([]);
  });

  test('chunks beyond the limit: the handler gets an error, and the connection ends when they go on', async () => {
    let code: unknown;
    await withListener(
      async (request) => {
        code = await request.bytes().then(
          () => 'read',
          (error: unknown) => errorCode(error),
        );
        return { status: 413, headers: [] };
      },
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
        const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
        const more = setInterval(() => client.write(chunk), 1);
        await client.closed();
        clearInterval(more);
        expect(statusesIn(client.received)).toEqual([413]);
      },
      { maxBodyBytes: 1_000 },
    );
    expect(code).toBe('PHLOW_INPUT_TOO_LARGE');
  });

  test('an upload that breaks off: the handler gets an error', async () => {
    let settle: (code: unknown) => void = () => undefined;
    const code = new Promise((resolve) => (settle = resolve));
    await withListener(
      async (request) => {
        await request.bytes().then(settle, (error: unknown) => settle(errorCode(error)));
        return OK;
      },
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc');
        await new Promise((resolve) => setImmediate(resolve));
        client.destroy();
        expect(await code).toBe('PHLOW_STREAM_BROKEN');
      },
    );
  });

  test('more connections than allowed: closed at once', async () => {
    await withListener(
      () => OK,
      async (listener) => {
        const first = await RawClient.open(listener.port);
        first.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
        await first.until((received) => received.endsWith('ok'));
        const second = await RawClient.open(listener.port);
        expect(await second.closed()).toBe('');
        expect(await listener.figures()).toMatchObject({ connections: 1, refused: 1 });
        first.destroy();
      },
      { maxConnections: 1 },
    );
  });

  test('more requests at once than allowed: 503 with Retry-After, and those before are answered', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await withListener(
      async () => {
        await answered;
        return OK;
      },
      async (listener) => {
        const first = await RawClient.open(listener.port);
        first.write(`GET / HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`);
        while ((await listener.figures()).inFlight === 0)
          await new Promise((resolve) => setImmediate(resolve));
        const text = await exchange(listener.port, `GET / HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`);
        expect(statusesIn(text)).toEqual([503]);
        expect(text).toContain('retry-after: 1');
        answer();
        expect(statusesIn(await first.closed())).toEqual([200]);
      },
      { maxRequests: 1 },
    );
  });

  test('pipelined requests are answered in order', async () => {
    await withListener(
      (request) => ({ status: 200, headers: [], body: request.target }),
      async ({ port }) => {
        const one = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
        const text = await exchange(port, one('/1') + one('/2') + one('/3', CLOSE));
        expect([...text.matchAll(/\r\n\r\n(\/\d)/g)].map((match) => match[1])).toEqual(['/1', '/2', '/3']);
      },
    );
  });

  test('hundreds of pipelined requests that wait: the connection ends', async () => {
    await withListener(
      () => new Promise(() => undefined),
      async (listener) => {
        const client = await RawClient.open(listener.port);
        client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(500));
        expect(await client.closed()).toBe('');
        expect(await listener.figures()).toMatchObject({ connections: 0, inFlight: 0 });
      },
    );
  });
});

describe('what is too slow', () => {
  test('a head that does not end: 408', async () => {
    await withListener(
      () => OK,
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write('GET / HTTP/1.1\r\nhost: x\r\n');
        expect(statusesIn(await client.closed())).toEqual([408]);
      },
      { headersTimeoutMs: 100, requestTimeoutMs: 200 },
    );
  });

  test('a body that does not end: 408, and nothing runs', async () => {
    const { handler, runs } = counting();
    await withListener(
      handler,
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\na');
        await client.closed();
      },
      { headersTimeoutMs: 100, requestTimeoutMs: 200 },
    );
    expect(runs).toEqual([]);
  });

  test('a connection on which nothing comes: closed', async () => {
    await withListener(
      () => OK,
      async ({ port }) => {
        const client = await RawClient.open(port);
        await client.closed();
      },
      { headersTimeoutMs: 100, requestTimeoutMs: 200 },
    );
  });

  test.each([
    ['a long response', ''],
    ['a long response that waits for the one before it', 'GET /before HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('a client that takes nothing of %s: closed', async (_, before) => {
    let isWritten = (): void => undefined;
    const written = new Promise<void>((resolve) => (isWritten = resolve));
    await withListener(
      async ({ target }) => {
        if (target === '/before') await written;
        else setImmediate(isWritten);
        return { ...OK, body: target === '/before' ? 'b' : 'a'.repeat(64 * 1_048_576) };
      },
      async (listener) => {
        const client = await RawClient.open(listener.port);
        client.pause();
        client.write(`${before}GET / HTTP/1.1\r\nhost: x\r\n\r\n`);
        while ((await listener.figures()).handled === 0)
          await new Promise((resolve) => setImmediate(resolve));
        for (let i = 0; i < 1_000 && (await listener.figures()).connections > 0; i++)
          await new Promise((resolve) => setTimeout(resolve, 10));
        expect(await listener.figures()).toMatchObject({ connections: 0, inFlight: 0 });
        client.destroy();
      },
      { writeTimeoutMs: 100 },
    );
  });
});
