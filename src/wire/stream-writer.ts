import { PhlowError } from '../errors.js';
import { STREAM_WINDOW } from './stream-reader.js';

/** Where the credit of a stream comes in, and where its writer waits for it. */
export class StreamWriter {
  readonly #window: number;
  #credit: number;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #endSource: () => void = () => undefined;

  constructor(window = STREAM_WINDOW) {
    this.#window = window;
    this.#credit = window;
  }

  /** True when the reader wants no more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The reader says that it has read this many items. One that lies gets no more than a window ahead. */
  grant(items: number): void {
    this.#credit = Math.min(this.#window, this.#credit + items);
    this.#wake();
  }

  /** The reader wants no more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wake();
    this.#endSource();
  }

  /** Sends what the source yields as far as there is credit. Ends, and ends the source, when the reader wants no more. */
  async pump<T>(source: AsyncIterable<T> | Iterable<T>, send: (item: T) => void): Promise<void> {
    const items = isStream(source) ? source[Symbol.asyncIterator]() : itemsOf(source);
    let left: Promise<unknown> | undefined;
    // Not only between two items: the source may wait for one that never comes.
    this.#endSource = () => {
      left ??= (async () => items.return?.())();
      left.catch(() => undefined);
    };
    if (this.#isClosed) this.#endSource();
    for (;;) {
      const next = await items.next();
      if (next.done === true) break;
      if (this.#credit === 0) await this.#untilWoken();
      if (this.#isClosed) break;
      this.#credit--;
      send(next.value);
    }
    await left;
  }

  /** Until there is credit, or the reader wants no more. */
  async #untilWoken(): Promise<void> {
    while (this.#credit === 0 && !this.#isClosed)
      await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

async function* itemsOf<T>(source: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const item of source) yield await item;
}

/** True for what `for await` can read, text excepted. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function';
}

/** Lets what makes a stream end, which nobody reads on; nobody is there for what it fails with either. */
export function endIterator(source: AsyncIterator<unknown>): void {
  const ending = (async () => source.return?.())();
  ending.catch(() => undefined);
}

/** Most items of a stream that are collected into one reply. */
const MAX_COLLECTED = 100_000;

/** All items of a handler's stream, for a caller who does not read them one by one. Throws PHLOW_REPLY_TOO_LARGE. */
export async function collect(items: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const collected: unknown[] = [];
  for await (const item of items) {
    if (collected.push(item) > MAX_COLLECTED) {
      const message = `Cannot collect more than ${MAX_COLLECTED} items: read them with stream()`;
      throw new PhlowError('PHLOW_REPLY_TOO_LARGE', message);
    }
  }
  return collected;
}
