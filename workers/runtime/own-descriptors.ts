import fs from 'node:fs';
import { PhlowError } from '../../src/errors.js';
import { keepToOwnHandles } from './own-handles.js';
import { wrapFunction } from './wrap-function.js';

type Callable = (...args: unknown[]) => unknown;

/** Functions that take a file descriptor first, beside those that take a path or one. */
const TAKERS = [
  'close',
  'fchmod',
  'fchown',
  'fdatasync',
  'fstat',
  'fsync',
  'ftruncate',
  'futimes',
  'read',
  'readv',
  'write',
  'writev',
  'appendFile',
  'readFile',
  'writeFile',
  'statfs',
  'truncate',
] as const;

/**
 * Files that the host has open are not part of the permission model: any thread of its process can read and write them by their numbers. A
 * guarded module may use the numbers that it was given by `fs.open` itself. The streams of `fs` go through the same functions.
 */
export async function keepToOwnDescriptors(): Promise<void> {
  const own = new Map<number, unknown>();
  wrapFunction(fs, 'openSync', (run) => recorded(own, run()));
  wrapFunction(fs, 'open', (run, args) => {
    const done = args.at(-1);
    if (typeof done !== 'function') return run();
    return run([
      ...args.slice(0, -1),
      (error: unknown, fd: unknown) => (done as Callable)(error, recorded(own, fd)),
    ]);
  });
  await keepToOwnHandles(own);
  for (const name of TAKERS)
    for (const spelling of [name, `${name}Sync`])
      wrapFunction(fs, spelling, (run, args) => {
        const [fd] = args;
        if (typeof fd !== 'number') return run();
        // A handle that is not closed itself would close the number again when it is collected, even if another file has it by then.
        if (!own.has(fd) || (name === 'close' && own.get(fd) !== undefined)) {
          const error = refusal(spelling, fd);
          const done = args.at(-1);
          // A stream that reads hears of it by its callback only.
          if (spelling !== name || typeof done !== 'function') throw error;
          process.nextTick(done, error);
          return undefined;
        }
        if (name === 'close') own.delete(fd);
        return run();
      });
}

function recorded(own: Map<number, unknown>, fd: unknown): unknown {
  if (typeof fd === 'number') own.set(fd, undefined);
  return fd;
}

function refusal(name: string, fd: number): PhlowError {
  const message = `Cannot use file descriptor ${fd} in fs.${name} at level guarded: the module has not opened it; open the file by its path`;
  return new PhlowError('PHLOW_PERMISSION_DENIED', message);
}
