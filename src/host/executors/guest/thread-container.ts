import { Worker } from 'node:worker_threads';
import { nodeFeatures } from '../../../sandbox/node-features.js';
import { assertRoomForThread } from '../process-limit.js';
import { exitOnTime } from '../exit-on-time.js';
import { openAsideChannel } from './aside-channel.js';
import type { Container, ContainerBootData, ContainerEvents, ContainerFigures } from './container.js';
import { guestTexts } from './guest-texts.js';

/**
 * The heap of a guest's thread is bounded from outside, not by this: a thread that meets its own limit inside some native calls takes the
 * whole process with it, so V8 is given room and the watch ends the thread long before.
 */
const CEILING = {
  maxOldGenerationSizeMb: 4_096,
  maxYoungGenerationSizeMb: 16,
  codeRangeSizeMb: 16,
  stackSizeMb: 4,
} as const;

/** How Node is started in a guest's thread. */
export function guestThreadFlags(): readonly string[] {
  return [
    nodeFeatures().permissionFlag,
    '--no-addons',
    '--disable-warning=ExperimentalWarning',
    // The boot code takes over what Node answers V8 when code of the guest leads to a question.
    '--expose-internals',
  ];
}

/** A guest's thread: no files, no environment, no way out but one port. */
export class ThreadContainer implements Container {
  readonly unsentBytes = 0;
  readonly #channel = openAsideChannel();
  #worker: Worker | undefined;
  #events: ContainerEvents | undefined;
  #error: unknown;
  #isKilled = false;
  #memoryBytes: number | undefined;
  #isReading = false;

  get threadId(): number | undefined {
    return this.#worker?.threadId;
  }

  start({ token, script, cache, wasm }: ContainerBootData, events: ContainerEvents): void {
    this.#events = events;
    this.#channel.listen(this.#onMessage, () => events.nonsense('a message that cannot be read'));
    let worker: Worker;
    try {
      worker = this.#begin({ token, script, cache, wasm });
    } catch (error) {
      // The machine has no thread left, say. In a later turn, when the owner knows this container.
      this.#error = error;
      setImmediate(() => this.#onExit(undefined));
      return;
    }
    this.#worker = worker;
    worker.on('error', (error) => {
      this.#error = error;
    });
    worker.once('exit', (exitCode) => this.#onExit(exitCode));
    exitOnTime(worker);
  }

  #begin({ token, script, cache, wasm }: ContainerBootData): Worker {
    assertRoomForThread();
    const { theirs } = this.#channel;
    return new Worker(guestTexts().boot.thread, {
      eval: true,
      env: {},
      argv: [],
      stdin: false,
      // Kept from the host's own output, and not read: reading would call into streams that the guest no longer has.
      stdout: true,
      stderr: true,
      execArgv: [...guestThreadFlags()],
      resourceLimits: CEILING,
      workerData: { port: theirs, script, cache, wantsCache: cache === undefined, token, wasm },
      transferList: [theirs],
    });
  }

  send(frame: string): void {
    this.#channel.send(frame);
  }

  limitFrames(): void {
    // A message is whole when it arrives; its reader checks the length.
  }

  pause(): void {
    // A port of another realm cannot be paused: what comes waits with its reader, which counts it and ends a module that sends too much.
  }

  resume(): void {
    // As above.
  }

  figures(): ContainerFigures {
    void this.#readMemory();
    return {
      memoryBytes: this.#memoryBytes,
      busyMs: this.#worker?.performance.eventLoopUtilization().active,
    };
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    // First the port: what is queued in it must not be worked through.
    this.#channel.close();
    void this.#worker?.terminate();
  }

  readonly #onMessage = (message: unknown): void => {
    if (this.#isKilled) return;
    if (typeof message === 'string') this.#events?.frame(message);
    else this.#events?.nonsense(`a message of type ${typeof message}`);
  };

  #onExit(exitCode: number | undefined): void {
    // What it had posted before it ended is still in the port.
    if (!this.#isKilled) this.#channel.drain(this.#onMessage, () => this.#isKilled);
    this.#channel.close();
    this.#worker?.removeAllListeners();
    const error = this.#error;
    this.#events?.exit({ exitCode, signal: undefined, isOutOfMemory: isMemoryError(error), error });
  }

  /** Newer Nodes answer about a thread's heap even while it spins; the figure is that of the last answer. */
  async #readMemory(): Promise<void> {
    const worker = this.#worker as (Worker & HeapReader) | undefined;
    if (worker?.getHeapStatistics === undefined || this.#isReading) return;
    this.#isReading = true;
    try {
      const heap = await worker.getHeapStatistics();
      this.#memoryBytes = heap.total_physical_size + heap.external_memory;
    } catch {
      // The thread is ending.
    } finally {
      this.#isReading = false;
    }
  }
}

interface HeapReader {
  getHeapStatistics?(): Promise<{ readonly total_physical_size: number; readonly external_memory: number }>;
}

function isMemoryError(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  );
}
