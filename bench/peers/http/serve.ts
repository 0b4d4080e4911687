import fastify from 'fastify';
import { createHost, openFlow, type LogLine } from '../../../src/index.js';

/** A server in a process of its own: the same two calls of a cache for each request, in one of four ways. Says its port to who has started it. */
const [kind = ''] = process.argv.slice(2);

/** As a flow, its http_server at a level. */
async function serveFlow(isolation: 'trusted' | 'isolated'): Promise<number> {
  let listening: (port: number) => void = () => undefined;
  const port = new Promise<number>((resolve) => (listening = resolve));
  const log = ({ message, fields }: LogLine): void => {
    if (message.startsWith('Listening')) listening(Number(fields?.['port']));
  };
  const grant = isolation === 'trusted' ? {} : { grant: { net: { listen: ['127.0.0.1:0'] } } };
  const flow = {
    main: 'web',
    modules: [
      { module: 'http_server', name: 'web', with: { host: '127.0.0.1', port: 0 }, isolation, ...grant },
      { module: 'cache' },
    ],
    steps: [
      { use: 'cache', input: '{{ #{ action: "set", key: main.path, value: main.method } }}' },
      { use: 'cache', input: '{{ #{ action: "get", key: main.path } }}' },
      { return: '{{ #{ body: payload.value } }}' },
    ],
  };
  await openFlow({ flow, baseDir: process.cwd() }, { serve: true, concurrency: 100, log });
  return port;
}

async function serveFastify(answer: (path: string, method: string) => unknown): Promise<number> {
  const server = fastify();
  server.get('/*', (request) => answer(request.url, request.method));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const address = server.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function serveModuleCalls(): Promise<number> {
  const host = await createHost();
  const cache = await host.load('cache');
  return serveFastify(async (key, value) => {
    await cache.call({ action: 'set', key, value });
    const reply = await cache.call<{ value: string }>({ action: 'get', key });
    return JSON.stringify(reply.value);
  });
}

function serveMap(): Promise<number> {
  const map = new Map<string, string>();
  return serveFastify((key, value) => {
    map.set(key, value);
    return Promise.resolve(JSON.stringify(map.get(key)));
  });
}

const SERVERS: Readonly<Record<string, () => Promise<number>>> = {
  map: serveMap,
  call: serveModuleCalls,
  trusted: () => serveFlow('trusted'),
  isolated: () => serveFlow('isolated'),
};

const port = await SERVERS[kind]?.();
process.send?.({ port });
process.on('disconnect', () => process.exit());
