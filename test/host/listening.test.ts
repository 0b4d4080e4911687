import { describe, expect, test } from '@jest/globals';
import type { Host, Module } from '../../src/index.js';
import { Deferred } from '../../src/wire/deferred.js';
import { exchange, RawClient, statusesIn } from '../http/raw-client.js';
import { withFolder } from '../support/temporary-folder.js';
import { errorOf, withHost } from '../support/with-host.js';
import { writeFiles } from '../support/write-files.js';

/** A module of somebody's that answers by the path of the request. */
const SERVER = `
async function* counted() { yield 'one'; yield new TextEncoder().encode('two'); }
async function* long() { yield '😀'.repeat(300_001); yield new Uint8Array(400_000).fill(120); }
async function* endless(request, log) {
  request.onClose(() => log.info('gone'));
  for (;;) { yield 'x'; await new Promise((resolve) => setTimeout(resolve, 1)); }
}
const text = [['content-type', 'text/plain']];
export default {
  async start({ net, log }) {
    const listener = await net.listen({ host: '127.0.0.1', port: 0, limits: { maxBodyBytes: 300_000 } }, async (request) => {
      switch (request.target) {
        case '/stream': return { status: 200, headers: text, body: counted() };
        case '/long': return { status: 200, headers: text, body: long() };
        case '/long-text': return { status: 200, headers: text, body: 'a' + '😀'.repeat(300_001) };
        case '/large': return { status: 200, headers: text, body: new Uint8Array(33_554_432).fill(120) };
        case '/endless': return { status: 200, headers: text, body: endless(request, log) };
        case '/upload': {
          let bytes = 0;
          for await (const chunk of request.chunks()) bytes += chunk.length;
          return { status: 200, headers: text, body: String(bytes) };
        }
        case '/no-response': return 'nonsense';
        case '/bad-status': return { status: 'x', headers: [] };
        case '/bad-header': return { status: 200, headers: [['x', 'a\\r\\nset-cookie: b']] };
        case '/many-headers': return { status: 200, headers: Array.from({ length: 2_001 }, () => ['x', 'a']) };
        case '/long-header': return { status: 200, headers: [['x', 'a'.repeat(300_000)]] };
        case '/throws': throw new Error('secret');
        case '/die': for (;;);
        case '/silent': return new Promise(() => undefined);
        default: return { status: 200, headers: [['x-a', '1'], ['x-a', '2']], body: request.method + ' ' + request.target };
      }
    });
    log.info('port', { port: listener.port });
    return listener;
  },
  handler: (_, __, listener) => listener.figures(),
};
`;

const MANIFEST =
  'name: web\ntype: any\nentry: index.mjs\npermissions: { net: { listen: ["127.0.0.1:*"] } }\n';
const CLOSE = 'host: x\r\nconnection: close\r\n\r\n';

/** Loads the module at a level and says at which port it listens, each time that it starts. */
function withWeb(
  isolation: 'trusted' | 'sandboxed' | 'isolated',
  run: (web: Module, nextPort: () => Promise<number>, host: Host, gone: Promise<void>) => Promise<void>,
): Promise<void> {
  return withFolder((folder) => {
    writeFiles(folder, { 'web/phlow.yaml': MANIFEST, 'web/index.mjs': SERVER });
    const ports: number[] = [];
    let wake = (): void => undefined;
    const gone = new Deferred<void>();
    const nextPort = async (): Promise<number> => {
      for (;;) {
        const port = ports.shift();
        if (port !== undefined) return port;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    };
    return withHost(
      async (host) => {
        const grant = { net: { listen: ['127.0.0.1:*'] } };
        const web = await host.load('./web', { baseDir: folder, isolation, grant, hangTimeoutMs: 300 });
        await run(web, nextPort, host, gone.promise);
      },
      {
        log: ({ message, fields }) => {
          if (message === 'gone') gone.resolve();
          if (message !== 'port') return;
          ports.push(Number(fields?.['port']));
          wake();
        },
      },
    );
  });
}

describe.each(['trusted', 'sandboxed', 'isolated'] as const)('a module that listens, at %s,', (isolation) => {
  test('answers requests, and bodies go both ways piece by piece', async () => {
    await withWeb(isolation, async (web, nextPort) => {
      const port = await nextPort();
      const plain = await exchange(port, `GET /a?b HTTP/1.1\r\n${CLOSE}`);
      expect(plain).toContain('x-a: 1\r\nx-a: 2\r\n');
      expect(plain.endsWith('\r\n\r\nGET /a?b')).toBe(true);
      const streamed = await exchange(port, `GET /stream HTTP/1.1\r\n${CLOSE}`);
      expect(streamed).toContain('3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n');
      const upload = 'x'.repeat(200_000);
      const head = `POST /upload HTTP/1.1\r\ncontent-length: ${upload.length}\r\n${CLOSE}`;
      expect((await exchange(port, head + upload)).endsWith('\r\n\r\n200000')).toBe(true);
      const small = `POST /upload HTTP/1.1\r\ncontent-length: 3\r\n${CLOSE}abc`;
      expect((await exchange(port, small)).endsWith('\r\n\r\n3')).toBe(true);
      expect(await web.call()).toMatchObject({ handled: 4, refused: 0 });
    });
  });

  test('sends chunks of any length whole', async () => {
    await withWeb(isolation, async (_, nextPort) => {
      const origin = `http://127.0.0.1:${await nextPort()}`;
      const smiles = '😀'.repeat(300_001);
      const stream = await (await fetch(`${origin}/long`)).text();
      expect(stream === smiles + 'x'.repeat(400_000)).toBe(true);
      const text = await (await fetch(`${origin}/long-text`)).text();
      expect(text === `a${smiles}`).toBe(true);
    });
  });

  test('cannot send what is no response: 500, without a word of why', async () => {
    await withWeb(isolation, async (_, nextPort) => {
      const port = await nextPort();
      for (const path of [
        '/no-response',
        '/bad-status',
        '/bad-header',
        '/many-headers',
        '/long-header',
        '/throws',
      ]) {
        const text = await exchange(port, `GET ${path} HTTP/1.1\r\n${CLOSE}`);
        expect([path, statusesIn(text)]).toEqual([path, [500]]);
        expect(text).not.toMatch(/secret|set-cookie/);
      }
    });
  });

  test('hears when a client has gone', async () => {
    await withWeb(isolation, async (_, nextPort, __, gone) => {
      const client = await RawClient.open(await nextPort());
      client.write(`GET /endless HTTP/1.1\r\n${CLOSE}`);
      await client.until((received) => received.includes('x\r\n'));
      client.destroy();
      await gone;
    });
  });

  test('frees its port and ends its connections when it is closed', async () => {
    await withWeb(isolation, async (web, nextPort) => {
      const port = await nextPort();
      const client = await RawClient.open(port);
      client.write('GET /silent HTTP/1.1\r\nhost: x\r\n\r\n');
      const idle = await RawClient.open(port);
      await web.close();
      await Promise.all([client.closed(), idle.closed()]);
      expect(await errorOf(RawClient.open(port))).toMatchObject({ code: 'ECONNREFUSED' });
    });
  });
});

test('a module that hangs is ended: its clients get 503, and it listens again', async () => {
  await withWeb('isolated', async (_, nextPort) => {
    const port = await nextPort();
    expect(statusesIn(await exchange(port, `GET /die HTTP/1.1\r\n${CLOSE}`))).toEqual([503]);
    expect(statusesIn(await exchange(await nextPort(), `GET / HTTP/1.1\r\n${CLOSE}`))).toEqual([200]);
  });
});

test('a module holds no response that its client does not read: beyond what the host holds, requests get 503', async () => {
  await withWeb('trusted', async (web, nextPort) => {
    const port = await nextPort();
    const slow = [await RawClient.open(port), await RawClient.open(port)];
    for (const client of slow) {
      client.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
      await client.until((received) => received.includes('\r\n\r\n'));
      client.pause();
    }
    expect(statusesIn(await exchange(port, `GET /large HTTP/1.1\r\n${CLOSE}`))).toEqual([503]);
    expect(statusesIn(await exchange(port, `GET /small HTTP/1.1\r\n${CLOSE}`))).toEqual([200]);
    for (const client of slow) client.destroy();
    while (((await web.call()) as { inFlight: number }).inFlight > 0)
      await new Promise((resolve) => setImmediate(resolve));
    expect(statusesIn(await exchange(port, `GET /large HTTP/1.1\r\n${CLOSE}`))).toEqual([200]);
  });
});
