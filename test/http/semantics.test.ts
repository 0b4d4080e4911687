import { describe, expect, test } from '@jest/globals';
import type { HttpRequest, HttpResponse } from '../../src/sdk/http.js';
import { Deferred } from '../../src/wire/deferred.js';
import { errorOf } from '../support/with-host.js';
import { exchange, RawClient, statusesIn } from './raw-client.js';
import { OK, withListener } from './with-listener.js';

const END = 'connection: close\r\n\r\n';
const HELD = 'POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n';

describe('expect: 100-continue', () => {
  test('the client is told to go on once somebody reads the body', async () => {
    const handler = async (request: HttpRequest): Promise<HttpResponse> => ({
      ...OK,
      body: await request.bytes(),
    });
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(HELD);
      await client.until((received) => received.includes('HTTP/1.1 100 Continue\r\n\r\n'));
      client.write('abc');
      const text = await client.until((received) => received.endsWith('abc'));
      expect(statusesIn(text)).toEqual([100, 200]);
      expect(text.toLowerCase()).toContain('connection: keep-alive');
    });
  });

  test.each([
    ['nobody reads the body', {}, 200],
    ['the body is too large', { maxBodyBytes: 2 }, 413],
  ])('where %s the answer comes at once, and the connection ends', async (_, limits, status) => {
    await withListener(
      () => OK,
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write(HELD);
        const text = await client.closed();
        expect(statusesIn(text)).toEqual([status]);
        expect(text.toLowerCase()).toContain('connection: close');
      },
      limits,
    );
  });
});

describe('a response', () => {
  test('made of the body that still comes in is not cut off', async () => {
    const chunk = 'x'.repeat(1_048_576);
    const handler = (request: HttpRequest): HttpResponse => ({
      status: 200,
      headers: [['content-type', 'application/octet-stream']],
      body: request.chunks(),
    });
    await withListener(
      handler,
      async ({ port }) => {
        const client = await RawClient.open(port);
        client.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${6 * chunk.length}\r\n${END}`);
        await client.until((received) => received.includes('\r\n\r\n'));
        for (let i = 0; i < 6; i++) client.write(chunk);
        const text = await client.closed();
        expect(text.endsWith('\r\n0\r\n\r\n')).toBe(true);
        expect(text.match(/x/g)?.length).toBe(6 * chunk.length);
      },
      { maxBodyBytes: 8 * 1_048_576 },
    );
  });

  test('304 says what the answer depends on, as 200 does', async () => {
    await withListener(
      () => ({ status: 304, headers: [] }),
      async ({ port }) => {
        expect(await exchange(port, `GET / HTTP/1.1\r\nhost: x\r\n${END}`)).toContain(
          '\r\nvary: accept-encoding\r\n',
        );
      },
      {},
      true,
    );
  });

  test('205 has no body, and says so', async () => {
    await withListener(
      () => ({ status: 205, headers: [], body: 'abc' }),
      async ({ port }) => {
        const text = await exchange(port, `GET / HTTP/1.1\r\nhost: x\r\n${END}`);
        expect(text).toContain('\r\ncontent-length: 0\r\n');
        expect(text.endsWith('\r\n\r\n')).toBe(true);
      },
    );
  });

  test('whose source waits ends that when the client goes', async () => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const body: AsyncIterableIterator<string> = {
      [Symbol.asyncIterator]: () => body,
      next: () => new Promise(() => undefined),
      return: () => {
        end();
        return Promise.resolve({ value: undefined, done: true });
      },
    };
    for (const compress of [false, true]) {
      await withListener(
        () => ({ status: 200, headers: [['content-type', 'text/plain']], body }),
        async ({ port }) => {
          const client = await RawClient.open(port);
          client.write(`GET / HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n`);
          await client.until((received) => received.includes('\r\n\r\n'));
          client.destroy();
          await ended;
        },
        {},
        compress,
      );
    }
  });
});

test('a body that is asked for once the client has gone is an error, not a wait', async () => {
  const failed = new Deferred<unknown>();
  const handler = async (request: HttpRequest): Promise<HttpResponse> => {
    await new Promise<void>((resolve) => request.onClose(resolve));
    failed.resolve(await errorOf(request.bytes()));
    return OK;
  };
  await withListener(handler, async ({ port }) => {
    const client = await RawClient.open(port);
    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\na');
    client.destroy();
    expect(await failed.promise).toMatchObject({ code: 'PHLOW_STREAM_BROKEN' });
  });
});

test('an upload that stands still while the listener drains gets 408', async () => {
  let enter = (): void => undefined;
  const entered = new Promise<void>((resolve) => (enter = resolve));
  const handler = async (request: HttpRequest): Promise<HttpResponse> => {
    enter();
    return { ...OK, body: await request.bytes() };
  };
  await withListener(
    handler,
    async (listener) => {
      const client = await RawClient.open(listener.port);
      client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\na');
      await entered;
      await listener.drain();
      expect(statusesIn(await client.closed())).toEqual([408]);
    },
    { requestTimeoutMs: 1_000, headersTimeoutMs: 1_000 },
  );
});
