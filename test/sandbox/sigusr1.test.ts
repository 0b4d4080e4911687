import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const HOST = fileURLToPath(new URL('./sigusr1-host.js', import.meta.url));
/** Round trips to the module after a signal; the inspector of an unprotected Node is open after the first. */
const ROUNDS = 200;

/** Whether a process listens for TCP connections, as the kernel tells. */
function listens(pid: number): boolean {
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      // Closed meanwhile.
      return '';
    }
  });
  return ['tcp', 'tcp6'].some((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .some((fields) => fields[3] === '0A' && sockets.includes(`socket:[${fields[9] ?? ''}]`)),
  );
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

async function ask(host: ChildProcess): Promise<unknown> {
  host.send('call');
  return ((await once(host, 'message')) as readonly unknown[])[0];
}

if (!existsSync('/proc/self/task'))
  test('which ports a process has open is told by the kernel on Linux only', () => {
    expect(process.platform).not.toBe('linux');
  });
else
  describe('the signal by which Node opens its inspector', () => {
    test('a process that listens is seen to', async () => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      expect(listens(process.pid)).toBe(true);
      server.close();
      await once(server, 'close');
    });

    test('opens none, neither in a host with a module of others nor in that module’s process', async () => {
      const host = fork(HOST, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
      let said = '';
      host.stderr?.on('data', (text: Buffer) => (said += text.toString()));
      try {
        expect(await once(host, 'message')).toContain('ready');
        const pid = host.pid ?? 0;
        const guests = childrenOf(pid);
        expect(guests).toHaveLength(1);
        for (const target of [pid, ...guests]) process.kill(target, 'SIGUSR1');
        for (let round = 0; round < ROUNDS; round++) expect(await ask(host)).toBe('answered');
        expect([pid, ...guests].map(listens)).toEqual([false, false]);
        expect(said).not.toContain('Debugger');
      } finally {
        host.disconnect();
        await once(host, 'exit');
      }
    });
  });
