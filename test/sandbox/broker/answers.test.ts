import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AnswerCosts } from '../../../src/sandbox/broker/answer.js';
import type { Broker, BrokerOptions } from '../../../src/sandbox/broker/broker.js';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import { effective } from '../../support/effective.js';
import { withFolder } from '../../support/temporary-folder.js';

const FAILED = { code: 'PHLOW_CAPABILITY_FAILED' };
const KIB = 1_024;

async function withGrant(
  use: (broker: Broker, granted: string) => Promise<void>,
  limits: BrokerOptions['limits'] = {},
): Promise<void> {
  await withFolder(async (granted) => {
    const folders = [{ asked: './data', path: granted }];
    const broker = createBroker(effective({ fs: { read: folders, write: folders } }), { limits });
    try {
      await use(broker, granted);
    } finally {
      await broker.close();
    }
  });
}

/** An instance that receives answers when the test says so, and has all of the host's time. */
class SlowInstance implements AnswerCosts {
  readonly #waiting: (() => void)[] = [];
  #isReceiving = false;
  bookedMs = 0;

  book(ms: number): number {
    this.bookedMs += ms;
    return 0;
  }

  received(): Promise<void> {
    return this.#isReceiving ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** How many answers it has not received. */
  get owed(): number {
    return this.#waiting.length;
  }

  receive(): void {
    this.#isReceiving = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function ask(
  broker: Broker,
  name: string,
  args: readonly unknown[],
  costs: AnswerCosts,
  signal?: AbortSignal,
): Promise<unknown> {
  return broker.call(name, args, signal, undefined, undefined, costs);
}

describe('what a host holds for answers', () => {
  test('is bounded: further files are read once the module has received what it has asked for before', async () => {
    await withGrant(
      async (broker, granted) => {
        writeFileSync(join(granted, 'a'), Buffer.alloc(100 * KIB, 1));
        const instance = new SlowInstance();
        let answered = 0;
        let reads: readonly Promise<unknown>[] = [];
        // Files are opened in any order.
        await new Promise<void>((resolve) => {
          reads = Array.from({ length: 20 }, () =>
            ask(broker, 'fs.readBytes', ['./data/a'], instance).then(() => {
              if (++answered === 4) resolve();
            }),
          );
        });
        // A read that had not waited would have come to its end before this one, which takes more steps and waits for nobody.
        writeFileSync(join(granted, 'short'), 'x');
        for (let i = 0; i < 50; i++) await ask(broker, 'fs.readText', ['./data/short'], instance);
        expect([answered, instance.owed]).toEqual([4, 4]);
        instance.receive();
        await Promise.all(reads);
        expect(answered).toBe(20);
      },
      { maxAnswerBytes: 450 * KIB },
    );
  });

  test('returns when an instance ends in mid-answer, also to those that wait', async () => {
    await withGrant(
      async (broker, granted) => {
        writeFileSync(join(granted, 'a'), Buffer.alloc(16 * KIB * KIB, 1));
        const ended = new AbortController();
        const instance = new SlowInstance();
        const reads = Array.from({ length: 3 }, () =>
          ask(broker, 'fs.readBytes', ['./data/a'], instance, ended.signal),
        );
        ended.abort();
        for (const read of await Promise.allSettled(reads)) expect(read).toMatchObject({ reason: FAILED });
        // The next instance of the module has all of it.
        const bytes = await ask(broker, 'fs.readBytes', ['./data/a'], new SlowInstance());
        expect(Buffer.from(String(bytes), 'base64')).toHaveLength(16 * KIB * KIB);
      },
      { maxAnswerBytes: 16 * KIB * KIB },
    );
  });

  test('is not used for a file that cannot fit, which says so', async () => {
    await withGrant(
      async (broker, granted) => {
        writeFileSync(join(granted, 'a'), Buffer.alloc(100 * KIB, 32));
        const read = broker.call('fs.readBytes', ['./data/a']);
        await expect(read).rejects.toMatchObject(FAILED);
        await expect(read).rejects.toThrow('102400 bytes, more than the 98304 that fit into an answer');
        expect(await broker.call('fs.readText', ['./data/a'])).toHaveLength(100 * KIB);
      },
      { maxAnswerLength: 128 * KIB },
    );
    await withGrant(
      async (broker, granted) => {
        writeFileSync(join(granted, 'a'), Buffer.alloc(100 * KIB, 32));
        const read = broker.call('fs.readText', ['./data/a']);
        await expect(read).rejects.toMatchObject(FAILED);
        await expect(read).rejects.toThrow('more than the 90000 of one call');
      },
      { maxAnswerBytes: 90_000 },
    );
  });

  test('counts the body of a response, whose rest stays with the server', async () => {
    const answer = ({ url }: IncomingMessage, response: ServerResponse): void => {
      response.end(Buffer.alloc(url === '/short' ? 1 : 100 * KIB, 1));
    };
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const net = [{ host: '127.0.0.1', port, to: undefined }];
    const broker = createBroker(effective({ net }), { limits: { maxAnswerBytes: 250 * KIB } });
    try {
      const instance = new SlowInstance();
      const url = `http://127.0.0.1:${port}/`;
      let answered = 0;
      let fetches: readonly Promise<unknown>[] = [];
      await new Promise<void>((resolve) => {
        fetches = Array.from({ length: 6 }, () =>
          ask(broker, 'net.fetch', [url], instance).then(() => {
            if (++answered === 2) resolve();
          }),
        );
      });
      for (let i = 0; i < 50; i++) await ask(broker, 'net.fetch', [`${url}short`], instance);
      expect([answered, instance.owed]).toEqual([2, 2]);
      instance.receive();
      await Promise.all(fetches);
      await expect(ask(broker, 'net.fetch', [url, { maxBytes: 90_000 }], instance)).rejects.toThrow(
        'more than 90000 bytes',
      );
    } finally {
      await broker.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('what answers cost a host', () => {
  test('is booked by what they are made of', async () => {
    await withGrant(async (broker, granted) => {
      writeFileSync(join(granted, 'a'), Buffer.alloc(1_024 * KIB, 1));
      for (let i = 0; i < 200; i++) writeFileSync(join(granted, `f${i}`), '');
      const booked = async (name: string, ...args: readonly unknown[]): Promise<number> => {
        const instance = new SlowInstance();
        await ask(broker, name, args, instance);
        return instance.bookedMs;
      };
      expect(await booked('fs.stat', './data/a')).toBe(0);
      expect(await booked('fs.readBytes', './data/a')).toBeCloseTo(0.5);
      expect(await booked('fs.writeText', './data/b', 'x'.repeat(1_024 * KIB))).toBeCloseTo(0.5);
      expect(await booked('fs.list', './data')).toBeGreaterThan(2);
      expect(await booked('fs.tree', './data')).toBeGreaterThan(2);
    });
  });

  test('makes the work pause, which ends when the instance does', async () => {
    await withGrant(async (broker, granted) => {
      for (let i = 0; i < 200; i++) writeFileSync(join(granted, `f${i}`), '');
      const ended = new AbortController();
      let pauses = 0;
      const costs: AnswerCosts = {
        book: () => {
          if (++pauses === 2) setImmediate(() => ended.abort());
          return pauses === 1 ? 1 : 3_600_000;
        },
        received: () => Promise.resolve(),
      };
      await expect(ask(broker, 'fs.list', ['./data'], costs, ended.signal)).rejects.toMatchObject(FAILED);
      expect(pauses).toBe(2);
    });
  });
});
