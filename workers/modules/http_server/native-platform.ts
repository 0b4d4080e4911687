import { readFileSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode, messageOf } from '../../../src/errors.js';
import { listen } from '../../../src/http/listener.js';
import { linearPattern } from '../../../src/manifest/linear-pattern.js';
import { openFile as openInside } from '../../../src/sandbox/broker/open-inside.js';
import { yaml } from '../../../src/yaml-package.js';
import type { OpenedFile, Platform } from './platform.js';
import { compileSchema } from './schema-compiler.js';
import { invalid } from './setting-values.js';

/** What a thread with all of Node.js has: a socket of its own, the schema compiler, files. */
export const NATIVE_PLATFORM: Platform = {
  authorizationMode: process.env['PHLOW_AUTHORIZATION_SPAN_MODE'],
  async listen(options, handler, context) {
    try {
      return await listen(options, handler);
    } catch (error) {
      if (errorCode(error) === 'PHLOW_LISTEN_FAILED') throw error;
      // At guarded there is no network here: the host listens, if that was granted.
      return context.net.listen(options, handler);
    }
  },
  readDocument: (path) => {
    try {
      return Promise.resolve(yaml().parse(readFileSync(resolve(path), 'utf8')) as unknown);
    } catch (error) {
      return Promise.reject(invalid(`openapi_spec cannot be read: ${path}: ${messageOf(error)}`));
    }
  },
  folderFault: (folder) => {
    const path = resolve(folder);
    try {
      return Promise.resolve(statSync(path).isDirectory() ? undefined : `${path} is no folder`);
    } catch (error) {
      return Promise.resolve(messageOf(error));
    }
  },
  openFile,
  pattern: linearPattern,
  compile: compileSchema,
};

async function openFile(folder: string, names: readonly string[]): Promise<OpenedFile | undefined> {
  const place = { granted: resolve(folder), rest: names, attempt: `read ${names.join('/')}` };
  let file: FileHandle;
  try {
    file = await openInside(place, 'read');
  } catch {
    // Not there, a folder, a link, a pipe: a client learns no more.
    return undefined;
  }
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= file.close());
  try {
    const { size, mtimeMs } = await file.stat();
    return {
      bytes: size,
      modifiedMs: mtimeMs,
      read: (start, end) => Promise.resolve(chunksOf(file, start, end)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const CHUNK_BYTES = 65_536;

async function* chunksOf(
  file: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end;) {
    const chunk = Buffer.allocUnsafe(Math.min(end - at, CHUNK_BYTES));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
