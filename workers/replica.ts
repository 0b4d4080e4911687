import { MessageChannel, parentPort, threadId, workerData, type MessagePort } from 'node:worker_threads';
import type { BootData } from '../src/wire/boot-data.js';
import { cloneCodec } from '../src/wire/clone-codec.js';
import type { LogRecord } from '../src/wire/log-record.js';
import { Outbox } from '../src/wire/outbox.js';
import { UP, type Batch } from '../src/wire/protocol.js';
import type { ReplicaAnswer, ReplicaPorts, ReplicaTask } from '../src/wire/replica-task.js';
import { idOf, opOf } from '../src/wire/tag.js';
import { runNativeModule, unclonable } from './native-module.js';

const ANSWERS: readonly number[] = [UP.reply, UP.fault, UP.refusal];

/** One of several equal threads of a module. Packages come and go as tasks of the pool; all else goes over ports of its own. */
class Replica {
  readonly #boot: BootData<MessagePort>;
  readonly #outbox: Outbox;
  readonly #open = new Map<number, (answer: ReplicaAnswer) => void>();
  #receive: (batch: Batch) => void = () => undefined;

  constructor(boot: BootData<MessagePort>) {
    this.#boot = boot;
    this.#outbox = new Outbox(
      (batch, transfer) => this.#post(batch, transfer),
      (tag, error) => this.#outbox.push(...unclonable(boot.name, tag, error)),
    );
  }

  /** Never rejects: the pool would wait for ever for a thread that throws while it is loaded. The host is told over the data port. */
  start(): Promise<void> {
    return runNativeModule(this.#boot, this.#outbox, (receive) => {
      this.#receive = receive;
      this.#boot.data.on('message', (frame) => receive(cloneCodec.decode(frame)));
    });
  }

  /** Handles one package. */
  readonly serve = ({ tag, value }: ReplicaTask): Promise<ReplicaAnswer> =>
    new Promise((resolve) => {
      this.#open.set(idOf(tag), resolve);
      this.#receive([tag, value]);
    });

  #post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    const others: unknown[] = [];
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const value = batch[i + 1];
      const resolve = ANSWERS.includes(opOf(tag)) ? this.#open.get(idOf(tag)) : undefined;
      if (resolve === undefined) others.push(tag, value);
      else {
        // What moves buffers goes over the port, which can; the task then only says that it is done.
        const answer: ReplicaAnswer = transfer.length > 0 ? undefined : this.#checked(tag, value);
        if (transfer.length > 0) this.#boot.data.postMessage(cloneCodec.encode([tag, value]), transfer);
        this.#open.delete(idOf(tag));
        resolve(answer);
      }
    }
    if (others.length > 0) this.#boot.data.postMessage(cloneCodec.encode(others), transfer);
  }

  /** A result that cannot be copied would end the thread. */
  #checked(tag: number, value: unknown): ReplicaAnswer {
    if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
      return { tag, value };
    try {
      structuredClone(value);
      return { tag, value };
    } catch (error) {
      const [refused, refusal] = unclonable(this.#boot.name, tag, error);
      return { tag: refused, value: refusal };
    }
  }
}

/** Opens the ports and hands their other ends to the host. */
function openPorts(): ReplicaPorts<MessagePort> {
  const [data, control, log] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
  const theirs: ReplicaPorts<MessagePort> = { data: data.port2, control: control.port2, log: log.port2 };
  parentPort?.postMessage({ replica: threadId, ports: theirs }, [theirs.data, theirs.control, theirs.log]);
  return { data: data.port1, control: control.port1, log: log.port1 };
}

/** What the module prints becomes log lines, as at any other thread. */
function captureOutput(log: MessagePort): void {
  for (const [stream, level] of [
    [process.stdout, 'info'],
    [process.stderr, 'warn'],
  ] as const) {
    stream.write = (chunk: unknown): boolean => {
      for (const message of String(chunk).split('\n')) {
        if (message === '') continue;
        log.postMessage({ level, time: Date.now(), message, fields: undefined } satisfies LogRecord);
      }
      return true;
    };
  }
}

const ports = openPorts();
captureOutput(ports.log);
const replica = new Replica({ ...(workerData as Omit<BootData<MessagePort>, keyof typeof ports>), ...ports });

/** The pool waits for this before it calls the thread ready. */
export default replica.start().then(() => replica.serve);
