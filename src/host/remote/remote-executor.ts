import { randomBytes } from 'node:crypto';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import type { Validator } from '../../manifest/validator.js';
import type { Bus, BusMessage, BusSubscription } from '../../nats/bus.js';
import type { Inspection } from '../../wire/control.js';
import {
  DOWN,
  UP,
  type Batch,
  type InvalidCallRecord,
  type Ready,
  idOf,
  isAnswer,
  opOf,
  tagOf,
} from '../../wire/protocol.js';
import type { Executor, ExecutorEvents, ExecutorVitals } from '../executors/executor.js';
import { checkedPair } from '../executors/guest/host-checks.js';
import { readLogRecord } from '../log/log-line.js';
import type { Ticker } from '../ticker.js';
import { Assembly } from './assembly.js';
import { readMessage } from './messages.js';
import { LOST_MS, RemoteCalls } from './remote-calls.js';
import { remoteError } from './remote-fault.js';
import { subjectsOf } from './subjects.js';

/** What it takes to call a module that other hosts serve. */
export interface RemoteSpec {
  readonly bus: Bus;
  readonly service: string;
  /** The name of the instance on this host. */
  readonly name: string;
  readonly isCallable: boolean;
  /** The check of the served manifest; undefined where it takes any input. */
  readonly checkInput: Validator | undefined;
  /** True: the module itself answers an input that breaks its manifest. */
  readonly answersInvalid: boolean;
  readonly ticker: Ticker;
}

/** A look that comes later than this says that this thread stood still, and not that nobody has written. */
const LATE_LOOK_MS = 2_000;

const NOTHING: ExecutorVitals = { eventLoopUtilization: 0, heapUsedBytes: undefined, cpuMs: undefined };

/**
 * A module that other hosts serve over NATS. Each package is a message to one of them; what comes back is what the module's thread would have sent.
 * Where it is not known what became of a package, it ends with PHLOW_REMOTE_LOST.
 */
export class RemoteExecutor implements Executor {
  readonly threadId = undefined;
  readonly #spec: RemoteSpec;
  readonly #inbox = `_INBOX.${randomBytes(16).toString('hex')}`;
  readonly #calls: RemoteCalls;
  readonly #assembly = new Assembly();
  #events: ExecutorEvents | undefined;
  #subscription: BusSubscription | undefined;
  #unlisten = (): void => undefined;
  #isWatched = false;
  #lookedAt = 0;

  constructor(spec: RemoteSpec) {
    const { bus, name, service } = spec;
    this.#spec = spec;
    this.#calls = new RemoteCalls({
      bus,
      name,
      service,
      subjects: subjectsOf(service),
      inbox: this.#inbox,
      fail: (id, error) => this.#events?.rejected(id, error),
    });
  }

  start(events: ExecutorEvents): void {
    const { bus, isCallable, answersInvalid } = this.#spec;
    this.#events = events;
    this.#subscription = bus.subscribe(`${this.#inbox}.*`, (message) => this.#receive(message));
    const unlisten = bus.onChange((isConnected) => this.#calls.onConnection(isConnected));
    const { call } = subjectsOf(this.#spec.service);
    const unrefuse = bus.onRefusal((subject) => {
      if (subject === call) this.#calls.refused();
    });
    this.#unlisten = () => {
      unlisten();
      unrefuse();
    };
    const ready: Ready = {
      isCallable,
      isMain: false,
      drains: false,
      answersInvalid,
      osThreadId: undefined,
    };
    setImmediate(() => this.#events?.batch([tagOf(0, UP.ready), ready]));
  }

  post(batch: Batch, transfer: readonly ArrayBuffer[]): void {
    if (transfer.length > 0) {
      const message = `Cannot move a buffer to module "${this.#spec.name}": it runs on another host; call it without transfer, its bytes then cross as a copy`;
      throw new PhlowError('PHLOW_INPUT_UNCLONABLE', message);
    }
    // All are written before the first is sent: where one cannot be, the batch comes again, pair by pair, and nothing is to be sent twice.
    const ready: (() => void)[] = [];
    const now = performance.now();
    for (let i = 0; i < batch.length; i += 2)
      ready.push(this.#prepared(batch[i] as number, batch[i + 1], now));
    for (const send of ready) send();
  }

  onReady(): void {
    // It has reported nothing that was not known.
  }

  /** Whether a host far away works its calls say. */
  ping(): Promise<true> {
    return Promise.resolve(true);
  }

  inspect(): Promise<Inspection> {
    const message = `Cannot look into module "${this.#spec.name}": it runs on another host`;
    return Promise.reject(new PhlowError('PHLOW_NOT_CALLABLE', message));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  terminate(error?: unknown): Promise<void> {
    const events = this.#events;
    this.#events = undefined;
    this.#unlisten();
    this.#subscription?.end();
    this.#spec.ticker.forget(this);
    this.#calls.end();
    events?.exit({ reason: 'terminated', exitCode: undefined, error });
    return Promise.resolve();
  }

  vitals(): ExecutorVitals {
    return NOTHING;
  }

  sample(): Promise<ExecutorVitals> {
    return Promise.resolve(NOTHING);
  }

  /** Ends calls of which nothing is heard. */
  tick(now: number): boolean {
    const lateMs = now - this.#lookedAt;
    this.#lookedAt = now;
    this.#calls.endLost(now, lateMs > LATE_LOOK_MS ? lateMs : 0);
    this.#assembly.forgetOlder(now - LOST_MS);
    this.#isWatched = this.#calls.size > 0;
    return this.#isWatched;
  }

  /** What is to be done for one pair of a batch. Throws for a value that cannot cross. */
  #prepared(given: number, value: unknown, now: number): () => void {
    const { checkInput, answersInvalid } = this.#spec;
    const pair = checkedPair(given, value, checkInput);
    const isOurs = opOf(pair[0]) === DOWN.callInvalid && !answersInvalid;
    if (isOurs) return () => this.#refuse(idOf(given), pair[1] as InvalidCallRecord);
    const [tag, sent] = opOf(pair[0]) === DOWN.callInvalid ? checkedPair(given, value, undefined) : pair;
    const id = idOf(tag);
    switch (opOf(tag)) {
      case DOWN.call:
      case DOWN.callWith: {
        const parts = this.#calls.partsOf(tag, sent);
        return () => this.#begin(id, parts, now);
      }
      case DOWN.cancel:
        return () => this.#calls.cancel(id, String(sent));
      case DOWN.item:
      case DOWN.end:
      case DOWN.credit: {
        const parts = this.#calls.partsOf(tag, sent);
        return () => this.#calls.send(id, parts);
      }
      case DOWN.advance:
        // The clock of another host is its own.
        return () => void setImmediate(() => this.#events?.batch([tagOf(id, UP.reply), undefined]));
      default:
        // Answers to what a module asks of its host: this one asks nothing here.
        return () => undefined;
    }
  }

  #begin(id: number, parts: ReturnType<RemoteCalls['partsOf']>, now: number): void {
    if (!this.#isWatched) {
      this.#isWatched = true;
      this.#lookedAt = now;
      this.#spec.ticker.watch(this);
    }
    this.#calls.begin(id, parts, now);
  }

  #refuse(id: number, { violations }: InvalidCallRecord): void {
    const { name: module } = this.#spec;
    const message = `Cannot call module "${module}": ${violations[0].message}`;
    const error = new PhlowError('PHLOW_INPUT_INVALID', message, { details: { module, violations } });
    this.#events?.rejected(id, error);
  }

  #receive({ subject, data, isUnheard }: BusMessage): void {
    const id = Number(subject.slice(this.#inbox.length + 1));
    try {
      if (isUnheard) this.#calls.unheard(id);
      else this.#read(data);
    } catch (error) {
      this.#onUnreadable(id, error);
    }
  }

  #read(data: Uint8Array): void {
    const now = performance.now();
    const message = readMessage(data);
    switch (message.kind) {
      case 'batch':
        this.#take(message.batch);
        break;
      case 'opened':
        this.#calls.heard(message.id, message.instance, now);
        break;
      case 'alive':
        for (const id of message.ids) this.#calls.heard(id, message.instance, now);
        break;
      case 'chunk': {
        const whole = this.#assembly.add(message.chunk, now);
        if (whole !== undefined) this.#read(whole);
      }
    }
  }

  /** Hands on what belongs to calls that are open: what comes late, or was not asked for, is dropped. */
  #take(batch: Batch): void {
    const taken: unknown[] = [];
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const id = idOf(tag);
      const op = opOf(tag);
      const call = this.#calls.get(id);
      if (call === undefined) continue;
      const { name: module, service } = this.#spec;
      if (op === UP.fault) {
        const more = { host: call.instance ?? service, module, package: id };
        this.#calls.fail(id, remoteError(batch[i + 1], more));
      } else if (isAnswer(op) || op === UP.item || op === UP.credit) {
        if (isAnswer(op)) this.#calls.close(id);
        taken.push(tag, batch[i + 1]);
      }
    }
    if (taken.length > 0) this.#events?.batch(taken);
  }

  /** What cannot be read of a call ends it: it would wait for nothing. */
  #onUnreadable(id: number, error: unknown): void {
    if (this.#calls.get(id) !== undefined && isPhlowError(error)) this.#calls.fail(id, error);
    else {
      const message = `A message over NATS was dropped: ${messageOf(error)}`;
      this.#events?.log(readLogRecord({ level: 'warn', message }));
    }
  }
}
