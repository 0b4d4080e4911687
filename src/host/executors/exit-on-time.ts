import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isMainThread, type Worker } from 'node:worker_threads';
import { SHELL } from '../../sandbox/tied-to-host.js';

/** Kills the process it is given after half a second, unless that has ended, which closes its standard input. */
const KILL_LATE = 'sleep 0.5 & s=$!; (read -r x <&3; kill $s) & wait $s && kill -9 "$1"';

const threads = new Set<Worker>();
let isWatching = false;

/**
 * Keeps a thread from holding up the end of the process. Node waits for each thread when it exits, and one that is inside native code goes
 * only when the call does, which may be never: a host that is still there half a second after its `exit` event is killed then.
 */
export function exitOnTime(worker: Worker): void {
  threads.add(worker);
  worker.once('exit', () => threads.delete(worker));
  // The end of a thread that hosts modules is not the end of the process.
  if (isWatching || !isMainThread || !existsSync(SHELL)) return;
  isWatching = true;
  process.on('exit', () => {
    if (threads.size > 0) killLate();
  });
}

function killLate(): void {
  const child = spawn(SHELL, ['-c', KILL_LATE, SHELL, String(process.pid)], {
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  // Without a process for it the exit takes as long as it takes.
  child.on('error', () => undefined);
}
