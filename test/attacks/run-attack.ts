import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsolationLevel } from '../../src/index.js';
import { openArena, type Arena } from './arena.js';
import type { Attack } from './attack.js';
import { FileReads } from './file-reads.js';
import { judge, type HostEnd, type Verdict } from './judge.js';
import type { Observed } from './observed.js';

const HOST_MAIN = fileURLToPath(new URL('./host-main.js', import.meta.url));
/** Time for starting, loading and asking the victim, on a machine that has other things to do. */
const AROUND_MS = 30_000;
/** How long the channel of a host that has ended is read at most: somebody else could hold its other end. */
const MAX_LAST_WORDS_MS = 5_000;

/** Runs one attack in a fresh host process (of the Node at `node`) beside a victim, and judges what was left behind. */
export async function runAttack(
  attack: Attack,
  level: IsolationLevel,
  node: string = process.execPath,
): Promise<Verdict> {
  const arena = await openArena(attack, level);
  try {
    const end = await runHost(arena, attack, node);
    const said = end.observed === undefined ? end.exit : end.observed.reply || end.observed.error;
    const verdict = judge(attack, arena, existsSync(arena.marker), end);
    return { ...verdict, said: said.slice(0, 300), stallMs: end.observed?.longestStallMs ?? 0 };
  } finally {
    await arena.close();
  }
}

function runHost({ folder, job, secrets }: Arena, { options }: Attack, node: string): Promise<HostEnd> {
  const most = AROUND_MS + (options.deadline ?? 1_500) + (options.wait ?? 0) + (options.settle ?? 0);
  return new Promise((resolve) => {
    const host = fork(HOST_MAIN, [secrets.argument], {
      // An empty folder: see docs/security.md about the current folder of a host.
      cwd: join(folder, 'empty'),
      env: { PATH: process.env['PATH'], HOST_SECRET: secrets.environment, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
      execPath: node,
      execArgv: [],
    });
    let observed: Observed | undefined;
    const control = new FileReads();
    let isLate = false;
    let words = '';
    host.stderr?.on('data', (chunk: Buffer) => {
      words = `${words}${chunk.toString()}`.slice(-2_000);
    });
    host.on('message', (message) => {
      observed = message as Observed;
    });
    const timer = setTimeout(() => {
      isLate = true;
      host.kill('SIGKILL');
    }, most);
    host.once('exit', (code, signal) => {
      clearTimeout(timer);
      control.stop();
      const end = (): void => {
        clearTimeout(lastWords);
        const last = words.trim().split('\n').slice(-3).join(' | ');
        resolve({
          observed,
          isLate,
          exit: `exit ${code ?? signal ?? 'unknown'} ${last}`.trim(),
          controlReadMs: control.longestMs,
        });
      };
      // The exit may be noticed before the channel has been read to its end: what the host sent last is still in there.
      const lastWords = setTimeout(end, MAX_LAST_WORDS_MS);
      if (host.connected) host.once('disconnect', end);
      else end();
    });
    host.send(job);
  });
}
