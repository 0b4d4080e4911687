import { describe, expect, test } from '@jest/globals';
import type { Value } from '../../../../src/values.js';
import { RawClient } from '../../../http/raw-client.js';
import { withFolder } from '../../../support/temporary-folder.js';
import { writeFiles } from '../../../support/write-files.js';
import { withServer, type Served } from './server.js';

/** Yields what it is asked to, and says when it has ended. */
const SOURCE = `
let made = 0;
export default async function* source({ input }, { signal, log }) {
  if (input.count) { yield made; return; }
  try {
    if (input.fail === 0) throw new Error('secret');
    for (const item of input.items ?? []) yield item;
    if (input.fail === 1) throw new Error('secret');
    while (input.endless) { yield 'x'.repeat(65536); made++; }
    if (input.wait) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  } finally {
    log.info('the source has ended');
  }
}
`;
const MANIFEST = 'name: source\ntype: step\nentry: index.mjs\n';

const HEAD = { events: { 'content-type': 'text/event-stream' }, text: { 'content-type': 'text/plain' } };

const route = (
  name: string,
  input: Value,
  headers?: Readonly<Record<string, string>>,
): readonly [Value, Value] => [
  { path: `/${name}`, to: name },
  {
    id: name,
    use: 'source',
    input,
    stream: true,
    ...(headers === undefined ? {} : { return: { status_code: 202, headers } }),
  },
];

const ROUTES = [
  route('lines', { items: [{ a: 1 }, 'text', null] }),
  route('text', { items: ['one ', 'two', { three: 3 }] }, HEAD.text),
  route(
    'events',
    { items: ['a\nb', { n: 1 }, { event: 'tick', id: '7', retry: 10, data: [1] }] },
    HEAD.events,
  ),
  route('open', { items: ['first'], wait: true }, HEAD.events),
  route('silent', { wait: true }, HEAD.events),
  route('fails', { fail: 0 }),
  route('breaks', { items: [1], fail: 1 }),
  route('breaks-events', { items: [1], fail: 1 }, HEAD.events),
  route('bad-event', { items: [{ id: 'a\nb', data: 1 }] }, HEAD.events),
  route('bad-head', { wait: true }, { 'x-a': 'b\r\nc' }),
  route('endless', { endless: true }, HEAD.text),
  route('count', { count: true }),
];

type Level = 'trusted' | 'sandboxed' | 'isolated';

/** Serves the routes, with both modules at a level. */
function withSource<T>(
  isolation: Level,
  run: (served: Served) => Promise<T>,
  more: Parameters<typeof withServer>[3] = {},
): Promise<T> {
  return withFolder((folder) => {
    writeFiles(folder, { 'source/phlow.yaml': MANIFEST, 'source/index.mjs': SOURCE });
    const held = {
      isolation,
      ...(isolation === 'trusted' ? {} : { grant: { net: { listen: ['127.0.0.1:0'] } } }),
    };
    return withServer(
      { routes: ROUTES.map(([one]) => one), timeouts: { heartbeat: 5 } },
      ROUTES.map(([, step]) => step),
      run,
      { others: [{ module: `${folder}/source`, isolation }], entry: held, ...more },
    );
  });
}

async function untilLogged({ lines }: Served, text: string): Promise<void> {
  while (!lines.some(({ message }) => message.includes(text)))
    await new Promise((resolve) => setImmediate(resolve));
}

async function opened(port: number, path: string): Promise<RawClient> {
  const client = await RawClient.open(port);
  client.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return client;
}

describe.each<Level>(['trusted', 'sandboxed', 'isolated'])('streams at %s', (isolation) => {
  test('are chunks: lines of JSON, or text as it is', async () => {
    await withSource(isolation, async ({ ask }) => {
      const lines = await ask('GET /lines');
      expect(lines).toMatchObject({ status: 200, body: '{"a":1}\n"text"\nnull\n' });
      expect(lines.headers).toMatchObject({
        'content-type': 'application/x-ndjson',
        'transfer-encoding': 'chunked',
      });
      expect(await ask('GET /text')).toMatchObject({ status: 202, body: 'one two{"three":3}\n' });
      expect(await ask('HEAD /text')).toMatchObject({ status: 202, body: '' });
    });
  });

  test('are events where their type says so, with comments while nothing comes', async () => {
    await withSource(isolation, async (served) => {
      const { body } = await served.ask('GET /events');
      expect(body.replaceAll(':\n\n', '')).toBe(
        'data: a\ndata: b\n\ndata: {"n":1}\n\nevent: tick\nid: 7\nretry: 10\ndata: [1]\n\n',
      );
      const client = await opened(served.port, '/silent');
      await client.until((received) => received.includes(':\n\n'));
      expect(client.received).toContain('\r\ncache-control: no-store\r\n');
      client.destroy();
      await untilLogged(served, 'the source has ended');
    });
  });

  test('end in the module that makes them when the client goes', async () => {
    await withSource(isolation, async (served) => {
      const client = await opened(served.port, '/open');
      await client.until((received) => received.includes('data: first\n\n'));
      client.destroy();
      await untilLogged(served, 'the source has ended');
    });
  });

  test('that fail: 500 before the first item, then the connection breaks, or an event says so', async () => {
    await withSource(isolation, async (served) => {
      const { ask, lines } = served;
      expect(await ask('GET /fails')).toMatchObject({
        status: 500,
        body: '{"error":"Internal Server Error"}',
      });
      const headers = { 'x-request-id': 'mine' };
      const broken = await opened(served.port, '/breaks');
      expect(await broken.closed()).toMatch(/^HTTP\/1.1 200 .*chunked\r\n\r\n2\r\n1\n\r\n$/s);
      const events = await ask('GET /breaks-events', { headers });
      expect(events.body).toContain('data: 1\n\nevent: error\ndata: {"error":"Internal Server Error"}\n\n');
      await untilLogged(served, 'Request mine failed');
      expect(lines.filter(({ message }) => /^Request .* failed: .*secret/.test(message))).toHaveLength(3);
      const bad = await ask('GET /bad-event');
      expect(bad.body).toContain('event: error\n');
      expect(bad.body).not.toContain('id: ');
      expect((await ask('GET /bad-head')).status).toBe(500);
    });
  });

  test('are made no faster than the client reads', async () => {
    await withSource(isolation, async (served) => {
      const client = await opened(served.port, '/endless');
      await client.until((received) => received.includes('xxxx'));
      client.pause();
      let [last, alike] = ['', 0];
      while (alike < 20) {
        const { body } = await served.ask('GET /count');
        alike = body === last ? alike + 1 : 0;
        last = body;
      }
      client.destroy();
      await untilLogged(served, 'the source has ended');
    });
  });

  test('keep no other run from starting, and streams of events end when the server does', async () => {
    await withSource(
      isolation,
      async ({ ask, flow, port }) => {
        const client = await opened(port, '/open');
        await client.until((received) => received.includes('data: first\n\n'));
        expect((await ask('GET /lines')).status).toBe(200);
        const closed = flow.close({ graceMs: 60_000 });
        expect(await client.closed()).toMatch(/0\r\n\r\n$/);
        await closed;
      },
      { concurrency: 1 },
    );
  });
});
