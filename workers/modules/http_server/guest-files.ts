import { errorCode, PhlowError } from '../../../src/errors.js';
import type { Context } from '../../../src/sdk/index.js';
import type { OpenedFile } from './platform.js';

/** A file crosses as one message, in base64, which `limits.reply` of the manifest bounds. */
const MAX_FILE_BYTES = 5 * 1_048_576;
/** Bytes of files that the module may have in its memory; each is there as text and as bytes. */
const MAX_HELD_BYTES = 16 * 1_048_576;

/** What is wrong with the server, not with what the client has asked for. */
const BUSY = 'PHLOW_MODULE_BUSY';

/** Opens files that the host reads in the module's place, from folders that were granted. */
export class GuestFiles {
  #held = 0;

  /** Undefined where nothing is to be had. Throws PHLOW_MODULE_BUSY. */
  async open(
    folder: string,
    names: readonly string[],
    { fs, log }: Pick<Context, 'fs' | 'log'>,
  ): Promise<OpenedFile | undefined> {
    const path = [folder.replace(/\/+$/, ''), ...names].join('/');
    try {
      // Refuses links, which `details` follows.
      const { kind } = await fs.stat(path);
      if (kind !== 'file') return undefined;
      const { bytes, modifiedMs } = await fs.details(path);
      if (bytes > MAX_FILE_BYTES) {
        log.error(
          `Cannot serve ${path}: it has ${bytes} bytes, and without trust at most ${MAX_FILE_BYTES} are served`,
        );
        return undefined;
      }
      return this.#hold(bytes, modifiedMs, async () => {
        try {
          const content = await fs.readBytes(path);
          const after = await fs.details(path);
          const isSame = content.length === bytes && after.bytes === bytes && after.modifiedMs === modifiedMs;
          return { content, isSame };
        } catch {
          // Removed, or a link by now.
          return undefined;
        }
      });
    } catch (error) {
      if (errorCode(error) === BUSY) throw error;
      // Not there, not granted, a link: a client learns no more.
      return undefined;
    }
  }

  #hold(
    bytes: number,
    modifiedMs: number,
    read: () => Promise<{ readonly content: Uint8Array; readonly isSame: boolean } | undefined>,
  ): OpenedFile {
    if (this.#held > 0 && this.#held + bytes > MAX_HELD_BYTES)
      throw new PhlowError(BUSY, `Cannot read another file: ${this.#held} bytes of others are being sent`);
    this.#held += bytes;
    let isOpen = true;
    return {
      bytes,
      modifiedMs,
      async read(start, end) {
        const known = await read();
        if (known === undefined) return undefined;
        return known.isSame ? once(known.content.subarray(start, end)) : known.content;
      },
      close: () => {
        if (isOpen) this.#held -= bytes;
        isOpen = false;
        return Promise.resolve();
      },
    };
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- it has all that it gives
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
