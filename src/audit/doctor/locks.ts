import { execFile, spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { processCommand } from '../../host/executors/guest/process-command.js';
import { guestThreadFlags } from '../../host/executors/guest/thread-container.js';
import { NO_JAIL, sendFilter, settleJail } from '../../sandbox/jail.js';
import type { IsolationLevel } from '../../manifest/isolation.js';
import { syscallFilter } from '../../sandbox/jail/syscall-filter.js';

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
    { name: 'limits', words: 'run without system limits', isShut: areLimitsSet },
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

/** Asked of Node with all its capabilities: whether files of the machine, a process, other processes or the network are there. */
const JAIL_LOOK = `
const { readdirSync } = require('node:fs');
const open = [];
// Node itself is there, wherever it lies: in a folder of its user's, often.
const isOther = (folder) => (name) => !process.execPath.startsWith(folder + '/' + name + '/');
for (const folder of ['/etc', '/root', '/home', '/tmp', '/var']) try { if (readdirSync(folder).some(isOther(folder))) open.push(folder); } catch {}
try { if (readdirSync('/proc').some((name) => /^\\d+$/.test(name))) open.push('processes'); } catch {}
const { error } = require('node:child_process').spawnSync(process.execPath, ['--version']);
if (error === undefined) open.push('programs');
require('node:net').connect(Number(process.argv[1]), '127.0.0.1')
  .on('connect', () => end('network'))
  .on('error', () => end());
function end(more) { if (more) open.push(more); console.log(open.length === 0 ? 'shut' : open.join()); process.exit(); }
`;

/** Whether the jail of this machine, with nothing else around Node, shows it nothing of the machine. `port` takes connections on loopback. */
async function isJailShut(port: number): Promise<boolean> {
  const jail = await settleJail('auto', 'doctor');
  if (jail.kind === NO_JAIL.kind) return false;
  const filter = jail.isFiltered ? syscallFilter() : undefined;
  const [command, ...args] = [...jail.command, process.execPath, '-e', JAIL_LOOK, String(port)];
  return new Promise((resolve) => {
    const stdio = ['ignore', 'pipe', 'ignore', 'ignore', 'pipe', filter ? 'pipe' : 'ignore'] as const;
    const child = spawn(command, args, { env: {}, cwd: '/', timeout: ANSWER_MS, stdio: [...stdio] });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', () => resolve(false));
    child.once('close', () => resolve(said.trim() === 'shut'));
    if (filter !== undefined) sendFilter(child.stdio, filter);
  });
}
