import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BroadcastChannel, setEnvironmentData } from 'node:worker_threads';
import { once } from 'node:events';
import type { PowerName, Surroundings } from './powers.js';

/** What a host has for a guest to find, and what it sees of a guest that has found it. */
export interface Planted {
  readonly surroundings: Surroundings;
  /** Powers that left a trace here. */
  seen(): readonly PowerName[];
  remove(): void;
}

const REPEAT_MS = 20;

/** Plants everything in this process. */
export async function plant(): Promise<Planted> {
  const folder = mkdtempSync(join(tmpdir(), 'phlow-given-'));
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('secret.txt'), 'secret-1');
  writeFileSync(at('open.txt'), 'descriptor-1');
  const openFd = openSync(at('open.txt'), 'r');
  // From here on the descriptor is the only way to it.
  rmSync(at('open.txt'));
  const seen = new Set<PowerName>();
  const noting = (name: PowerName): Server =>
    createServer((socket) => {
      seen.add(name);
      socket.destroy();
    });
  const tcp = noting('connect by TCP');
  const unix = noting('connect to a Unix socket');
  const udp = createSocket('udp4').on('message', () => seen.add('send by UDP'));
  await Promise.all([listening(tcp.listen(0, '127.0.0.1')), listening(unix.listen(at('unix')))]);
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  process.on('SIGUSR2', () => seen.add('signal the host'));
  setEnvironmentData('victim', 'victim-1');
  const channel = new BroadcastChannel('victim');
  const repeat = setInterval(() => channel.postMessage('victim-1'), REPEAT_MS);
  const { port: tcpPort } = tcp.address() as { port: number };
  return {
    surroundings: {
      hostPid: process.pid,
      folder,
      secretFile: at('secret.txt'),
      markerFile: at('marker'),
      tcpPort,
      udpPort: udp.address().port,
      socketPath: at('unix'),
      openFd,
    },
    seen() {
      if (existsSync(at('marker'))) seen.add('write a file');
      return [...seen];
    },
    remove() {
      clearInterval(repeat);
      channel.close();
      tcp.close();
      unix.close();
      udp.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listening(server: Server): Promise<void> {
  await once(server, 'listening');
}
