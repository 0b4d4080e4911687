import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PhlowError } from '../../src/errors.js';
import { wrapFunction } from './wrap-function.js';

/** Functions of `fs.promises` that take a handle in the place of a path. */
const TAKERS = ['appendFile', 'readFile', 'writeFile'] as const;

/**
 * A handle of `fs.promises` is a descriptor's number below keys that anybody can write, so the number is fixed, and its methods serve only handles that
 * the module has opened. `own` holds the numbers that are open, each with what must not be collected before it is closed.
 */
export async function keepToOwnHandles(own: Map<number, unknown>): Promise<void> {
  const sample = await fs.promises.open(fileURLToPath(import.meta.url));
  const opened = new WeakSet<object>();
  const prototype = Object.getPrototypeOf(sample) as object;
  const natives = new WeakSet<object>();
  closeNativeDoors(nativeOf(sample), (native, fd) => {
    if (natives.delete(native)) own.delete(fd);
  });
  const assertOwn = (handle: unknown): void => {
    if (typeof handle === 'object' && handle !== null && opened.has(handle)) {
      const fd: unknown = Reflect.get(handle, 'fd');
      if (fd === -1 || own.has(Number(fd))) return;
    }
    throw foreign();
  };
  for (const key of Reflect.ownKeys(prototype)) {
    const value: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
    if (key !== 'constructor' && typeof value === 'function')
      wrapFunction(prototype, key, (run, _args, self) => {
        assertOwn(self);
        return run();
      });
  }
  // What counts as a handle is not the module's to say.
  Object.defineProperty(sample.constructor, Symbol.hasInstance, {
    value: Function.prototype[Symbol.hasInstance],
  });
  wrapFunction(fs.promises, 'open', async (run) => {
    const handle = (await run()) as fs.promises.FileHandle;
    own.set(handle.fd, handle);
    opened.add(handle);
    natives.add(nativeOf(handle) ?? handle);
    fixNumber(handle);
    return handle;
  });
  for (const name of TAKERS)
    wrapFunction(fs.promises, name, async (run, [target, ...rest]) => {
      if (typeof target !== 'object' || target === null) return await run();
      if (!opened.has(target)) return await run([pathOf(target), ...rest]);
      assertOwn(target);
      return await run();
    });
  await sample.close();
}

/** Node keeps the number below a symbol, and writes it itself only when the handle is closed. */
function fixNumber(handle: fs.promises.FileHandle): void {
  let { fd } = handle;
  const native = nativeOf(handle);
  const number = {
    get: () => fd,
    set: (next: unknown) => {
      if (next !== -1) throw foreign();
      fd = -1;
    },
  };
  for (const key of Object.getOwnPropertySymbols(handle)) {
    const value: unknown = Reflect.get(handle, key);
    if (value === fd) Object.defineProperty(handle, key, { ...number, configurable: false });
    else if (value === native)
      Object.defineProperty(handle, key, { value, writable: false, configurable: false });
  }
  Object.defineProperty(handle, 'fd', { get: number.get, configurable: false });
}

/** The engine's side of a handle. */
function nativeOf(handle: object): object | undefined {
  return Object.getOwnPropertySymbols(handle)
    .map((key): unknown => Reflect.get(handle, key))
    .find((value): value is object => typeof value === 'object' && value !== null && 'releaseFD' in value);
}

/** It can be made for any number, and closes its own behind the back of the handle. */
function closeNativeDoors(native: object | undefined, closing: (native: object, fd: number) => void): void {
  if (native === undefined) return;
  const prototype = Object.getPrototypeOf(native) as object;
  const numberOf = Object.getOwnPropertyDescriptor(prototype, 'fd');
  for (const name of ['close', 'closeSync', 'releaseFD'])
    wrapFunction(prototype, name, (run, _args, self) => {
      closing(self as object, Number(numberOf?.get?.call(self)));
      return run();
    });
  for (
    let level: object | null = prototype;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  )
    Reflect.deleteProperty(level, 'constructor');
}

/** Text has nothing that could pass for a handle. */
function pathOf(target: object): string {
  if (!ArrayBuffer.isView(target)) return fileURLToPath(target as URL);
  const bytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) throw foreign();
  return text;
}

function foreign(): PhlowError {
  const message =
    'Cannot use a file handle at level guarded: the module has not opened it, or has closed it; open the file by its path';
  return new PhlowError('PHLOW_PERMISSION_DENIED', message);
}
