import { spawn } from 'node:child_process';
import { NO_JAIL, sendFilter, settleJail } from '../../sandbox/jail.js';
import { syscallFilter } from '../../sandbox/jail/syscall-filter.js';

const ANSWER_MS = 5_000;

/** Asked of Node with all its capabilities: whether files of the machine, a process, other processes or the network are there. */
const LOOK = `
const { readdirSync } = require('node:fs');
const open = [];
for (const folder of ['/etc', '/root', '/home', '/tmp', '/var']) try { if (readdirSync(folder).length > 0) open.push(folder); } catch {}
try { if (readdirSync('/proc').some((name) => /^\\d+$/.test(name))) open.push('processes'); } catch {}
const { error } = require('node:child_process').spawnSync(process.execPath, ['--version']);
if (error === undefined) open.push('programs');
require('node:net').connect(Number(process.argv[1]), '127.0.0.1')
  .on('connect', () => end('network'))
  .on('error', () => end());
function end(more) { if (more) open.push(more); console.log(open.length === 0 ? 'shut' : open.join()); process.exit(); }
`;

/** Whether the jail of this machine, with nothing else around Node, shows it nothing of the machine. `port` takes connections on loopback. */
export async function isJailShut(port: number): Promise<boolean> {
  const jail = await settleJail('auto', 'doctor');
  if (jail.kind === NO_JAIL.kind) return false;
  const filter = jail.isFiltered ? syscallFilter() : undefined;
  const [command, ...args] = [...jail.command, process.execPath, '-e', LOOK, String(port)];
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
