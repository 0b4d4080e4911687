import { PhlowError } from '../../errors.js';
import type { ModuleLimits } from '../../sandbox/limits.js';
import type { Codec } from '../../wire/codec.js';
import { PLANE, type ControlCall } from '../../wire/frame.js';
import type { GuestBoot } from '../../wire/guest-boot.js';
import { Pending } from '../../wire/pending.js';
import { DOWN, UP, type Batch } from '../../wire/protocol.js';
import { parseSafely } from '../../wire/safe-json.js';
import { idOf, opOf, tagOf } from '../../wire/tag.js';
import { createTextCodec } from '../../wire/text-codec.js';
import type { Executor, ExecutorEvents, ExecutorVitals, Inspection } from '../executor.js';
import { readLogRecord } from '../log/log-line.js';
import { BusyMeter } from './busy-meter.js';
import { containerSpec, type ContainerExit } from './container.js';
import { FrameBudget } from './frame-budget.js';
import { guestExit, type Killed } from './guest-exit.js';
import type { Guest } from './guest.js';
import { GuestWatch } from './guest-watch.js';
import { checkedPair, isAnswer, outputRefusal, type HostChecks } from './host-checks.js';
import type { FaultReader } from '../../sandbox/bundle/fault-reader.js';
import { mappedFault } from './mapped-fault.js';
import { OpenPackages } from './open-packages.js';
import { postedError } from './posted-error.js';
import { readAnswer, readInspection } from './read-answer.js';
import type { GuestContainer, Spares } from './spares.js';

/** What a guest is to be. */
export interface GuestSpec {
  readonly boot: Omit<GuestBoot, 'maxLength' | 'maxDepth' | 'logBytesPerSecond'>;
  readonly container: GuestContainer;
  readonly jail: readonly string[];
  readonly limits: ModuleLimits;
  readonly wasm: boolean;
  readonly checks: HostChecks;
  readonly spares: Pick<Spares, 'take' | 'refill'>;
  /** How long the container may take to go once it was ended: a thread in a native call ends when the call does. */
  readonly terminateTimeoutMs: number;
  /** Reads the module's errors: places of the author's files, limits of the compartment. */
  readonly faults: FaultReader;
}

const MIB = 1_048_576;
/** What a container may hold beyond the module's heap before it is ended. */
const ROOM_BYTES = { thread: 192 * MIB, process: 256 * MIB } as const;
const TICK_MS = { thread: 25, process: 100 } as const;
/** Room for several replies in one frame. */
const FRAME_SLACK = 4_096;

/** A module whose code is not trusted: in a compartment, behind text frames, watched from outside. */
export class GuestExecutor implements Executor {
  readonly #spec: GuestSpec;
  readonly #codec: Codec;
  readonly #maxLength: number;
  readonly #packages = new OpenPackages();
  readonly #asked = new Pending<unknown>();
  readonly #budget: FrameBudget;
  readonly #meter = new BusyMeter();
  #guest: Guest | undefined;
  #watch: GuestWatch | undefined;
  #events: ExecutorEvents | undefined;
  #ended: Promise<void> = Promise.resolve();
  #uncaught: { readonly error: unknown } | undefined;
  #killed: Killed | undefined;
  #onEnded: () => void = () => undefined;
  #isTold = false;
  #isStuck = false;

  constructor(spec: GuestSpec) {
    const { replyBytes, depth } = spec.limits;
    this.#spec = spec;
    this.#maxLength = replyBytes + FRAME_SLACK;
    this.#codec = createTextCodec({ maxLength: this.#maxLength, maxDepth: depth });
    this.#budget = new FrameBudget(spec.limits);
  }

  get threadId(): number | undefined {
    return this.#guest?.container.threadId;
  }

  start(events: ExecutorEvents): void {
    const { container, spares } = this.#spec;
    this.#events = events;
    this.#ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
    const guest = spares.take(container, containerSpec(this.#spec));
    this.#guest = guest;
    guest.adopt({
      locked: () => this.#load(guest),
      frame: (plane, text) => this.#onFrame(plane, text),
      printed: (message) => events.log(readLogRecord({ level: 'warn', message })),
      violation: (error) => void this.terminate(error),
      exit: (exit) => this.#onExit(exit),
    });
  }

  #load(guest: Guest): void {
    const { boot, limits, container } = this.#spec;
    const memoryAtStart = guest.container.figures().memoryBytes ?? 0;
    const { depth: maxDepth, logBytesPerSecond, memoryBytes } = limits;
    const full: GuestBoot = { ...boot, maxLength: this.#maxLength, maxDepth, logBytesPerSecond };
    guest.load(JSON.stringify(full), this.#maxLength);
    this.#watch = new GuestWatch({
      name: boot.name,
      container: guest.container,
      packages: this.#packages,
      limits,
      mostMemoryBytes: memoryBytes + ROOM_BYTES[container] + (container === 'process' ? memoryAtStart : 0),
      tickMs: TICK_MS[container],
      ask: () => this.inspect(),
      end: (error, isMemory) => void this.terminate(error, isMemory),
    });
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    const { boot, checks } = this.#spec;
    if (transfer.length > 0) {
      const message = `Cannot move a buffer to module "${boot.name}": it runs in a compartment, to which only text crosses; pass it as base64 text`;
      throw new PhlowError('PHLOW_INPUT_UNCLONABLE', message);
    }
    const checked: unknown[] = [];
    for (let i = 0; i < batch.length; i += 2) {
      const [tag, value] = checkedPair(batch[i] as number, batch[i + 1], checks.input);
      checked.push(tag, value);
    }
    const text = this.#codec.encode(checked) as string;
    const now = performance.now();
    for (let i = 0; i < batch.length; i += 2) {
      const op = opOf(batch[i] as number);
      const id = idOf(batch[i] as number);
      if (op === DOWN.call || op === DOWN.callWith || op === DOWN.advance) this.#packages.open(id, now);
      else if (op === DOWN.item) this.#packages.sendItem(id);
      else if (op === DOWN.cancel) this.#packages.abandon(id);
    }
    this.#guest?.send(PLANE.data, text);
  }

  async inspect(): Promise<Inspection> {
    return readInspection(await this.#ask('inspect'));
  }

  async ping(): Promise<true> {
    await this.#ask('ping');
    return true;
  }

  async stop(): Promise<void> {
    await this.#ask('stop');
  }

  #ask(what: ControlCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#asked.add(resolve, reject);
      this.#guest?.send(PLANE.control, JSON.stringify([id, what]));
    });
  }

  async terminate(error?: unknown, isMemory = false): Promise<void> {
    if (this.#killed === undefined && !this.#isTold) {
      this.#killed = { error, isMemory };
      this.#watch?.stop();
      this.#guest?.container.kill();
      const stuck = setTimeout(() => this.#onStuck(), this.#spec.terminateTimeoutMs);
      void this.#ended.then(() => clearTimeout(stuck));
    }
    await this.#ended;
  }

  noteReady(): void {
    // A guest's figures are read without its help.
  }

  /** The figures of a guest come from the operating system or the handle: they are always fresh. */
  sample(): Promise<ExecutorVitals> {
    return Promise.resolve(this.vitals());
  }

  vitals(): ExecutorVitals {
    const figures = this.#guest?.container.figures();
    return {
      eventLoopUtilization: this.#meter.read(figures?.busyMs),
      heapUsedBytes: figures?.memoryBytes,
      cpuMs: figures?.busyMs,
    };
  }

  #onFrame(plane: string, text: string): void {
    if (this.#killed !== undefined) return;
    try {
      this.#read(plane, text);
    } catch (error) {
      void this.terminate(error);
    }
  }

  #read(plane: string, text: string): void {
    if (text.length > this.#maxLength) throw this.#violation(`a message of ${text.length} characters`);
    switch (plane) {
      case PLANE.data:
        this.#onBatch(text);
        break;
      case PLANE.log:
        this.#book(text.length);
        this.#events?.log(readLogRecord(parseSafely(text, this.#spec.limits.depth)));
        break;
      case PLANE.control: {
        const { id, ok, value } = readAnswer(parseSafely(text, this.#spec.limits.depth));
        const asked = this.#asked.take(id);
        if (asked === undefined) this.#book(text.length);
        else if (ok) asked.resolve(value);
        else asked.reject(postedError(value, this.#spec.faults));
        break;
      }
      case PLANE.uncaught:
        if (this.#uncaught !== undefined) throw this.#violation('a second last word');
        this.#uncaught = {
          error: postedError(parseSafely(text, this.#spec.limits.depth), this.#spec.faults),
        };
        break;
      default:
        throw this.#violation(`a message of kind "${plane}"`);
    }
  }

  #onBatch(text: string): void {
    // The codec has made this array for us alone.
    const batch = this.#codec.decode(text) as unknown[];
    let isSolicited = false;
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const op = opOf(tag);
      if (isAnswer(op) ? this.#packages.close(idOf(tag)) : this.#isOfStream(op, idOf(tag), batch[i + 1]))
        isSolicited = true;
      else this.#book(0);
      if (op === UP.reply) {
        const refusal = outputRefusal(this.#spec.boot.name, batch[i + 1], this.#spec.checks.output);
        if (refusal !== undefined) {
          batch[i] = tagOf(idOf(tag), UP.refusal);
          batch[i + 1] = refusal;
        }
      } else if (op === UP.fault || op === UP.failed || op === UP.mainEnded) {
        batch[i + 1] = mappedFault(batch[i + 1], this.#spec.faults);
      } else if (op === UP.ready) {
        this.#watch?.start();
        this.#spec.spares.refill(this.#spec.container, containerSpec(this.#spec));
      }
    }
    if (!isSolicited) this.#book(text.length);
    this.#events?.batch(batch);
  }

  /** Items of a stream and credit for one belong to an open package; that there is credit for items is seen to further up. */
  #isOfStream(op: number, id: number, value: unknown): boolean {
    if (op === UP.credit) return this.#packages.readItems(id, value, performance.now());
    return (op === UP.item || op === UP.itemRefused) && this.#packages.touch(id, performance.now());
  }

  #book(bytes: number): void {
    const found = this.#budget.book(bytes, performance.now());
    if (found !== undefined) throw this.#violation(found);
  }

  #violation(found: string): PhlowError {
    const { name } = this.#spec.boot;
    return new PhlowError('PHLOW_WIRE_VIOLATION', `Cannot go on with module "${name}": found ${found}`);
  }

  /** The host goes on without it. */
  #onStuck(): void {
    this.#isStuck = true;
    this.#events?.zombies(1);
    this.#tell({ exitCode: undefined, signal: undefined, isOutOfMemory: false, error: undefined });
  }

  #onExit(exit: ContainerExit): void {
    if (this.#isStuck) {
      this.#isStuck = false;
      this.#events?.zombies(-1);
    }
    this.#tell(exit);
  }

  #tell(exit: ContainerExit): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#watch?.stop();
    const gone = new PhlowError('PHLOW_MODULE_DOWN', `Module "${this.#spec.boot.name}" has ended`);
    this.#asked.failAll(() => gone);
    this.#events?.exit(guestExit(exit, this.#killed, this.#uncaught));
    this.#onEnded();
  }
}
