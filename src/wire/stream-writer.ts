import { STREAM_WINDOW } from './stream-reader.js';

/** Where the credit of a stream comes in, and where its writer waits for it. */
export class StreamWriter {
  #credit = STREAM_WINDOW;
  #isClosed = false;
  #wake: () => void = () => undefined;

  /** True when the reader wants no more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The reader says that it has read so many items. One that lies gets no more than a window ahead. */
  grant(items: number): void {
    this.#credit = Math.min(STREAM_WINDOW, this.#credit + items);
    this.#wake();
  }

  /** The reader wants no more. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Sends what the source yields as far as there is credit. Ends, and ends the source, when the reader wants no more. */
  async pump<T>(source: AsyncIterable<T> | Iterable<T>, send: (item: T) => void): Promise<void> {
    for await (const item of source) {
      while (this.#credit === 0 && !this.#isClosed)
        await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#isClosed) return;
      this.#credit--;
      send(item);
    }
  }
}

/** True for what `for await` can read, text excepted. */
export function isStream(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function';
}
