import { readFile } from 'node:fs/promises';

const EVERY_MS = 20;

/** Reads a small file again and again, and notes how long that took at worst: what the process does to its pool of threads, and the machine to the process. */
export class FileReads {
  longestMs = 0;
  readonly #timer = setInterval(() => void this.#read(), EVERY_MS).unref();
  #isReading = false;

  /** Ends the reading. */
  stop(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const started = performance.now();
    await readFile('/proc/self/comm').catch(() => undefined);
    this.longestMs = Math.max(this.longestMs, performance.now() - started);
    this.#isReading = false;
  }
}
