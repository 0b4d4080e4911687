import { createSocket } from 'node:dgram';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Places on the network that no module may reach, and one that it may. */
export interface Canaries {
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly udsPath: string;
  /** `host:port` of the server that is granted; it redirects what begins with `/redir` to the forbidden one, answers what {@link HOSTILE} names as no honest server would, and `/smuggled` must never be asked of it. */
  readonly okHost: string;
  /** What has been touched. */
  readonly touched: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Opens the canaries. They live in the runner's own process, so that they survive whatever happens to the host under attack. */
export async function openCanaries(folder: string): Promise<Canaries> {
  const touched = new Set<string>();
  const trap = (name: string): Server =>
    createServer((socket) => {
      touched.add(name);
      socket.on('error', () => undefined);
      socket.destroy();
    });
  const tcp = trap('a TCP connection');
  const uds = trap('a connection to a Unix socket');
  const udsPath = join(folder, 'canary.sock');
  const udp = createSocket('udp4').on('message', () => touched.add('a UDP packet'));
  await listening(tcp, 0);
  await listening(uds, udsPath);
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const tcpPort = (tcp.address() as AddressInfo).port;
  const ok = createHttpServer((request, response) => {
    if (request.url === '/smuggled') touched.add('a request that was hidden in another');
    const hostile = HOSTILE[request.url ?? ''];
    if (hostile !== undefined) {
      hostile(response);
      return;
    }
    const redirect = REDIRECTS[request.url ?? ''];
    if (redirect !== undefined) response.writeHead(redirect.status, { location: redirect.to(tcpPort) });
    response.end('fine');
  });
  await listening(ok, 0);
  return {
    tcpPort,
    udpPort: udp.address().port,
    udsPath,
    okHost: `127.0.0.1:${(ok.address() as AddressInfo).port}`,
    touched,
    async close() {
      udp.close();
      ok.closeAllConnections();
      await Promise.all([tcp, uds, ok].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Answers that are meant to break who asked. */
const HOSTILE: Readonly<Record<string, ((response: ServerResponse) => void) | undefined>> = {
  '/endless': (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(FILLER));
      response.once('drain', more);
    };
    more();
  },
  '/bomb': (response) => {
    // A hundred megabytes of nothing, packed.
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(packed());
  },
  '/slow': (response) => {
    const timer = setInterval(() => response.write('x'), 50);
    response.on('close', () => clearInterval(timer));
  },
  '/early': (response) => {
    const timer = setInterval(() => {
      for (let i = 0; i < 100; i++) response.writeProcessing();
    }, 20);
    response.on('close', () => clearInterval(timer));
  },
  '/upgrade': (response) =>
    raw(response, 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  '/heads': (response) =>
    raw(
      response,
      `HTTP/1.1 200 OK\r\n${Array.from({ length: 5_000 }, (_, i) => `x${i}: 1`).join('\r\n')}\r\n\r\n`,
    ),
  '/prototypes': (response) =>
    raw(
      response,
      'HTTP/1.1 200 __proto__\r\n__proto__: {"polluted":1}\r\nconstructor: x\r\ntoString: x\r\nContent-Length: 2\r\n\r\nok',
    ),
  '/twice': (response) =>
    raw(
      response,
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/9.9 x',
    ),
  '/nonsense': (response) => raw(response, 'HTTP/1.1 99999999999 \u0000\r\n\r\n'),
  '/reset': (response) => response.socket?.resetAndDestroy(),
  '/chunks': (response) =>
    raw(response, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx'),
};

let bomb: Buffer | undefined;

function packed(): Buffer {
  return (bomb ??= gzipSync(Buffer.alloc(100 * 1_048_576)));
}

const FILLER = Buffer.alloc(65_536, 'x');

/** Says what no server would say. */
function raw(response: ServerResponse, text: string): void {
  response.socket?.end(text, 'latin1');
}

/** Ways to send a client on to the forbidden server. */
const REDIRECTS: Readonly<
  Record<string, { readonly status: number; readonly to: (port: number) => string } | undefined>
> = {
  '/redir': { status: 302, to: (port) => `http://127.0.0.1:${port}/` },
  '/redir307': { status: 307, to: (port) => `//127.0.0.1:${port}/` },
  '/redirname': { status: 301, to: (port) => `http://localhost:${port}/` },
  '/redirmapped': { status: 308, to: (port) => `http://[::ffff:127.0.0.1]:${port}/` },
  '/redirscheme': { status: 303, to: (port) => `gopher://127.0.0.1:${port}/` },
  '/redirfile': { status: 302, to: () => 'file:///etc/passwd' },
  '/redirdata': { status: 302, to: () => 'data:text/plain,x' },
  '/redirloop': { status: 302, to: () => '/redirloop' },
};

function listening(server: Server | ReturnType<typeof createHttpServer>, at: number | string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
}
