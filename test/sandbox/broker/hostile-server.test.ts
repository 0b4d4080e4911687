import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Broker } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { effective } from '../../support/effective.js';

/** Runs `use` with a broker and the URL of a granted server that answers each connection with `answer`. */
async function withServer(
  answer: (socket: Socket) => void,
  use: (broker: Broker, url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const broker = createBroker(effective({ net: [{ host: '127.0.0.1', port, to: undefined }] }), {});
  try {
    await use(broker, `http://127.0.0.1:${port}/`);
  } finally {
    // Ends only when nothing is under way any more.
    await broker.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a granted server that is in league with the module', () => {
  test.each([
    [
      'goes over to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    ['sends interim answers without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(500)],
  ])('cannot keep a request open that nothing ends: it %s', async (_, text) => {
    await withServer(
      (socket) => void socket.write(text),
      async (broker, url) => {
        await expect(broker.call('net.fetch', [url])).rejects.toMatchObject({
          code: 'PHLOW_CAPABILITY_FAILED',
          message: `Cannot fetch ${url}: the connection was cut`,
        });
      },
    );
  });

  test('gets a few interim answers through, and its headers name no prototype', async () => {
    const text = `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3)}HTTP/1.1 200 OK\r\n__proto__: x\r\ncontent-length: 2\r\n\r\nok`;
    await withServer(
      (socket) => void socket.end(text),
      async (broker, url) => {
        const response = await broker.call('net.fetch', [url]);
        expect(response).toMatchObject({ status: 200, body: Buffer.from('ok').toString('base64') });
        expect(Object.getPrototypeOf((response as { headers: object }).headers)).toBe(Object.prototype);
      },
    );
  });
});
