import { PhlowError } from '../../../errors.js';
import type { ModuleLimits } from '../../../sandbox/limits.js';
import type { Container } from './container.js';
import { MemoryBound } from './memory-bound.js';
import type { OpenPackages } from './open-packages.js';
import { processMemory, type MemorySuspect } from './process-memory.js';

/** Turns a count of busy milliseconds into a share of the time between two readings. Each reader has a meter of its own. */
export class BusyMeter {
  #at = performance.now();
  #busyMs = 0;

  /** Share of the time since the last reading, 0 to 1. */
  read(busyMs: number | undefined): number {
    const now = performance.now();
    const elapsed = now - this.#at;
    const busy = (busyMs ?? 0) - this.#busyMs;
    this.#at = now;
    this.#busyMs = busyMs ?? 0;
    return elapsed <= 0 ? 0 : Math.min(1, Math.max(0, busy / elapsed));
  }
}

/** What a watch looks at and what it reports. */
export interface Watched {
  readonly name: string;
  readonly container: Container;
  readonly packages: OpenPackages;
  readonly limits: ModuleLimits;
  /** Memory at which the module is ended, in bytes. */
  readonly mostMemoryBytes: number;
  readonly tickMs: number;
  /** An event loop that gives no sign of life for this long is hung; 0 means never. */
  readonly hangTimeoutMs: number;
  /** The host has not read yet what the module has sent: what it owes may be among that. */
  isBehind(): boolean;
  /** Asks the module's own code for a sign of activity and for the heap it uses. */
  ask(): Promise<{ readonly heapUsedBytes: number }>;
  /** As `ask`, once the garbage of its heap is collected. */
  collect(): Promise<{ readonly heapUsedBytes: number }>;
  /** Called once, with what is wrong. */
  end(error: PhlowError, isMemory: boolean): void;
}

const ASK_EVERY_MS = 500;
const CPU_WINDOW_MS = 10_000;
/** A tick that comes this much too late means a busy host: the module gets the same time on top. */
const LATE_MS = 200;

/** Looks at a module from outside, a few times a second, and ends it when it breaks a limit. */
export class GuestWatch implements MemorySuspect {
  readonly #watched: Watched;
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #askedAt = 0;
  #isAnswered = true;
  readonly #meter = new BusyMeter();
  #utilization = 0;
  #cpu = { since: 0, busyMs: 0 };
  #isCollecting = false;
  /** By what its container reports, and by what the process has grown. */
  readonly #own: MemoryBound;
  readonly #shared: MemoryBound;

  constructor(watched: Watched) {
    const { mostMemoryBytes } = watched;
    const bound = {
      mostBytes: mostMemoryBytes,
      collect: () => this.#collect(),
      end: (bytes: number) => this.#endForMemory(bytes),
    };
    this.#watched = watched;
    this.#own = new MemoryBound({ ...bound, roomBytes: 0 });
    this.#shared = new MemoryBound({ ...bound, roomBytes: processMemory.roomBytes });
  }

  /** Starts looking; the module is ready. */
  start(): void {
    // Only the first time counts: a module may claim as often as it likes that it is ready.
    if (this.#timer !== undefined) return;
    const now = performance.now();
    this.#lastTick = now;
    this.#askedAt = now;
    this.#cpu = { since: now, busyMs: 0 };
    this.#timer = setInterval(() => this.#tick(performance.now()), this.#watched.tickMs);
    this.#timer.unref();
    if (this.#watched.container.threadId !== undefined) processMemory.add(this);
  }

  /** Stops looking. */
  stop(): void {
    clearInterval(this.#timer);
    processMemory.remove(this);
  }

  /** How busy the module was in the last tick, 0 to 1. */
  get utilization(): number {
    return this.#utilization;
  }

  lookAtGrowth(bytes: number, now: number): boolean {
    return this.#shared.look(bytes, now);
  }

  #endForMemory(bytes: number): void {
    const { mostMemoryBytes } = this.#watched;
    const mb = (value: number): string => `${Math.round(value / 1_048_576)} MiB`;
    this.#end(
      'PHLOW_MODULE_CRASHED',
      `it held about ${mb(bytes)} of memory, it may hold ${mb(mostMemoryBytes)} (limits.memory, and room beside it)`,
      true,
    );
  }

  #tick(now: number): void {
    const { container, packages, limits, tickMs, hangTimeoutMs } = this.#watched;
    const elapsed = now - this.#lastTick;
    this.#lastTick = now;
    if (elapsed > tickMs + LATE_MS) {
      this.#askedAt += elapsed;
      this.#own.discount(elapsed);
      this.#shared.discount(elapsed);
    }
    const { memoryBytes, busyMs } = container.figures();
    this.#utilization = this.#meter.read(busyMs);
    if (memoryBytes !== undefined && this.#own.look(memoryBytes, now)) return;
    if (this.#watched.isBehind()) {
      this.#askedAt = now;
      this.#bookCpu(now, elapsed);
    } else if (packages.oldestMs(now) > limits.callMs) {
      this.#end(
        'PHLOW_MODULE_HUNG',
        `a package was not answered within ${limits.callMs} ms (limits.call); answer sooner, or raise it`,
      );
    } else if (!this.#isAnswered && hangTimeoutMs > 0 && now - this.#askedAt > hangTimeoutMs) {
      const found = `its event loop gave no sign of life for ${hangTimeoutMs} ms (hangTimeoutMs)`;
      this.#end('PHLOW_MODULE_HUNG', found);
    } else {
      this.#bookCpu(now, elapsed);
      if (this.#isAnswered && now - this.#askedAt >= ASK_EVERY_MS) this.#request(now);
    }
  }

  #request(now: number): void {
    this.#askedAt = now;
    this.#isAnswered = false;
    this.#watched.ask().then(
      ({ heapUsedBytes }) => {
        this.#isAnswered = true;
        if (heapUsedBytes > this.#watched.mostMemoryBytes) this.#collect();
      },
      () => undefined,
    );
  }

  #collect(): void {
    if (this.#isCollecting) return;
    this.#isCollecting = true;
    this.#watched.collect().then(
      ({ heapUsedBytes }) => {
        this.#isCollecting = false;
        if (heapUsedBytes > this.#watched.mostMemoryBytes) this.#endForMemory(heapUsedBytes);
      },
      () => undefined,
    );
  }

  #bookCpu(now: number, elapsed: number): void {
    this.#cpu.busyMs += this.#utilization * elapsed;
    const window = now - this.#cpu.since;
    if (window < CPU_WINDOW_MS) return;
    const perSecond = (this.#cpu.busyMs / window) * 1_000;
    this.#cpu = { since: now, busyMs: 0 };
    const most = this.#watched.limits.cpuMsPerSecond;
    if (perSecond > most)
      this.#end(
        'PHLOW_MODULE_HUNG',
        `it used ${Math.round(perSecond)} ms of CPU time a second, it may use ${most} (limits.cpu)`,
      );
  }

  #end(code: 'PHLOW_MODULE_CRASHED' | 'PHLOW_MODULE_HUNG', found: string, isMemory = false): void {
    this.stop();
    const { name } = this.#watched;
    const message = `Ended module "${name}": ${found}`;
    this.#watched.end(new PhlowError(code, message, { details: { module: name } }), isMemory);
  }
}
