import type { MessagePort, Worker } from 'node:worker_threads';
import { releaseProxy, wrap, type Remote } from 'comlink';
import { PhlowError } from '../../../errors.js';
import type { LogRecord } from '../../../wire/log-record.js';
import type { Control } from '../../../wire/control.js';
import { controlEndpoint } from '../../../wire/control-endpoint.js';
import { OneShot } from '../../../wire/one-shot.js';
import { MessageReader } from '../../../wire/message-reader.js';
import { Outbox } from '../../../wire/outbox.js';
import { RecordWriter } from '../../../wire/records/record-writer.js';
import type { Batch } from '../../../wire/protocol.js';
import type { ReplicaPorts } from '../../../wire/boot-data.js';
import { drainPort, listenPaced } from '../../log/log-port.js';
import type { ExecutorExit, Part } from '../executor.js';
import { assertTurned } from '../exit-errors.js';
import { isDoneWithin } from '../../waiting.js';
import { readLogRecord } from '../../log/log-line.js';
import { exitOnTime } from '../exit-on-time.js';
import { threadExit, unreadableError } from '../thread-exit.js';
import { ThreadVitals } from '../thread-vitals.js';
import type { PoolPackage } from './replica-queues.js';

/** What a replica reports to its pool. */
export interface ReplicaEvents {
  batch(replica: Replica, batch: Batch): void;
  log(record: LogRecord): void;
  /** This pair cannot cross to it. */
  unsendable(replica: Replica, tag: number, error: unknown): void;
  /** It was ended and has not gone in time; or it has, after all. */
  zombies(change: 1 | -1): void;
  /** Its part is over; when it is a zombie, its thread goes later. */
  exit(replica: Replica, exit: ExecutorExit): void;
  /** The thread of a zombie has gone. */
  gone(replica: Replica): void;
}

export interface ReplicaOptions {
  readonly terminateTimeoutMs: number;
  /** Its module is held to the level guarded. */
  readonly isGuarded: boolean;
}

/** The host's record of one of several equal threads. */
export class Replica implements Part {
  readonly worker: Worker;
  readonly threadId: number;
  readonly vitals: ThreadVitals;
  /** Where it stands among its equals: keys go to places. */
  readonly place: number;
  /** Packages that it has. */
  readonly running = new Map<number, PoolPackage>();
  readonly outbox: Outbox;
  readonly #reader: MessageReader;
  readonly #events: ReplicaEvents;
  readonly #terminateTimeoutMs: number;
  #ports: ReplicaPorts<MessagePort> | undefined;
  #control: Remote<Control> | undefined;
  #uncaught: { readonly error: unknown } | undefined;
  #killed: { readonly error: unknown } | undefined;
  readonly #ended = new OneShot<ExecutorExit>();
  #isOver = false;
  #isZombie = false;
  #isBroken = false;
  isReady = false;
  readonly #maxHeapMb: number | undefined;

  constructor(
    worker: Worker,
    place: number,
    { terminateTimeoutMs, isGuarded }: ReplicaOptions,
    events: ReplicaEvents,
  ) {
    this.worker = worker;
    this.threadId = worker.threadId;
    this.place = place;
    const { maxOldGenerationSizeMb: heapMb = -1 } = worker.resourceLimits ?? {};
    this.#maxHeapMb = heapMb > 0 ? heapMb : undefined;
    this.vitals = new ThreadVitals(worker);
    this.#events = events;
    this.#terminateTimeoutMs = terminateTimeoutMs;
    this.#reader = new MessageReader(!isGuarded);
    this.outbox = new Outbox(
      (batch, transfer) => this.#ports?.data.postMessage(batch, transfer),
      (tag, error) => events.unsendable(this, tag, error),
      'clone',
      undefined,
      new RecordWriter((message) => this.#ports?.data.postMessage(message)),
    );
    worker.on('error', (error) => {
      this.#uncaught = { error };
    });
    worker.once('exit', (exitCode) => this.#onExit(exitCode));
    exitOnTime(worker);
  }

  /** True when it was ended and its thread has not gone. */
  get isZombie(): boolean {
    return this.#isZombie;
  }

  /** True until its ports have come. */
  get isNew(): boolean {
    return this.#ports === undefined;
  }

  /** Takes the ports that the thread has opened. */
  connect(ports: ReplicaPorts<MessagePort>): void {
    this.#ports = ports;
    this.#control = wrap<Control>(controlEndpoint(ports.control));
    ports.data.on('message', this.#onFrame);
    ports.data.on('messageerror', () => void this.terminate(unreadableError()));
    listenPaced(ports.log, this.#onRecord);
  }

  /** True when the package can go to it now: one that may end the thread gets it alone. One that is being ended takes none. */
  takes({ isExclusive }: PoolPackage, most: number): boolean {
    if (!this.isReady || this.#killed !== undefined) return false;
    if (this.running.size === 0) return true;
    if (isExclusive || this.running.size >= most) return false;
    for (const other of this.running.values()) if (other.isExclusive) return false;
    return true;
  }

  /** Resolves when its event loop turns, or when it ends without having hung: what has ended does not hang. */
  ping(): Promise<true> {
    if (this.#control !== undefined) return this.#ended.during(this.#control.ping(), assertTurned);
    return Promise.reject(new PhlowError('PHLOW_MODULE_DOWN', 'Cannot ask a thread that has not started'));
  }

  coreWaitMs(): number | undefined {
    return this.vitals.coreWaitMs();
  }

  async stop(): Promise<void> {
    await this.#control?.stop();
  }

  async terminate(error?: unknown): Promise<void> {
    this.#killed ??= { error };
    // A thread inside native code ends when that does: after a while the pool continues without it.
    if (await isDoneWithin(this.#terminateTimeoutMs, this.worker.terminate())) return;
    if (this.#isOver) return;
    this.#isZombie = true;
    this.#events.zombies(1);
    this.#end(undefined);
  }

  readonly #onFrame = (frame: unknown): void => {
    // Nothing that follows what cannot be read can be trusted.
    if (this.#isBroken) return;
    try {
      this.#events.batch(this, this.#reader.read(frame));
    } catch (error) {
      this.#isBroken = true;
      void this.terminate(error);
    }
  };

  readonly #onRecord = (record: unknown): void => this.#events.log(readLogRecord(record));

  #onExit(exitCode: number): void {
    this.worker.removeAllListeners();
    if (this.#isZombie) {
      this.#events.zombies(-1);
      this.#events.gone(this);
    } else {
      this.#end(exitCode);
    }
  }

  #end(exitCode: number | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const ports = this.#ports;
    if (ports !== undefined) {
      drainPort(ports.data, this.#onFrame);
      drainPort(ports.log, this.#onRecord);
      this.#control?.[releaseProxy]();
      for (const port of [ports.data, ports.control, ports.log]) port.close();
    }
    const exit = threadExit(exitCode, {
      uncaught: this.#uncaught,
      killed: this.#killed,
      maxHeapMb: this.#maxHeapMb,
    });
    this.#ended.happen(exit);
    this.#events.exit(this, exit);
  }
}
