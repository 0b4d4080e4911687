import { describe, expect, test } from '@jest/globals';
import type { HttpResponse } from '../../src/sdk/http.js';
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
