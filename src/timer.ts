/** Node's timers elapse at once when they are asked for more. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Calls back once after any length of time: Infinity never, and what Node's own timers cannot wait for in several steps. */
export class Timer {
  #handle: NodeJS.Timeout | undefined;
  #isRefed = true;

  constructor(ms: number, onElapsed: () => void) {
    if (ms <= MAX_DELAY_MS) this.#handle = setTimeout(onElapsed, ms);
    else if (ms !== Infinity) this.#wait(ms, onElapsed);
  }

  /** Does not keep the process alive. */
  unref(): this {
    this.#isRefed = false;
    this.#handle?.unref();
    return this;
  }

  clear(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  #wait(ms: number, onElapsed: () => void): void {
    const stepMs = Math.min(ms, MAX_DELAY_MS);
    this.#handle = setTimeout(() => {
      if (ms > stepMs) this.#wait(ms - stepMs, onElapsed);
      else onElapsed();
    }, stepMs);
    if (!this.#isRefed) this.#handle.unref();
  }
}
