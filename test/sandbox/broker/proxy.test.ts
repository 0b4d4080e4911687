import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { createBroker } from '../../../src/sandbox/broker/create-broker.js';
import type { FetchResponse } from '../../../src/sandbox/capabilities.js';
import type { Place } from '../../../src/sandbox/effective.js';
import { effective } from '../../support/effective.js';
import { withFolder } from '../../support/temporary-folder.js';

const sockets = new Set<Socket>();
const opened: Server[] = [];

async function portOf(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const answer = (request: IncomingMessage, response: ServerResponse): void =>
  void response.end(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? 'nobody'}`);

let plainPort = 0;
let tlsPort = 0;
let proxyPort = 0;
/** `METHOD target authorization` of each request to the proxy. */
let asked: string[] = [];

beforeAll(async () => {
  plainPort = await portOf(createServer(answer));
  await withFolder(async (folder) => {
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    );
    tlsPort = await portOf(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer));
  });
  const proxy = createServer((request, response) => {
    asked.push(
      `${request.method ?? ''} ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`,
    );
    response.end('by the proxy');
  });
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
    if (request.headers['proxy-authorization'] === undefined) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const server = connect(tlsPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    server.on('error', () => client.destroy());
  });
  proxyPort = await portOf(proxy);
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(opened.map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A request through the proxy, with only these places granted, and these without a check of their certificates. */
async function fetched(
  url: string,
  granted: readonly string[],
  options: object = {},
  insecureTls: readonly Place[] = [{ host: '*', port: 0 }],
): Promise<string> {
  asked = [];
  const net = granted.map((place) => {
    const [host = '', port] = place.split(':');
    return { host, port: Number(port), to: undefined };
  });
  const broker = createBroker(effective({ net, insecureTls }));
  try {
    const response = await broker.call('net.fetch', [
      url,
      { proxy: `http://127.0.0.1:${proxyPort}`, ...options },
    ]);
    return Buffer.from((response as unknown as FetchResponse).body, 'base64').toString();
  } finally {
    await broker.close();
  }
}

describe('a proxy', () => {
  test('is asked for the whole URL, and looks the name up itself', async () => {
    const granted = ['example.com:80', `127.0.0.1:${proxyPort}`];
    expect(await fetched('http://example.com/a?b', granted)).toBe('by the proxy');
    expect(asked).toEqual(['GET http://example.com/a?b ']);
  });

  test('passes on what it cannot read', async () => {
    const granted = [`localhost:${tlsPort}`, `127.0.0.1:${proxyPort}`];
    const options = { proxy: `http://ann:p%40ss@127.0.0.1:${proxyPort}`, verifyTls: false };
    const url = `https://localhost:${tlsPort}/a`;
    // The server sees nothing of what was for the proxy.
    expect(await fetched(url, granted, options)).toBe('/a nobody');
    expect(asked).toEqual([`CONNECT localhost:${tlsPort} Basic ${btoa('ann:p@ss')}`]);
    await expect(fetched(url, granted, { ...options, verifyTls: true })).rejects.toThrow(/SELF_SIGNED|CERT/);
    await expect(fetched(url, granted, { verifyTls: false })).rejects.toMatchObject({
      code: 'PHLOW_CAPABILITY_FAILED',
    });
  });

  test('has to be granted, and so have the hosts behind it', async () => {
    const proxy = `127.0.0.1:${proxyPort}`;
    await expect(fetched('http://example.com/', ['example.com:80'])).rejects.toThrow(/was not granted/);
    await expect(fetched('http://other.example.com/', ['example.com:80', proxy])).rejects.toThrow(
      /was not granted/,
    );
    await expect(fetched(`http://10.0.0.1/`, ['*:80', proxy])).rejects.toThrow(/private or reserved/);
    expect(asked).toEqual([]);
    await expect(
      fetched('http://example.com/', ['example.com:80', proxy], { proxy: `socks5://${proxy}` }),
    ).rejects.toThrow(/does not begin with http/);
  });
});

test('a certificate that nobody has signed is refused unless the module asks for it', async () => {
  const url = `https://localhost:${tlsPort}/a`;
  const granted = [`localhost:${tlsPort}`];
  await expect(fetched(url, granted, { proxy: undefined })).rejects.toMatchObject({
    code: 'PHLOW_CAPABILITY_FAILED',
  });
  expect(await fetched(url, granted, { proxy: undefined, verifyTls: false })).toBe('/a nobody');
  expect(plainPort).toBeGreaterThan(0);
});

test('leaving a certificate unchecked has to be granted for that very place, with a proxy and without one', async () => {
  const url = `https://localhost:${tlsPort}/a`;
  const granted = [`localhost:${tlsPort}`, `127.0.0.1:${proxyPort}`];
  for (const options of [{ verifyTls: false }, { proxy: undefined, verifyTls: false }])
    for (const insecure of [[], [{ host: 'localhost', port: 1 }], [{ host: '*.localhost', port: tlsPort }]])
      await expect(fetched(url, granted, options, insecure)).rejects.toMatchObject({
        code: 'PHLOW_PERMISSION_DENIED',
        details: { permission: 'net.insecureTls', target: `localhost:${tlsPort}` },
      });
  expect(asked).toEqual([]);
  const own = [{ host: 'localhost', port: tlsPort }];
  expect(await fetched(url, granted, { proxy: undefined, verifyTls: false }, own)).toBe('/a nobody');
});
