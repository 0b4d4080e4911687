import type { ChildProcess, ForkOptions } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { HeldBoot } from '../../src/wire/boot-data.js';
import { HeldFlags } from './held-flags.js';
import { holdImports, type Held } from './held-imports.js';

// Hooks of one thread are not those of the threads that it starts: these load this file first, which then says what they are held to.
const held = new URL(import.meta.url).searchParams.get('held');
if (held !== null) {
  const boot = JSON.parse(held) as HeldBoot;
  holdThreads(boot, holdImports(boot, false));
}

/**
 * From now on the threads and Node processes that this thread starts import nothing but the copy either. Those that begin with a file of phlow's are no
 * other: it imports whatever its caller names.
 */
export function holdThreads(boot: HeldBoot, heldTo: Held): void {
  const first = new URL('./held-threads.js', import.meta.url);
  first.searchParams.set('held', JSON.stringify(boot));
  const flags = new HeldFlags(heldTo, {
    execArgv: process.execArgv,
    nodeOptions: process.env['NODE_OPTIONS'],
  });
  const before = ['--import', first.href];
  const require = createRequire(import.meta.url);
  const threads = require('node:worker_threads') as { Worker: typeof Worker };
  threads.Worker = new Proxy(threads.Worker, {
    construct(target, [given, options]: [unknown, WorkerOptions | undefined], newTarget): Worker {
      const [file, read] = [readOnce(given), readSettings(options)];
      const start = (execArgv: readonly string[]): Worker =>
        Reflect.construct(target, [file, { ...read, execArgv }], newTarget) as Worker;
      const { execArgv = process.execArgv } = read;
      const all = flags.behind(before, { execArgv, nodeOptions: optionsIn(read.env) });
      try {
        return start(all);
      } catch (error) {
        // A flag of the process that a thread inherits, and is not to be given one by one.
        const isInherited = read.execArgv === undefined && execArgv.length > 0;
        if (!isInherited || (error as { code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV')
          throw error;
        return start(before);
      }
    },
  });
  threads.Worker.prototype.constructor = threads.Worker;
  const programs = require('node:child_process') as { fork: Fork };
  const { fork } = programs;
  programs.fork = (given, ...rest) => {
    const file = readOnce(given);
    const args = Array.isArray(rest[0]) ? (rest[0] as readonly string[]) : [];
    const options = readSettings(
      rest.find((one): one is ForkOptions => one !== null && typeof one === 'object' && !Array.isArray(one)),
    );
    const { execArgv = process.execArgv } = options;
    const all = flags.behind(before, { execArgv, nodeOptions: optionsIn(options.env) });
    return fork(file, args, { ...options, execArgv: all });
  };
  syncBuiltinESMExports();
}

interface Settings {
  readonly execArgv?: readonly string[] | undefined;
  readonly env?: unknown;
}

/** The settings with their values as they are now: what was looked at is what is used. */
function readSettings(options: WorkerOptions | ForkOptions | undefined): Settings {
  const { ...read } = (options ?? {}) as Settings;
  const { env, execArgv } = read;
  return {
    ...read,
    ...(typeof env === 'object' && env !== null ? { env: { ...env } } : {}),
    ...(Array.isArray(execArgv) ? { execArgv: execArgv.map(String) } : {}),
  };
}

/** The same for the name of a file. */
function readOnce(file: unknown): unknown {
  return file instanceof URL ? new URL(file.href) : file;
}

/** NODE_OPTIONS in an environment that is given, or is otherwise that of the process. */
function optionsIn(env: unknown): string | undefined {
  const all = typeof env === 'object' && env !== null ? env : process.env;
  // Windows knows its names in any case.
  const found = Object.entries(all).filter(([name]) => name.toUpperCase() === 'NODE_OPTIONS');
  return found.length === 0 ? undefined : found.map(([, value]) => String(value)).join(' ');
}

type Fork = (file: unknown, ...rest: readonly unknown[]) => ChildProcess;
