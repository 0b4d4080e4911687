import { fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHost, type LogLine, type Module } from '../../../src/index.js';
import { Deferred } from '../../../src/wire/deferred.js';
import useOwnCache from '../../support/own-cache.js';
import { ATTACKS } from './attackers.js';

useOwnCache();

/* npm run serving:hostile: what a neighbour of http_server feels while clients attack it, and what is left afterwards. */

const ATTACKERS = fileURLToPath(new URL('./attackers.js', import.meta.url));
const ATTACK_MS = 5_000;
const MEGABYTE = 1_000_000;

/** Milliseconds below which 99 of 100 calls of a neighbour stay, called one after the other for a while. */
async function p99(neighbour: Module, forMs: number): Promise<number> {
  const times: number[] = [];
  for (const end = performance.now() + forMs; performance.now() < end;) {
    const begun = performance.now();
    await neighbour.call(1);
    times.push(performance.now() - begun);
    // Not a loop that keeps the event loop for itself.
    await new Promise((resolve) => setImmediate(resolve));
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}

/** Open descriptors of this process, its threads' sockets among them. */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

for (const isolation of ['trusted', 'isolated'] as const) {
  const listening = new Deferred<number>();
  const log = ({ message, fields }: LogLine): void => {
    if (message.startsWith('Listening')) listening.resolve(Number(fields?.['port']));
  };
  const host = await createHost({ log });
  const neighbour = await host.load('echo');
  await host.load('http_server', {
    isolation,
    ...(isolation === 'trusted' ? {} : { grant: { net: { listen: ['127.0.0.1:0'] } } }),
    with: {
      host: '127.0.0.1',
      port: 0,
      limits: { connections: 5_000 },
      timeouts: { headers: '1s', request: '2s' },
    },
    dispatch: () => Promise.resolve('ok'),
  });
  const port = await listening.promise;
  await p99(neighbour, 1_000);
  const calm = await p99(neighbour, 2_000);
  const before = descriptors();
  console.log(
    `\nhttp_server at ${isolation}; a neighbour's p99 without attack: ${calm.toFixed(2)} ms; descriptors: ${before}`,
  );
  for (const { name, connections } of ATTACKS) {
    const child = fork(ATTACKERS, [name, String(port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let ends: Readonly<Record<string, number>> = {};
    child.on('message', (message) => (ends = message as typeof ends));
    const felt = await p99(neighbour, ATTACK_MS);
    const memory = process.memoryUsage.rss();
    child.kill('SIGKILL');
    while (descriptors() > before + 2) await new Promise((resolve) => setTimeout(resolve, 20));
    const alive = await fetch(`http://127.0.0.1:${port}/health`, { headers: { connection: 'close' } });
    const text = Object.entries(ends)
      .map(([end, count]) => `${end}: ${count}`)
      .join(', ');
    console.log(
      `${name.padEnd(26)} ${String(connections).padStart(5)} connections  p99 ${felt.toFixed(2).padStart(6)} ms  ${Math.round(memory / MEGABYTE)} MB  ${text === '' ? 'none ended' : text}; then ${alive.status}, ${descriptors()} descriptors`,
    );
  }
  await host.close();
}
process.exit();
