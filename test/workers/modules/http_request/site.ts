import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withHost } from '../../../support/with-host.js';
import type { IsolationLevel, LogLine, Module, ValueMap } from '../../../../src/index.js';

// No proxy of the machine stands between a test and its server.
process.env['NO_PROXY'] = process.env['no_proxy'] = '*';

/** A server on loopback. */
export interface Site {
  readonly url: string;
  readonly place: string;
  /** Every request that arrived. */
  readonly hits: Hit[];
}

/** A request that arrived. */
export interface Hit {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a server does with a request whose body has arrived. */
export type Answer = (hit: Hit, response: ServerResponse) => void;

/** Runs `use` with a server. */
export async function withSite<T>(answer: Answer, use: (site: Site) => Promise<T>): Promise<T> {
  const hits: Hit[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const hit = { method, url, headers, body: Buffer.concat(chunks) };
      hits.push(hit);
      answer(hit, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await use({ url: `http://${place}`, place, hits });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** How a test loads the module. */
export interface HttpOptions {
  readonly level?: IsolationLevel;
  readonly settings?: ValueMap;
  /** What is granted; without it the module runs as the owner's own, at `trusted`. */
  readonly connect?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: 'real' | 'manual';
}

/** Runs `use` with the module, as it is known without its types. Resolves with what it has logged. */
export async function withHttp(
  { level = 'trusted', settings = {}, connect, env, clock = 'real' }: HttpOptions,
  use: (http: Module) => Promise<void>,
): Promise<readonly LogLine[]> {
  const grant =
    connect === undefined ? {} : { grant: { net: { connect }, ...(env === undefined ? {} : { env }) } };
  return withHost(async (host, lines) => {
    await use(
      await host.load<string>('http_request', {
        isolation: level,
        with: settings,
        checkOutput: true,
        clock,
        ...grant,
      }),
    );
    // Lines come on a way of their own; those of a host that is closed have all come.
    await host.close();
    return lines;
  });
}
