import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { processCommand } from '../../../src/host/executors/guest/process-command.js';
import { sendFilter, type SettledJail } from '../../../src/sandbox/jail.js';
import { syscallFilter } from '../../../src/sandbox/jail/syscall-filter.js';
import { withFolder } from '../../support/temporary-folder.js';
import { powersCode, type Power } from './powers.js';

/** What still stands around the code that holds all of Node. */
export interface Walls {
  readonly jail: SettledJail;
  /** Node's permission model, as a guest's process is started with it. */
  readonly hasPermissions: boolean;
}

/** What each power came to: `denied: …`, or what was got. */
export type Came = Readonly<Record<Power, string>>;

const FLAGS = ['--permission', '--experimental-permission', '--allow-net'];

/** Runs code with all powers of Node in a process that is started as a guest's is, with some of its walls. */
export function tryPowers({ jail, hasPermissions }: Walls): Promise<Came> {
  return withFolder(async (folder) => {
    const secret = randomBytes(8).toString('hex');
    const secretPath = join(folder, 'secret');
    writeFileSync(secretPath, secret);
    const paths = { socketPath: join(folder, 'socket'), abstractPath: `\0phlow-${secret}` };
    const servers = await Promise.all([
      listening((server) => server.listen(0, '127.0.0.1')),
      listening((server) => server.listen(paths.socketPath)),
      listening((server) => server.listen(paths.abstractPath)),
    ]);
    const { port } = servers[0].address() as AddressInfo;
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
      env: { SECRET: secret },
    });
    const plan = { folder, secret, secretPath, ...paths, port, planted: join(folder, 'planted') };
    const code = powersCode({ ...plan, hostPid: process.pid, otherPid: other.pid });
    try {
      const spec = { jail, memoryBytes: 64 * 1_048_576, lifetimeCpuSeconds: 60, wasm: false };
      const started = processCommand(spec, code, false);
      const args = started.args.filter((word) => hasPermissions || !FLAGS.includes(word));
      const stdio = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
      const child = spawn(started.command, args, { env: {}, cwd: '/', stdio: [...stdio] });
      const filter = started.hasFilter ? syscallFilter() : undefined;
      if (filter !== undefined) sendFilter(child.stdio, filter);
      return await foundBy(child);
    } finally {
      other.kill('SIGKILL');
      for (const server of servers) server.close();
    }
  });
}

async function listening(listen: (server: Server) => void): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  listen(server);
  await once(server, 'listening');
  return server;
}

async function foundBy(child: ChildProcess): Promise<Came> {
  const exited = once(child, 'exit');
  const [printed, complaint] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
  ]);
  await exited;
  if (!printed.startsWith('{')) throw new Error(`the process has said nothing: ${complaint}`);
  return JSON.parse(printed) as Came;
}
