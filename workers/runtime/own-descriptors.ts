import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { PhlowError } from '../../src/errors.js';

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
export function keepToOwnDescriptors(): void {
  const own = new Set<number>();
  wrap(fs, 'openSync', (run) => recorded(own, run()));
  wrap(fs, 'open', (run, args) => {
    const done = args.at(-1);
    if (typeof done !== 'function') return run();
    return run([
      ...args.slice(0, -1),
      (error: unknown, fd: unknown) => (done as Callable)(error, recorded(own, fd)),
    ]);
  });
  wrap(fs.promises, 'open', async (run) => {
    const handle = (await run()) as { readonly fd: number };
    const { fd } = handle;
    own.add(fd);
    // An emitter, which the types do not know.
    Reflect.apply(Reflect.get(EventEmitter.prototype, 'once'), handle, ['close', () => own.delete(fd)]);
    return handle;
  });
  for (const name of TAKERS)
    for (const spelling of [name, `${name}Sync`])
      wrap(fs, spelling, (run, args) => {
        const [fd] = args;
        if (typeof fd !== 'number') return run();
        if (!own.has(fd)) {
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

/** Puts another function in the place of one, with the properties of the old. */
function wrap(
  holder: object,
  name: string,
  around: (run: (args?: unknown[]) => unknown, args: unknown[]) => unknown,
): void {
  const given: unknown = Reflect.get(holder, name);
  if (typeof given !== 'function') return;
  const wrapped = new Proxy(given as Callable, {
    apply: (target, self, args: unknown[]) => around((changed = args) => target.apply(self, changed), args),
  });
  Reflect.set(holder, name, wrapped);
}

function recorded(own: Set<number>, fd: unknown): unknown {
  if (typeof fd === 'number') own.add(fd);
  return fd;
}

function refusal(name: string, fd: number): PhlowError {
  const message = `Cannot use file descriptor ${fd} in fs.${name} at level guarded: the module has not opened it; open the file by its path`;
  return new PhlowError('PHLOW_PERMISSION_DENIED', message);
}
