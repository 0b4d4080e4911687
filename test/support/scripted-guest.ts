import { ModuleMetrics } from '../../src/host/diagnostics/module-metrics.js';
import { causeOf } from '../../src/host/executors/read-posted.js';
import type {
  Container,
  ContainerBootData,
  ContainerEvents,
} from '../../src/host/executors/guest/container.js';
import { Guest } from '../../src/host/executors/guest/guest.js';
import { GuestExecutor } from '../../src/host/executors/guest/guest-executor.js';
import { WarmPool } from '../../src/host/executors/guest/warm-pool.js';
import { Instance } from '../../src/host/module/instance.js';
import type { EventSource } from '../../src/host/module/module-events.js';
import { PhlowError } from '../../src/errors.js';
import { NO_JAIL } from '../../src/sandbox/jail.js';
import type { ModuleLimits } from '../../src/sandbox/limits.js';
import { PLANE } from '../../src/wire/frame.js';
import { DOWN, idOf, opOf } from '../../src/wire/protocol.js';

/** A container that says what it is told to. */
export class ScriptedContainer implements Container {
  readonly threadId = undefined;
  readonly unsentBytes = 0;
  /** Packages that somebody waits for. */
  readonly open = new Set<number>();
  isKilled = false;
  #token = '';
  #events: ContainerEvents | undefined;

  start({ token }: ContainerBootData, events: ContainerEvents): void {
    this.#token = token;
    this.#events = events;
  }

  /** What a module sends, its token in front of it. */
  say(plane: string, text: string): void {
    this.#events?.frame(this.#token + plane + text);
  }

  /** The same as bytes, as a long frame of a process comes. */
  sayBytes(plane: string, bytes: Buffer): void {
    this.#events?.frame(Buffer.concat([Buffer.from(this.#token + plane), bytes]));
  }

  send(frame: string): void {
    if (!frame.startsWith(PLANE.data)) return;
    const batch = JSON.parse(frame.slice(1)) as unknown[];
    for (let i = 0; i < batch.length; i += 2) {
      const op = opOf(batch[i] as number);
      if (op === DOWN.call || op === DOWN.callWith) this.open.add(idOf(batch[i] as number));
    }
  }

  limitFrames(): void {
    // Frames are whole here.
  }

  pause(): void {
    // What is said is said at once.
  }

  resume(): void {
    // As before.
  }

  figures(): { memoryBytes: undefined; busyMs: number } {
    return { memoryBytes: undefined, busyMs: 0 };
  }

  kill(): void {
    this.isKilled = true;
    this.#events?.exit({ exitCode: 1, signal: undefined, isOutOfMemory: false, error: undefined });
  }
}

/** Hands out the one guest that is scripted. */
export class ScriptedWarmPool extends WarmPool {
  readonly container = new ScriptedContainer();

  constructor() {
    super(false);
  }

  override take(): Guest {
    return new Guest('scripted', this.container, false);
  }
}

/**
 * An instance whose module is scripted; everything else is as it is for a module in a compartment.
 *
 * @param emitter takes its events; without it each of them is a violation
 */
export function beginScripted(
  warmPool: WarmPool,
  limits: ModuleLimits,
  ended: (cause: string) => void,
  emitter: (grant: (events: number) => void) => EventSource = () => ({ take: () => 'an event' }),
): Instance {
  const executor = new GuestExecutor({
    boot: {
      name: 'scripted',
      code: '',
      with: '[0,[{}]]',
      events: [],
      isMain: false,
      clock: 'real',
      logLevel: 'off',
      concurrency: 0,
      capabilities: {
        env: {},
        timers: { max: 0, minDelayMs: 0 },
        clock: 'none',
        crypto: [],
        wasm: false,
        net: false,
      },
    },
    container: 'thread',
    jail: NO_JAIL,
    wasm: false,
    limits,
    checks: { input: undefined, output: undefined },
    warmPool,
    faults: { mapStack: (stack) => stack, limitIn: () => undefined },
    terminateTimeoutMs: 5_000,
    hangTimeoutMs: 5_000,
  });
  const refuse = (): Promise<never> =>
    Promise.reject(new PhlowError('PHLOW_PERMISSION_DENIED', 'Cannot do that: nothing was granted'));
  const source = emitter((events) => instance.requests.grantEvents(events));
  const instance: Instance = new Instance(
    {
      name: 'scripted',
      metrics: new ModuleMetrics(),
      graceMs: 1_000,
      terminateTimeoutMs: 5_000,
      crossing: 'text',
    },
    executor,
    {
      log: () => undefined,
      dispatch: refuse,
      describe: refuse,
      capability: refuse,
      mainEnded: () => undefined,
      replied: () => undefined,
      replica: () => undefined,
      hung: refuse,
      emitted: (op, value) => source.take(op, value),
      ended: (exit) => ended(causeOf(exit)),
    },
  );
  return instance;
}
