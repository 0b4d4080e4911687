import type { ChildProcess, ForkOptions } from 'node:child_process';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { HeldBoot } from '../../src/wire/boot-data.js';
import { holdImports } from './held-imports.js';

// Hooks of one thread are not those of the threads that it starts: these load this file first, which then says what they are held to.
const held = new URL(import.meta.url).searchParams.get('held');
if (held !== null) {
  const boot = JSON.parse(held) as HeldBoot;
  holdImports(boot, false);
  holdThreads(boot);
}

/** From now on the threads and Node processes that this thread starts import nothing but the copy either. What phlow itself starts is phlow's. */
export function holdThreads(boot: HeldBoot): void {
  const first = new URL('./held-threads.js', import.meta.url);
  first.searchParams.set('held', JSON.stringify(boot));
  const flags = ['--import', first.href];
  const isOwn = (file: unknown): boolean => {
    const path = pathOf(file);
    return path !== undefined && boot.own.some((own) => path.startsWith(own));
  };
  const require = createRequire(import.meta.url);
  const threads = require('node:worker_threads') as { Worker: typeof Worker };
  threads.Worker = new Proxy(threads.Worker, {
    construct(target, [file, options]: [unknown, WorkerOptions | undefined], newTarget): Worker {
      const start = (given: WorkerOptions | undefined): Worker =>
        Reflect.construct(target, [file, given], newTarget) as Worker;
      if (isOwn(file) && options?.eval !== true) return start(options);
      const { execArgv = process.execArgv } = options ?? {};
      try {
        return start({ ...options, execArgv: [...execArgv, ...flags] });
      } catch (error) {
        // A flag of the process that a thread inherits, and is not to be given one by one.
        const isInherited = options?.execArgv === undefined && execArgv.length > 0;
        if (!isInherited || (error as { code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV')
          throw error;
        return start({ ...options, execArgv: flags });
      }
    },
  });
  threads.Worker.prototype.constructor = threads.Worker;
  const programs = require('node:child_process') as { fork: Fork };
  const { fork } = programs;
  programs.fork = (file, ...rest) => {
    const args = Array.isArray(rest[0]) ? (rest[0] as readonly string[]) : [];
    const options = rest.find(
      (one): one is ForkOptions => one !== null && typeof one === 'object' && !Array.isArray(one),
    );
    if (isOwn(file)) return fork(file, args, options ?? {});
    return fork(file, args, { ...options, execArgv: [...(options?.execArgv ?? process.execArgv), ...flags] });
  };
  syncBuiltinESMExports();
}

type Fork = (file: string | URL, ...rest: readonly unknown[]) => ChildProcess;

/** The file that a thread or a process starts with; undefined for what is none. */
function pathOf(file: unknown): string | undefined {
  const url = file instanceof URL ? file : undefined;
  if (url !== undefined) return url.protocol === 'file:' ? fileURLToPath(url) : undefined;
  if (typeof file !== 'string') return undefined;
  return resolve(file);
}
