import type { Body } from './body.js';

/** What the reader of a body gives at each step. */
type Step = Promise<IteratorResult<Uint8Array, undefined>>;

interface Reader {
  readonly closed: Promise<void>;
  readonly read: () => Step;
  readonly cancel: () => Promise<void>;
  readonly releaseLock: () => void;
}

/**
 * A body for those who read it piece by piece: all of it is one piece. It has the two ways that packages read streams by, a reader and
 * `for await`; there are no streams besides in the realm.
 */
class BodyStream {
  readonly #body: Body;
  #isLocked = false;
  #isRead = false;

  constructor(body: Body) {
    this.#body = body;
  }

  get locked(): boolean {
    return this.#isLocked;
  }

  getReader(options?: { readonly mode?: unknown }): Reader {
    if (options?.mode !== undefined)
      throw new TypeError('Cannot read the body into buffers: it has no such reader');
    if (this.#isLocked) throw new TypeError('Cannot read the body: it has a reader already');
    this.#isLocked = true;
    let isReleased = false;
    const closed = Promise.resolve();
    return Object.freeze({
      __proto__: null,
      closed,
      read: Object.freeze(async (): Step => {
        await closed;
        if (isReleased) throw new TypeError('Cannot read the body: its reader was released');
        return this.#step();
      }),
      cancel: Object.freeze(async (): Promise<void> => {
        await closed;
        this.#end();
      }),
      releaseLock: Object.freeze(() => {
        if (!isReleased) this.#isLocked = false;
        isReleased = true;
      }),
    });
  }

  cancel(): Promise<void> {
    return Promise.resolve().then(() => {
      if (this.#isLocked) throw new TypeError('Cannot cancel the body: it has a reader');
      this.#end();
    });
  }

  pipeTo(): never {
    throw noPipes();
  }

  pipeThrough(): never {
    throw noPipes();
  }

  tee(): never {
    throw noPipes();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array, undefined> {
    const { read, cancel, releaseLock } = this.getReader();
    const iterator: AsyncIterableIterator<Uint8Array, undefined> = Object.freeze({
      __proto__: null,
      next: Object.freeze(async (): Step => {
        const step = await read();
        if (step.done === true) releaseLock();
        return step;
      }),
      return: Object.freeze(async (): Step => {
        await cancel();
        releaseLock();
        return { value: undefined, done: true };
      }),
      [Symbol.asyncIterator]: Object.freeze(() => iterator),
    });
    return iterator;
  }

  #step(): IteratorResult<Uint8Array, undefined> {
    const { bytes, isUsed } = this.#body;
    if (this.#isRead) return { value: undefined, done: true };
    if (isUsed) throw new TypeError('Cannot read the body: it was read already');
    this.#end();
    return bytes === undefined || bytes.length === 0
      ? { value: undefined, done: true }
      : { value: new Uint8Array(bytes), done: false };
  }

  #end(): void {
    this.#isRead = true;
    this.#body.isUsed = true;
  }
}

function noPipes(): TypeError {
  return new TypeError(
    'Cannot pipe the body: there are no streams in a compartment; read it by text(), json() or arrayBuffer(), or chunk by chunk',
  );
}

const { prototype } = BodyStream;
// No way to the constructor: bodies come from responses and requests.
Reflect.deleteProperty(prototype, 'constructor');
Object.defineProperty(prototype, Symbol.toStringTag, { value: 'ReadableStream', configurable: true });
for (const key of Reflect.ownKeys(prototype)) {
  const property = Object.getOwnPropertyDescriptor(prototype, key) as Readonly<Record<string, unknown>>;
  for (const part of [property['value'], property['get']])
    if (typeof part === 'function') Object.freeze(part);
}
Object.freeze(prototype);

const streams = new WeakMap<Body, BodyStream>();

/** The stream of a body, always the same one; null for a message without a body. */
export function streamOf(body: Body): BodyStream | null {
  if (body.bytes === undefined) return null;
  let stream = streams.get(body);
  if (stream === undefined) {
    stream = new BodyStream(body);
    streams.set(body, stream);
  }
  return stream;
}
