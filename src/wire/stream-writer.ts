import { STREAM_WINDOW } from './stream-reader.js';

/** Where the credit of a stream comes in, and where its writer waits for it. */
export class StreamWriter {
  #credit = STREAM_WINDOW;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #endSource: () => void = () => undefined;

  /** True when the reader wants no more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The reader says that it has read this many items. One that lies gets no more than a window ahead. */
  grant(items: number): void {
    this.#credit = Math.min(STREAM_WINDOW, this.#credit + items);
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
