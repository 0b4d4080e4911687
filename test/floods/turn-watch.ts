import { openSync, readSync } from 'node:fs';

/** The longest turns of an event loop, in milliseconds. */
export interface Turns {
  /** By the clock: what others on the machine take counts too. */
  readonly wallMs: number;
  /** By the CPU time of the thread: what is left of it on a machine with nothing else to do. */
  readonly cpuMs: number;
  readonly turns: number;
}

/**
 * Measures how long the event loop takes from one turn to the next: a callback that asks for the next turn each time it is called. Finer than
 * `monitorEventLoopDelay`, which looks once a millisecond with a timer; the loop never sleeps meanwhile, which does not make turns longer.
 */
export class TurnWatch {
  readonly #schedstat = openSchedstat();
  readonly #buffer = Buffer.alloc(64);
  #last = performance.now();
  #lastCpu = this.#cpuMs();
  #wallMs = 0;
  #cpu = 0;
  #turns = 0;
  #isOn = true;

  constructor() {
    setImmediate(this.#tick);
  }

  /** The turn that is under way counts. */
  stop(): Turns {
    this.#isOn = false;
    this.#measure();
    return { wallMs: this.#wallMs, cpuMs: this.#cpu, turns: this.#turns };
  }

  readonly #tick = (): void => {
    if (!this.#isOn) return;
    this.#measure();
    setImmediate(this.#tick);
  };

  #measure(): void {
    const now = performance.now();
    const cpu = this.#cpuMs();
    this.#turns++;
    this.#wallMs = Math.max(this.#wallMs, now - this.#last);
    this.#cpu = Math.max(this.#cpu, Math.min(cpu - this.#lastCpu, now - this.#last));
    this.#last = performance.now();
    this.#lastCpu = cpu;
  }

  /** CPU time of this thread. */
  #cpuMs(): number {
    const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
    if (threadCpuUsage !== undefined) {
      const { user, system } = threadCpuUsage.call(process);
      return (user + system) / 1_000;
    }
    if (this.#schedstat === undefined) return performance.now();
    const bytes = readSync(this.#schedstat, this.#buffer, 0, 64, 0);
    return Number.parseInt(this.#buffer.toString('latin1', 0, bytes), 10) / 1e6;
  }
}

function openSchedstat(): number | undefined {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    // Elsewhere the clock has to do.
    return undefined;
  }
}
