import { randomBytes } from 'node:crypto';
import { PhlowError } from '../../errors.js';
import type { Bus, BusMessage, BusSubscription } from '../../nats/bus.js';
import { Deferred } from '../../wire/deferred.js';
import { DOWN, idOf, opOf } from '../../wire/protocol.js';
import type { LoadedModule } from '../module/loaded-module.js';
import type { Ticker } from '../ticker.js';
import { isDoneWithin, within } from '../waiting.js';
import { CallerSession } from './caller-session.js';
import { discoverable, type ServiceCounts } from './discovery.js';
import { readMessage, violation } from './messages.js';
import { QUEUE, subjectsOf, type Subjects } from './subjects.js';

/** What it takes to offer a module to other hosts. */
export interface ServiceOptions {
  readonly bus: Bus;
  readonly service: string;
  readonly module: LoadedModule;
  readonly ticker: Ticker;
  /** What to answer to who asks what the service is. */
  readonly describe: (asked: Uint8Array, instance: string) => Promise<string>;
}

/** How long the server may take to know of it. */
const START_MS = 10_000;
/** A message that has stopped coming in is forgotten after this time. */
const STALE_MS = 10_000;

/** A module of this host that other hosts call over NATS. */
export class Service {
  /** Names this one among all that serve the module. */
  readonly instance = randomBytes(8).toString('hex');
  readonly #options: ServiceOptions;
  readonly #subjects: Subjects;
  readonly #sessions = new Map<string, CallerSession>();
  readonly #counts: ServiceCounts = { requests: 0, errors: 0, ms: 0 };
  #calls: readonly BusSubscription[] = [];
  /** The module was given up: other hosts are to take the calls until it is back. */
  #isAside = false;
  #others: readonly BusSubscription[] = [];
  #discovery: readonly BusSubscription[] = [];
  #isWatched = false;
  readonly #closed = new Deferred<void>();
  #drained: Deferred<void> | undefined;
  #closing: Promise<number> | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#subjects = subjectsOf(options.service);
  }

  get service(): string {
    return this.#options.service;
  }

  /** The name of the module on this host. */
  get module(): string {
    return this.#options.module.name;
  }

  /** Resolves when it is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Calls that are not answered. */
  get inFlight(): number {
    return [...this.#sessions.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Resolves when the server knows of it. */
  async start(): Promise<void> {
    const { bus } = this.#options;
    const { call, cancel, to } = this.#subjects;
    const own = to(this.instance);
    this.#others = [
      bus.subscribe(own, (message) => this.#receive(message, false)),
      bus.subscribe(`${own}.gone.*`, ({ subject, isUnheard }) => {
        if (isUnheard) this.#onGone(subject.slice(`${own}.gone.`.length));
      }),
      bus.subscribe(cancel, (message) => this.#receive(message, false)),
    ];
    const { service, module } = this.#options;
    this.#discovery = discoverable({
      bus,
      service,
      module,
      instance: this.instance,
      subject: call,
      counts: this.#counts,
    });
    this.#calls = this.#takeCalls();
    const late = `Cannot serve "${service}": the NATS server at ${bus.where} has not answered within ${START_MS} ms`;
    await within(START_MS, bus.flush(), 'PHLOW_NATS_FAILED', late);
    if ([...this.#calls, ...this.#others].every(({ isRefused }) => !isRefused)) return;
    this.#end();
    const message = `Cannot serve "${service}": the NATS server at ${bus.where} does not let this user subscribe to phlow.v1.${service}.>; it needs that permission`;
    throw new PhlowError('PHLOW_NATS_FAILED', message, { details: { service } });
  }

  /** Takes no more calls, lets those that are here finish within `graceMs`, cancels what is left. Resolves with how many that were. */
  close(graceMs: number): Promise<number> {
    this.#closing ??= this.#close(graceMs).finally(() => this.#closed.resolve());
    return this.#closing;
  }

  tick(now: number): boolean {
    // What is sent now would be sent all at once later.
    if (!this.#options.bus.isConnected) return true;
    if (this.#isAside && this.#closing === undefined && this.#options.module.state !== 'failed') {
      this.#isAside = false;
      this.#calls = this.#takeCalls();
    }
    const own = this.#subjects.to(this.instance);
    for (const [inbox, session] of this.#sessions) {
      if (session.size === 0) this.#sessions.delete(inbox);
      else {
        session.beat(`${own}.gone.${tokenOf(inbox)}`);
        session.forgetOlder(now - STALE_MS);
      }
    }
    this.#isWatched = this.#sessions.size > 0 || this.#isAside;
    return this.#isWatched;
  }

  /** Each goes to one of the hosts that serve the module. */
  #takeCalls(): readonly BusSubscription[] {
    const { bus, describe } = this.#options;
    const answer = ({ reply, data }: BusMessage): void => {
      if (reply === undefined) return;
      void describe(data, this.instance).then((text) => bus.publish(reply, text));
    };
    return [
      bus.subscribe(this.#subjects.call, (message) => this.#receive(message, true), QUEUE),
      bus.subscribe(this.#subjects.manifest, answer, QUEUE),
    ];
  }

  async #close(graceMs: number): Promise<number> {
    const { bus } = this.#options;
    for (const one of this.#discovery) one.end();
    // What the server has sent before it heard of it is still taken.
    await isDoneWithin(graceMs, Promise.all(this.#calls.map((one) => one.drain())));
    const drained = new Deferred<void>();
    this.#drained = drained;
    if (this.inFlight === 0) drained.resolve();
    await isDoneWithin(graceMs, drained.promise);
    const left = this.inFlight;
    for (const session of this.#sessions.values()) session.end('host');
    // Answers leave in the next turn.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    this.#end();
    if (bus.isConnected) await isDoneWithin(graceMs, bus.flush());
    return left;
  }

  #end(): void {
    for (const one of [...this.#calls, ...this.#others, ...this.#discovery]) one.end();
    this.#options.ticker.forget(this);
  }

  #receive({ reply, data }: BusMessage, isCall: boolean): void {
    const at = reply?.lastIndexOf('.') ?? -1;
    const id = Number(reply?.slice(at + 1));
    // Its sender wants no answer, or cannot get one.
    if (reply === undefined || at < 1 || !Number.isSafeInteger(id) || id < 0) return;
    const session = this.#sessionOf(reply.slice(0, at));
    if (isCall && !this.#isAside && this.#options.module.state === 'failed') this.#stepAside();
    try {
      this.#read(session, id, data, isCall);
    } catch (error) {
      session.refuse(id, error);
    }
  }

  #read(session: CallerSession, id: number, data: Uint8Array, isCall: boolean): void {
    const message = readMessage(data);
    if (message.kind === 'chunk') {
      const whole = session.takeChunk(id, message.chunk);
      // Where its first part was a call, so is all of it.
      if (whole !== undefined) this.#read(session, id, whole, true);
      return;
    }
    if (message.kind !== 'batch') throw violation(`a message of kind "${message.kind}" for a service`);
    const { batch } = message;
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const op = opOf(tag);
      if (op !== DOWN.call && op !== DOWN.callWith) session.take(idOf(tag), op, batch[i + 1]);
      else if (isCall) session.begin(idOf(tag), op, batch[i + 1]);
      else throw violation('a call that one host was chosen for');
    }
  }

  #stepAside(): void {
    this.#isAside = true;
    for (const one of this.#calls) void one.drain();
    this.#calls = [];
  }

  #sessionOf(inbox: string): CallerSession {
    const known = this.#sessions.get(inbox);
    if (known !== undefined) return known;
    const { bus, module, ticker } = this.#options;
    const { instance } = this;
    const session = new CallerSession({ bus, module, instance, inbox, onEnd: this.#onEnd });
    this.#sessions.set(inbox, session);
    if (!this.#isWatched) {
      this.#isWatched = true;
      ticker.watch(this);
    }
    return session;
  }

  /** A caller listens no more: its calls are for nobody. */
  #onGone(token: string): void {
    for (const [inbox, session] of this.#sessions) if (tokenOf(inbox) === token) session.end('caller');
  }

  readonly #onEnd = (isFault: boolean, ms: number): void => {
    this.#counts.requests++;
    this.#counts.ms += ms;
    if (isFault) this.#counts.errors++;
    if (this.#drained !== undefined && this.inFlight === 0) this.#drained.resolve();
  };
}

/** An inbox as one token of a subject. */
function tokenOf(inbox: string): string {
  return inbox.replaceAll('.', '-');
}
