import { PhlowError } from '../../../errors.js';
import type { ModuleLimits } from '../../../sandbox/limits.js';
import { PLANE, type ControlCall } from '../../../wire/frame.js';
import type { GuestBoot } from '../../../wire/guest-boot.js';
import { Pending } from '../../../wire/pending.js';
import { toFault } from '../../../wire/fault.js';
import { DOWN, type Batch, idOf, isEvent, opOf, tagOf } from '../../../wire/protocol.js';
import { encodeFrames, type TextLimits } from '../../../wire/text-codec.js';
import type { Executor, ExecutorEvents, ExecutorVitals } from '../executor.js';
import { type Inspection, readInspection } from '../../../wire/control.js';
import { readLogRecord } from '../../log/log-line.js';
import { BusyMeter, GuestWatch } from './guest-watch.js';
import { containerSpec, type ContainerExit, type JailCommand, guestExit, type Killed } from './container.js';
import type { Guest } from './guest.js';
import { GuestReader, violationOf } from './guest-reader.js';
import { checkedPair, type HostChecks } from './host-checks.js';
import { HostShare } from './host-share.js';
import { hostTurns } from './host-turns.js';
import { Inbox } from './inbox.js';
import type { FaultReader } from '../../../sandbox/bundle/fault-reader.js';
import { OpenPackages } from './open-packages.js';
import type { GuestContainer, WarmPool } from './warm-pool.js';
import { markingWatch } from './young-generation.js';
import { Timer } from '../../../timer.js';

/** What a guest is to be. */
export interface GuestSpec {
  readonly boot: Omit<GuestBoot, 'maxLength' | 'maxDepth' | 'logBytesPerSecond' | 'maxBufferBytes'>;
  readonly container: GuestContainer;
  readonly jail: JailCommand;
  readonly limits: ModuleLimits;
  readonly wasm: boolean;
  readonly checks: HostChecks;
  readonly warmPool: Pick<WarmPool, 'take' | 'refill'>;
  /** How long the container may take to go once it was ended: a thread in a native call ends when the call does. */
  readonly terminateTimeoutMs: number;
  /** How long its event loop may stand still. */
  readonly hangTimeoutMs: number;
  /** Reads the module's errors: places of the author's files, limits of the compartment. */
  readonly faults: FaultReader;
}

const MIB = 1_048_576;
/** What a container may hold beyond the module's heap before it is ended. */
const ROOM_BYTES = { thread: 192 * MIB, process: 256 * MIB } as const;
const TICK_MS = { thread: 25, process: 100 } as const;
/** What may wait to be read besides the answers to open packages, in characters: a second's worth of what nobody asked for. */
const WAITING_LENGTH = 64 * MIB;
/** Room for several replies in one frame. */
const FRAME_SLACK = 4_096;

/** A module whose code is not trusted: in a compartment, behind text frames, watched from outside. */
export class GuestExecutor implements Executor {
  readonly #spec: GuestSpec;
  readonly #textLimits: TextLimits;
  readonly #maxLength: number;
  readonly #packages = new OpenPackages();
  readonly #asked = new Pending<unknown>();
  readonly #share: HostShare;
  readonly #inbox: Inbox;
  readonly #meter = new BusyMeter();
  #guest: Guest | undefined;
  #watch: GuestWatch | undefined;
  #events: ExecutorEvents | undefined;
  #ended: Promise<void> = Promise.resolve();
  #cpuMs: number | undefined;
  #uncaught: { readonly error: unknown } | undefined;
  #killed: Killed | undefined;
  #onEnded: () => void = () => undefined;
  #isExitReported = false;
  #isStuck = false;

  constructor(spec: GuestSpec) {
    const { replyBytes, depth, hostMsPerSecond } = spec.limits;
    this.#spec = spec;
    this.#share = new HostShare(hostMsPerSecond);
    this.#maxLength = replyBytes + FRAME_SLACK;
    this.#textLimits = { maxLength: this.#maxLength, maxDepth: depth };
    this.#inbox = this.#openInbox();
  }

  get threadId(): number | undefined {
    return this.#guest?.container.threadId;
  }

  start(events: ExecutorEvents): void {
    const { boot, container, warmPool } = this.#spec;
    this.#events = events;
    this.#ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
    const guest = warmPool.take(container, containerSpec(this.#spec));
    this.#guest = guest;
    markingWatch?.use();
    guest.adopt({
      locked: () => this.#load(guest),
      frame: (plane, body) => this.#inbox.push(plane, body),
      printed: (message) => events.log(readLogRecord({ level: 'warn', message })),
      violation: (found) => void this.terminate(violationOf(boot.name, found)),
      exit: (exit) => this.#onExit(exit),
    });
  }

  #load(guest: Guest): void {
    const { boot, limits, container } = this.#spec;
    const memoryAtStart = guest.container.figures().memoryBytes ?? 0;
    const { depth: maxDepth, logBytesPerSecond, memoryBytes } = limits;
    const maxBufferBytes = memoryBytes + ROOM_BYTES[container];
    const full: GuestBoot = {
      ...boot,
      maxLength: this.#maxLength,
      maxDepth,
      logBytesPerSecond,
      maxBufferBytes,
    };
    guest.load(JSON.stringify(full), this.#maxLength);
    this.#watch = new GuestWatch({
      name: boot.name,
      container: guest.container,
      packages: this.#packages,
      limits,
      mostMemoryBytes: maxBufferBytes + (container === 'process' ? memoryAtStart : 0),
      tickMs: TICK_MS[container],
      hangTimeoutMs: this.#spec.hangTimeoutMs,
      isBehind: () => this.#inbox.isBehind,
      ask: () => this.inspect(),
      collect: async () => readInspection(await this.#request('collect')),
      end: (error, isMemory) => void this.terminate(error, isMemory),
    });
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    const { boot, checks } = this.#spec;
    if (transfer.length > 0) {
      const message = `Cannot move a buffer to module "${boot.name}": it runs in a compartment, to which only text crosses; call it without transfer, its bytes then cross as a copy`;
      throw new PhlowError('PHLOW_INPUT_UNCLONABLE', message);
    }
    const now = performance.now();
    const checked: unknown[] = [];
    let answers = 0;
    for (let i = 0; i < batch.length; i += 2) {
      const [tag, value] = checkedPair(batch[i] as number, batch[i + 1], checks.input);
      checked.push(tag, value);
      const op = opOf(tag);
      if (op === DOWN.capabilityReply || op === DOWN.capabilityFault) answers++;
    }
    try {
      const frames = encodeFrames(checked, this.#textLimits);
      this.#packages.noteSent(batch, now);
      for (const frame of frames) this.#guest?.send(PLANE.data, frame);
    } finally {
      // What turns out to be too long has been written as well.
      if (answers > 0) this.bookAnswer(((performance.now() - now) * 2 * answers) / batch.length);
    }
  }

  bookAnswer(ms: number): number {
    const now = performance.now();
    this.#share.book(ms, now, false);
    return this.#share.pauseMs(now);
  }

  async inspect(): Promise<Inspection> {
    return readInspection(await this.#request('inspect'));
  }

  async ping(): Promise<true> {
    await this.#request('ping');
    return true;
  }

  coreWaitMs(): number | undefined {
    return this.#guest?.container.coreWaitMs?.();
  }

  isBehind(): boolean {
    return this.#inbox.isBehind;
  }

  async drain(): Promise<void> {
    await this.#request('drain');
  }

  async stop(): Promise<void> {
    await this.#request('stop');
  }

  #request(what: ControlCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#asked.add(resolve, reject);
      this.#guest?.send(PLANE.control, JSON.stringify([id, what]));
    });
  }

  async terminate(error?: unknown, isMemory = false): Promise<void> {
    if (this.#killed === undefined && !this.#isExitReported) {
      this.#killed = { error, isMemory };
      this.#watch?.stop();
      this.#inbox.close();
      this.#guest?.container.kill();
      const stuck = new Timer(this.#spec.terminateTimeoutMs, () => this.#onStuck());
      void this.#ended.then(() => stuck.clear());
    }
    await this.#ended;
  }

  onReady(): void {
    // A guest's figures are read without its help.
  }

  /** The figures of a guest come from the operating system or the handle: they are always fresh. */
  sample(): Promise<ExecutorVitals> {
    return Promise.resolve(this.vitals());
  }

  vitals(): ExecutorVitals {
    const figures = this.#guest?.container.figures();
    // An exited one reports nothing any more: the figures of the last look stay.
    this.#cpuMs = figures?.busyMs === undefined ? this.#cpuMs : Math.max(figures.busyMs, this.#cpuMs ?? 0);
    return {
      eventLoopUtilization: this.#meter.read(figures?.busyMs),
      heapUsedBytes: figures?.memoryBytes,
      cpuMs: this.#cpuMs,
    };
  }

  #openInbox(): Inbox {
    const { boot, limits, checks, faults } = this.#spec;
    const reader = new GuestReader({
      name: boot.name,
      limits,
      maxLength: this.#maxLength,
      packages: this.#packages,
      checks,
      faults,
      asked: this.#asked,
      batch: (batch) => this.#events?.batch(batch),
      log: (record) => this.#events?.log(record),
      refuse: (tag, error) => {
        const op = isEvent(opOf(tag)) ? DOWN.eventFault : DOWN.capabilityFault;
        this.post([tagOf(idOf(tag), op), toFault(error)], []);
      },
      uncaught: (error) => {
        this.#uncaught = { error };
      },
      ready: () => {
        this.#watch?.start();
        this.#spec.warmPool.refill(this.#spec.container, containerSpec(this.#spec));
      },
    });
    return new Inbox({
      turns: hostTurns,
      share: this.#share,
      read: (plane, body) => reader.read(plane, body),
      wasUnasked: () => reader.takeUnasked(),
      fail: (error) => void this.terminate(error),
      pause: () => this.#guest?.container.pause(),
      resume: () => this.#guest?.container.resume(),
      tooDear: (found) => violationOf(boot.name, found),
      maxWaitingLength: () => WAITING_LENGTH + (this.#packages.size + 1) * this.#maxLength,
    });
  }

  /** The host continues without it. */
  #onStuck(): void {
    this.#isStuck = true;
    this.#events?.zombies(1);
    this.#reportExit({ exitCode: undefined, signal: undefined, isOutOfMemory: false, error: undefined });
  }

  #onExit(exit: ContainerExit): void {
    if (this.#isStuck) {
      this.#isStuck = false;
      this.#events?.zombies(-1);
    }
    this.#watch?.stop();
    // What it sent before it ended is handed on first.
    this.#inbox.whenEmpty(() => this.#reportExit(exit));
  }

  #reportExit(exit: ContainerExit): void {
    if (this.#isExitReported) return;
    this.#isExitReported = true;
    markingWatch?.leave();
    this.#watch?.stop();
    const gone = new PhlowError('PHLOW_MODULE_DOWN', `Module "${this.#spec.boot.name}" has ended`);
    this.#asked.failAll(() => gone);
    this.#events?.exit(guestExit(exit, this.#killed, this.#uncaught, this.#spec.limits.memoryBytes));
    this.#onEnded();
  }
}
