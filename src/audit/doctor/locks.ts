import { execFile } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { processCommand } from '../../host/executors/guest/process-command.js';
import { guestThreadFlags } from '../../host/executors/guest/thread-container.js';
import { NO_JAIL } from '../../sandbox/jail.js';
import { isJailShut } from './jail-lock.js';
import type { IsolationLevel } from '../../manifest/isolation.js';

/** A lock behind the compartment: probes inside of one never come as far as these, so they are asked by themselves. */
export interface Lock {
  readonly name: 'permissions' | 'limits' | 'jail';
  /** Follows `a module cannot …`, should its compartment fail. */
  readonly words: string;
  readonly isShut: () => Promise<boolean>;
}

const ANSWER_MS = 5_000;
const SPEC = { jail: NO_JAIL, memoryBytes: 64 * 1_048_576, lifetimeCpuSeconds: 60, wasm: false };

/** Asked of Node as a module's container is started with it: whether it refuses by itself. */
const LOOK = `const { permission: p } = process; const said = p !== undefined && !p.has('child') && !p.has('worker') && !p.has('fs.write') ? 'shut' : 'open';`;

const RUNS_FREE = 'run without the permission model of Node';

/** The locks that a level has besides what its probes try. */
export const LOCKS: Partial<Readonly<Record<IsolationLevel, readonly Lock[]>>> = {
  sandboxed: [{ name: 'permissions', words: RUNS_FREE, isShut: isThreadShut }],
  isolated: [
    { name: 'permissions', words: RUNS_FREE, isShut: isProcessShut },
    { name: 'limits', words: 'run without limits of the system', isShut: areLimitsSet },
  ],
};

/** The jail, asked without anything else around Node; `port` takes connections. */
export function jailLock(port: number): Lock {
  const words = 'reach files, programs, processes or the network from native code';
  return { name: 'jail', words, isShut: () => isJailShut(port) };
}

function isThreadShut(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const code = `${LOOK} require('node:worker_threads').parentPort.postMessage(said);`;
      const worker = new Worker(code, { eval: true, env: {}, argv: [], execArgv: [...guestThreadFlags()] });
      worker.once('message', (said) => resolve(said === 'shut'));
      worker.once('error', () => resolve(false));
      worker.once('exit', () => resolve(false));
    } catch {
      // A Node that does not know the flags.
      resolve(false);
    }
  });
}

async function isProcessShut(): Promise<boolean> {
  const { command, args } = processCommand(SPEC, `${LOOK} console.log(said);`, false);
  return (await printedBy(command, args)) === 'shut';
}

/** Lets the shell that sets the limits say what they are, in the place of becoming Node. */
async function areLimitsSet(): Promise<boolean> {
  const { command, args } = processCommand(SPEC, '', false);
  const node = args.indexOf(process.execPath);
  // Where there is no shell there is nobody to set them.
  if (node === -1) return false;
  const asked = 'ulimit -c; ulimit -f; ulimit -n; ulimit -t; ulimit -d';
  const printed = await printedBy(command, [...args.slice(0, node), command, '-c', asked]);
  const figures = printed.split('\n').map(Number);
  return figures.length === 5 && figures.every(Number.isFinite);
}

/** What a command prints; nothing when it fails. */
function printedBy(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { env: {}, timeout: ANSWER_MS }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : ''),
    );
  });
}
