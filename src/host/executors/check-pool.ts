import type { Piscina } from 'piscina';
import { followAbort } from '../../follow-abort.js';
import { piscina } from '../../piscina-package.js';

const MAX_THREADS = 2;

/** What a pool of checks differs in: its script, how long an idle thread stays, and what a thread may hold. */
export type CheckPoolOptions = Pick<
  NonNullable<ConstructorParameters<typeof Piscina>[0]>,
  'filename' | 'idleTimeout' | 'resourceLimits'
>;

/** Threads that work beside the host's own: started when there is work, ended when they are idle. The pool is opened with its first task. */
export class CheckPool {
  readonly #options: CheckPoolOptions;
  #running = 0;
  readonly #waiting = new Set<() => void>();
  #opened: Piscina | undefined;

  constructor(options: CheckPoolOptions) {
    this.#options = options;
  }

  /**
   * What a thread answers to a task. Rejects with what went wrong there, and when the signal aborts.
   *
   * @param onStart called when a thread is free for the task: how long it waits for one is no fault of the task's
   */
  async run(task: unknown, signal?: AbortSignal, onStart?: () => void): Promise<unknown> {
    if (this.#running < MAX_THREADS) this.#running++;
    else await this.#turn(signal);
    try {
      onStart?.();
      this.#opened ??= opened(this.#options);
      return await this.#opened.run(task, signal === undefined ? {} : { signal });
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Waits for the place of a task that ends. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const start = (): void => {
        this.#waiting.delete(start);
        unfollow();
        resolve();
      };
      const unfollow = followAbort(signal, () => {
        this.#waiting.delete(start);
        reject(signal?.reason as Error);
      });
      this.#waiting.add(start);
    });
  }

  /** Forgets the pool, one that has lost a thread while it started it: that one does not start another. The next task opens a new one. */
  drop(): void {
    void this.#opened?.destroy().catch(() => undefined);
    this.#opened = undefined;
  }
}

function opened(options: CheckPoolOptions): Piscina {
  const pool = new (piscina().Piscina)({
    ...options,
    minThreads: 0,
    maxThreads: MAX_THREADS,
    // The default blocks an idle thread, which then cannot be ended in peace.
    atomics: 'disabled',
    recordTiming: false,
  });
  // Without a listener an error event would end the host; the task's own promise rejects.
  pool.on('error', () => undefined);
  return pool;
}
