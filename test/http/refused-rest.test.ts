import { describe, expect, test } from '@jest/globals';
import type { HttpRequest, HttpResponse } from '../../src/sdk/http.js';
import { exchange, RawClient, statusesIn } from './raw-client.js';
import { OK, withListener } from './with-listener.js';

const WHOLE = 'POST /first HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n';

/** A handler that answers when it is told to. */
function waiting(): { handler: () => Promise<HttpResponse>; answer: () => void; entered: Promise<void> } {
  let answer = (): void => undefined;
  let enter = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const entered = new Promise<void>((resolve) => (enter = resolve));
  return {
    entered,
    answer: () => answer(),
    handler: async () => {
      enter();
      await answered;
      return OK;
    },
  };
}

describe('a whole request with something behind it that is no HTTP', () => {
  test('is answered first; the rest is refused', async () => {
    const { handler, answer, entered } = waiting();
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(`${WHOLE}\r\nabc!no HTTP\r\n\r\n`);
      await entered;
      answer();
      expect(statusesIn(await client.closed())).toEqual([200, 400]);
    });
  });

  test('is answered, and nothing else is, where it asks for the end of the connection', async () => {
    await withListener(
      () => OK,
      async ({ port }) => {
        const text = await exchange(port, `${WHOLE}connection: close\r\n\r\nabc\r\nGET / HTTP/1.1\r\n\r\n`);
        expect(statusesIn(text)).toEqual([200]);
      },
    );
  });

  test('is answered first where a body behind it breaks', async () => {
    const { handler, answer, entered } = waiting();
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(`${WHOLE}\r\nabcPOST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`);
      await entered;
      answer();
      expect(statusesIn(await client.closed())).toEqual([200, 400]);
    });
  });

  test('what goes on coming is refused once', async () => {
    const { handler, answer, entered } = waiting();
    await withListener(handler, async (listener) => {
      const client = await RawClient.open(listener.port);
      client.write(`${WHOLE}\r\nabc!no HTTP\r\n\r\n`);
      await entered;
      client.write('nor this\r\n\r\n');
      answer();
      expect(statusesIn(await client.closed())).toEqual([200, 400]);
      expect(await listener.figures()).toMatchObject({ refused: 1 });
    });
  });
});

describe('a head that others could read in another way', () => {
  const chunked = '5\r\nhello\r\n0\r\n\r\n';
  test.each([
    ['chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n', chunked, 400],
    ['a second coding', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n', chunked, 400],
    ['two hosts', 'GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n', '', 400],
    ['a version that is not spoken', 'GET / HTTP/2.0\r\nhost: x\r\n', '', 505],
    ['no version', 'GET /\r\nhost: x\r\n', '', 505],
  ])('%s: refused, and nothing behind it runs', async (_, head, body, status) => {
    const runs: string[] = [];
    const handler = ({ target }: HttpRequest): HttpResponse => {
      runs.push(target);
      return OK;
    };
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(`${head}connection: keep-alive\r\n\r\n${body}GET /behind HTTP/1.1\r\nhost: x\r\n\r\n`);
      expect(statusesIn(await client.closed()).filter((got) => got !== status)).toEqual([]);
    });
    expect(runs).toEqual([]);
  });

  test('is refused after a whole request before it is answered', async () => {
    const { handler, answer, entered } = waiting();
    await withListener(handler, async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(`${WHOLE}\r\nabcGET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n`);
      await entered;
      answer();
      expect(statusesIn(await client.closed())).toEqual([200, 400]);
    });
  });
});

test('a request for another protocol is answered, and is the last on its connection', async () => {
  await withListener(
    () => OK,
    async ({ port }) => {
      const client = await RawClient.open(port);
      client.write(
        'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\nGET /behind HTTP/1.1\r\n',
      );
      const text = await client.closed();
      expect(statusesIn(text)).toEqual([200]);
      expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n');
    },
  );
});
