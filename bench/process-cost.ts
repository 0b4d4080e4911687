import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { peakIn } from './peak-memory.js';

/** The descriptor at which a process says at its end what it has used. */
const REPORT = 3;
/** Loaded first by each of its threads; the main one knows of all. */
const AT_EXIT = `if (require('node:worker_threads').isMainThread)
  process.on('exit', () => {
    const fs = require('node:fs');
    const usage = process.resourceUsage();
    const status = fs.existsSync('/proc/self/status') ? fs.readFileSync('/proc/self/status', 'utf8') : '';
    fs.writeSync(${REPORT}, JSON.stringify({ usage, status }));
  });
`;

/** What a process of Node's has cost from its start to its end. */
export interface ProcessCost {
  readonly ms: number;
  /** Of all its threads, in user code and in the kernel. */
  readonly cpuMs: number;
  /** The most memory that it held at any time. */
  readonly peakBytes: number;
}

/** Measures processes; what they load first lies in `folder`. */
export async function processMeter(
  folder: string,
): Promise<(args: readonly string[], env: NodeJS.ProcessEnv) => Promise<ProcessCost>> {
  const atExit = join(folder, 'at-exit.cjs');
  await writeFile(atExit, AT_EXIT);
  return (args, env) => costOf(['--require', atExit, ...args], env);
}

/** Runs Node with these arguments to its end. Rejects when it fails. */
async function costOf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProcessCost> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stdio[REPORT] as Readable);
  const [code] = (await once(child, 'exit')) as [number | null];
  const ms = performance.now() - begun;
  if (code !== 0) throw new Error(`node ${args.join(' ')} has ended with ${code}`);
  const { usage, status } = JSON.parse(await said) as {
    readonly usage: NodeJS.ResourceUsage;
    readonly status: string;
  };
  // The other figure of the system begins with what the process that started it held.
  const peakBytes = peakIn(status) ?? usage.maxRSS * 1_024;
  return { ms, cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1_000, peakBytes };
}
