import { request as send, type IncomingHttpHeaders } from 'node:http';
import {
  openFlow,
  type Flow,
  type LogLine,
  type OpenFlowOptions,
  type Value,
} from '../../../../src/index.js';
import { Deferred } from '../../../../src/wire/deferred.js';

/** A response as a client sees it. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is sent besides method and path. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A served flow. */
export interface Served {
  readonly flow: Flow;
  readonly port: number;
  readonly lines: readonly LogLine[];
  /** Sends `GET /path` and the like on a connection of its own. */
  ask(what: string, sent?: Sent): Promise<Got>;
}

/** Keeps log lines, and the port that the server says it listens on: lines come on a channel of their own, when they come. */
export function listeningLog(): {
  readonly lines: LogLine[];
  readonly port: Promise<number>;
  log(line: LogLine): void;
} {
  const lines: LogLine[] = [];
  const port = new Deferred<number>();
  return {
    lines,
    port: port.promise,
    log(line) {
      lines.push(line);
      if (line.message.startsWith('Listening on')) port.resolve(Number(line.fields?.['port']));
    },
  };
}

/** Sends one request and reads the whole response. */
export function ask(port: number, what: string, { headers = {}, body }: Sent = {}): Promise<Got> {
  const [method = '', path = ''] = what.split(' ');
  return new Promise((resolve, reject) => {
    const asked = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Serves a flow on a free port for one test and closes it however the test ends. */
export async function withServer<T>(
  settings: Readonly<Record<string, unknown>>,
  steps: readonly Value[],
  test: (served: Served) => Promise<T>,
  more: OpenFlowOptions & {
    readonly entry?: Readonly<Record<string, Value>>;
    readonly others?: readonly Value[];
  } = {},
): Promise<T> {
  const { entry = {}, others = [], ...options } = more;
  const { lines, log, port: listening } = listeningLog();
  const web = {
    module: 'http_server',
    name: 'web',
    with: { host: '127.0.0.1', port: 0, ...settings } as Value,
    ...entry,
  };
  const flow = await openFlow(
    { flow: { main: 'web', modules: [web, ...others], steps: steps as Value }, baseDir: process.cwd() },
    { serve: true, log, ...options },
  );
  try {
    const port = await listening;
    return await test({ flow, port, lines, ask: (what, sent) => ask(port, what, sent) });
  } finally {
    await flow.close();
  }
}

/** Waits until so many requests have come to the server. */
export async function inFlight(ask: Served['ask'], count: number): Promise<void> {
  const line = `http_server_requests_in_flight ${count + 1}\n`;
  while (!(await ask('GET /metrics')).body.includes(line))
    await new Promise((resolve) => setImmediate(resolve));
}
