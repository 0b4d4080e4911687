import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Broker, BrokerOptions } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { effective } from '../../support/effective.js';

/** Runs `use` with a broker and the URL of a granted server. */
async function withServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (broker: Broker, url: string) => Promise<void>,
  options: BrokerOptions = {},
): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const broker = createBroker(effective({ net: [{ host: '127.0.0.1', port, to: undefined }] }), options);
  try {
    await use(broker, `http://127.0.0.1:${port}/`);
  } finally {
    await broker.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

interface Opened {
  readonly id: number;
  readonly status: number;
}

describe('a response that is read bit by bit', () => {
  test('comes as it arrives, and is gone after its end', async () => {
    let finish: (() => void) | undefined;
    const answer = (_: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(201, { 'x-a': 'b' });
      response.write('first');
      finish = () => response.end('last');
    };
    await withServer(answer, async (broker, url) => {
      const { id, status } = (await broker.call('net.open', [url])) as unknown as Opened;
      expect(status).toBe(201);
      expect(await broker.call('net.read', [id])).toBe(btoa('first'));
      finish?.();
      expect(await broker.call('net.read', [id])).toBe(btoa('last'));
      expect(await broker.call('net.read', [id])).toBeNull();
      await expect(broker.call('net.read', [id])).rejects.toThrow(/it is not open/);
    });
  });

  test('ends at the server when it is closed, and so do all when the broker is', async () => {
    const closed: Promise<unknown>[] = [];
    const answer = (_: IncomingMessage, response: ServerResponse): void => {
      closed.push(once(response, 'close'));
      response.write('x');
    };
    await withServer(answer, async (broker, url) => {
      const { id } = (await broker.call('net.open', [url])) as unknown as Opened;
      await broker.call('net.open', [url]);
      await broker.call('net.close', [id]);
      await closed[0];
      await broker.call('net.close', [id]);
      await broker.close();
      await closed[1];
    });
  });

  test('is counted while it is being opened: of a hundred asked for at once, no more than may be open are', async () => {
    let asked = 0;
    const answer = (_: IncomingMessage, response: ServerResponse): void => {
      asked++;
      response.write('x');
    };
    await withServer(
      answer,
      async (broker, url) => {
        const opened = await Promise.allSettled(
          Array.from({ length: 100 }, () => broker.call('net.open', [url])),
        );
        expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
        const more = await Promise.allSettled(
          Array.from({ length: 100 }, () => broker.call('net.open', [url])),
        );
        expect(more.filter(({ status }) => status === 'fulfilled')).toHaveLength(28);
        expect(asked).toBe(128);
        const { id } = (opened[0] as PromiseFulfilledResult<unknown>).value as Opened;
        await broker.call('net.close', [id]);
        await broker.call('net.open', [url]);
      },
      { limits: { maxInFlight: 128 } },
    );
  });

  test('ends with the life of the instance that has opened it', async () => {
    let closed: Promise<unknown> | undefined;
    const answer = (_: IncomingMessage, response: ServerResponse): void => {
      closed = once(response, 'close');
      response.write('x');
    };
    await withServer(answer, async (broker, url) => {
      const ending = new AbortController();
      await broker.call('net.open', [url], ending.signal);
      ending.abort();
      await closed;
    });
  });

  test('is bounded in time, in number, and in what it brings together with others', async () => {
    await withServer(
      (_, response) => void response.write('x'.repeat(100)),
      async (broker, url) => {
        const { id } = (await broker.call('net.open', [url, { timeoutMs: 100 }])) as unknown as Opened;
        await broker.call('net.read', [id]);
        await expect(broker.call('net.read', [id])).rejects.toThrow(/longer than 100 ms/);
        const open = async (): Promise<Opened> => (await broker.call('net.open', [url])) as unknown as Opened;
        const second = await open();
        await expect(broker.call('net.read', [second.id])).rejects.toThrow(/150 bytes in all/);
        await open();
        await open();
        await expect(open()).rejects.toThrow(/2 responses are open already/);
      },
      { limits: { maxReceivedBytes: 150, maxInFlight: 2 } },
    );
  });

  test('belongs to the module that has opened it: other numbers lead nowhere', async () => {
    await withServer(
      (_, response) => void response.end('x'),
      async (broker) => {
        for (const id of [0, 1, -1, 2 ** 40])
          await expect(broker.call('net.read', [id])).rejects.toMatchObject({
            code: 'PHLOW_PERMISSION_DENIED',
          });
        await expect(broker.call('net.read', ['1'])).rejects.toThrow(/must be count/);
      },
    );
  });
});
