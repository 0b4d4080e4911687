import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { closedLoops } from '../../src/measure/closed-loop.js';
import type { Suite } from '../../src/measure/suite.js';

const SERVE = fileURLToPath(new URL('../peers/http/serve.js', import.meta.url));

/** Each a process of its own; the first one is what the others are judged by. */
const SERVERS = [
  { kind: 'call', name: 'fastify and module.call', setup: 'fastify 5, two calls of the cache by hand' },
  { kind: 'trusted', name: 'flow, http_server trusted', setup: 'two steps that call the cache' },
  { kind: 'isolated', name: 'flow, http_server isolated', setup: 'the same, the socket is the host’s' },
  { kind: 'map', name: 'fastify and a Map', setup: 'fastify 5 without phlow' },
] as const;

/** Connections, each with one request at a time. */
const CONNECTIONS = [1, 100] as const;

/** One running server and the connections to it. */
interface Running {
  readonly child: ChildProcess;
  readonly pool: Pool;
}

async function start(kind: string): Promise<Running> {
  const child = fork(SERVE, [kind], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, pool: new Pool(`http://127.0.0.1:${port}`, { connections: 100 }) };
}

/** Sends one request; throws for any answer but the right one: one wrong answer, and nothing is reported. */
async function ask(pool: Pool): Promise<void> {
  const { statusCode, body } = await pool.request({ path: '/x', method: 'GET' });
  const text = await body.text();
  if (statusCode !== 200 || text !== '"GET"') throw new Error(`${statusCode} ${text}`);
}

/** Requests per second of a flow with two calls of the cache, beside the same by hand. */
export const http: Suite = {
  scope: 'http',
  about: 'requests to a flow that calls the cache twice, against fastify that does the same',
  async open() {
    const running: Running[] = [];
    const close = async (): Promise<void> => {
      for (const { child, pool } of running) {
        await pool.destroy();
        child.kill();
      }
    };
    try {
      for (const { kind } of SERVERS) running.push(await start(kind));
    } catch (error) {
      await close();
      throw error;
    }
    const cases = SERVERS.flatMap(({ name, setup }, i) =>
      closedLoops({
        name,
        group: 'GET with two calls of the cache',
        setup,
        call: () => {
          const pool = running[i]?.pool;
          return pool === undefined ? Promise.reject(new Error(name)) : ask(pool);
        },
        widths: CONNECTIONS,
        isFloor: i === 0,
      }),
    );
    return { cases, close };
  },
};
