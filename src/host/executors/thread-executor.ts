import { MessageChannel, Worker, type MessagePort, type WorkerOptions } from 'node:worker_threads';
import { releaseProxy, wrap, type Remote } from 'comlink';
import { PhlowError } from '../../errors.js';
import type { BootData } from '../../wire/boot-data.js';
import type { Control, Inspection } from '../../wire/control.js';
import { controlEndpoint } from '../../wire/control-endpoint.js';
import { MessageReader } from '../../wire/message-reader.js';
import type { Batch, Ready } from '../../wire/protocol.js';
import { RecordWriter } from '../../wire/records/record-writer.js';
import type { PermissionUse, PermissionName } from '../../sandbox/permission-table.js';
import { captureStream } from '../log/capture-stream.js';
import { startFile } from './own-folders.js';
import { assertRoomForThread } from './process-limit.js';
import { exitOnTime } from './exit-on-time.js';
import { drainPort, listenPaced } from '../log/log-port.js';
import type { Executor, ExecutorEvents, ExecutorVitals } from './executor.js';
import { readLogRecord } from '../log/log-line.js';
import { threadExit, unreadableError } from './thread-exit.js';
import { ThreadVitals } from './thread-vitals.js';
import { readDenial } from '../../wire/denial.js';

/** The capabilities that a permission of ours gives at `guarded`, by Node's names. */
const PERMISSION_OF: Readonly<Record<string, PermissionName>> = {
  FileSystemRead: 'fs.read',
  FileSystemWrite: 'fs.write',
  ChildProcess: 'childProcess',
  Net: 'net.connect',
  Environment: 'env',
};

/** A refusal that a guarded module's thread reported, as a use of a permission; undefined for any other message. */
export function deniedPermission(message: unknown): PermissionUse | undefined {
  const denial = readDenial(message);
  if (denial === undefined) return undefined;
  const [denied, resource] = denial;
  const permission = Object.hasOwn(PERMISSION_OF, denied) ? PERMISSION_OF[denied] : undefined;
  return { permission, target: permission === undefined ? denied : resource, outcome: 'denied' };
}

/** Flags that say where the program's text comes from: they speak of the host's entry, and a thread with an entry of its own refuses them. */
const ABOUT_THE_ENTRY = /^(--input-type(=|$)|--eval(=|$)|--print(=|$)|-e$|-p$|-pe$)/;

/**
 * The Node flags for a thread: undefined to take over the host's own, which is the rule. A host that was given as text on the command line
 * has flags that no thread can take over; its threads start without any.
 */
export function threadFlags(hostFlags: readonly string[]): string[] | undefined {
  return hostFlags.some((flag) => ABOUT_THE_ENTRY.test(flag)) ? [] : undefined;
}

/** What a thread is asked to be, before its ports exist. */
export interface ThreadSpec {
  readonly boot: Omit<BootData<never>, 'data' | 'control' | 'log' | 'trace'>;
  readonly maxHeapMb: number | undefined;
  /** What else the thread is started with, by its isolation level. */
  readonly options: WorkerOptions;
  /** Called for each refusal in the thread; undefined where nobody listens. */
  readonly onDenied?: ((use: PermissionUse) => void) | undefined;
}

const NOTHING_KNOWN: ExecutorVitals = { eventLoopUtilization: 0, heapUsedBytes: undefined, cpuMs: undefined };
const BOOT_FILE = startFile('boot.bundle.js');

/** A module in a worker thread of its own, with three ports: packages, control, log. */
export class ThreadExecutor implements Executor {
  readonly #spec: ThreadSpec;
  readonly #reader: MessageReader;
  readonly #data = new MessageChannel();
  readonly records = new RecordWriter((message) => this.#postRecords(message));
  readonly #controlPorts = new MessageChannel();
  readonly #log = new MessageChannel();
  readonly #trace: MessageChannel | undefined;
  readonly #control: Remote<Control>;
  #worker: Worker | undefined;
  #events: ExecutorEvents | undefined;
  #uncaught: { readonly error: unknown } | undefined;
  #killed: { readonly error: unknown } | undefined;
  #terminated: Promise<number> | undefined;
  #isBroken = false;
  #hasEnded = false;
  #vitals: ThreadVitals | undefined;

  constructor(spec: ThreadSpec) {
    this.#spec = spec;
    this.#reader = new MessageReader(spec.boot.guard === undefined);
    this.#trace = spec.onDenied && new MessageChannel();
    this.#control = wrap<Control>(controlEndpoint(this.#controlPorts.port1));
  }

  get threadId(): number | undefined {
    return this.#worker?.threadId;
  }

  start(events: ExecutorEvents): void {
    const { boot, maxHeapMb, options } = this.#spec;
    const flags = threadFlags(process.execArgv);
    const ports = { data: this.#data.port2, control: this.#controlPorts.port2, log: this.#log.port2 };
    const trace = this.#trace?.port2;
    this.#events = events;
    this.#data.port1.on('message', this.#onFrame);
    this.#data.port1.on('messageerror', () => events.broken(unreadableError()));
    listenPaced(this.#log.port1, (record) => events.log(readLogRecord(record)));
    this.#trace?.port1.on('message', this.#onDenial);
    const worker = this.#startThread({
      ...(flags === undefined ? {} : { execArgv: flags }),
      ...options,
      name: boot.name,
      workerData: { ...boot, ...ports, trace } satisfies BootData<MessagePort>,
      transferList: [...Object.values(ports), ...(trace === undefined ? [] : [trace])],
      stdout: true,
      stderr: true,
      ...(maxHeapMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
    });
    this.#worker = worker;
    this.#vitals = new ThreadVitals(worker);
    captureStream(worker.stdout, 'info', (record) => events.log(record));
    captureStream(worker.stderr, 'warn', (record) => events.log(record));
    worker.on('error', (error) => {
      this.#uncaught = { error };
    });
    worker.once('exit', (exitCode) => this.#onExit(exitCode));
    exitOnTime(worker);
  }

  /** A machine may have no thread left, and open ports would then keep the host from ever ending. */
  #startThread(options: WorkerOptions): Worker {
    try {
      assertRoomForThread();
      return new Worker(BOOT_FILE, options);
    } catch (error) {
      this.#closePorts();
      throw error;
    }
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    // An empty list of transfers would be walked through all the same.
    if (transfer.length === 0) this.#data.port1.postMessage(batch);
    else this.#data.port1.postMessage(batch, transfer);
  }

  // Asynchronous, since the control port of a thread that has gone throws at once.
  async inspect(): Promise<Inspection> {
    return await this.#control.inspect();
  }

  async ping(): Promise<true> {
    return await this.#control.ping();
  }

  coreWaitMs(): number | undefined {
    return this.#vitals?.coreWaitMs();
  }

  async drain(): Promise<void> {
    await this.#control.drain();
  }

  async stop(): Promise<void> {
    await this.#control.stop();
  }

  async terminate(error?: unknown): Promise<void> {
    this.#killed ??= { error };
    this.#terminated ??= this.#worker?.terminate();
    await this.#terminated;
  }

  onReady({ osThreadId }: Ready): void {
    if (this.#vitals !== undefined) this.#vitals.osThreadId = osThreadId;
  }

  vitals(): ExecutorVitals {
    return this.#vitals?.now() ?? NOTHING_KNOWN;
  }

  async sample(): Promise<ExecutorVitals> {
    return (await this.#vitals?.sample()) ?? NOTHING_KNOWN;
  }

  #postRecords(message: unknown): void {
    // What is sent after the end would never be answered: those who wait get the exit as the reason.
    if (this.#hasEnded) throw new PhlowError('PHLOW_MODULE_DOWN', 'Cannot send to a thread that has ended');
    this.#data.port1.postMessage(message);
  }

  readonly #onFrame = (frame: unknown): void => {
    // Nothing that follows what cannot be read can be trusted.
    if (this.#isBroken) return;
    try {
      this.#events?.batch(this.#reader.read(frame));
    } catch (error) {
      this.#isBroken = true;
      this.#events?.broken(error);
    }
  };

  readonly #onDenial = (message: unknown): void => {
    const use = deniedPermission(message);
    if (use !== undefined) this.#spec.onDenied?.(use);
  };

  #onExit(exitCode: number): void {
    const events = this.#events;
    // What the thread had posted before it ended is still in the ports: hand it on first.
    drainPort(this.#data.port1, this.#onFrame);
    drainPort(this.#log.port1, (record) => events?.log(readLogRecord(record)));
    if (this.#trace !== undefined) drainPort(this.#trace.port1, this.#onDenial);
    this.#hasEnded = true;
    this.#closePorts();
    this.#worker?.removeAllListeners();
    events?.exit(
      threadExit(exitCode, {
        uncaught: this.#uncaught,
        killed: this.#killed,
        maxHeapMb: this.#spec.maxHeapMb,
      }),
    );
  }

  #closePorts(): void {
    this.#control[releaseProxy]();
    const ports = [
      this.#data,
      this.#controlPorts,
      this.#log,
      ...(this.#trace === undefined ? [] : [this.#trace]),
    ];
    for (const { port1 } of ports) port1.close();
  }
}
