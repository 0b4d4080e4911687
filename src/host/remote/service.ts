import { randomBytes } from 'node:crypto';
import type { Bus, BusMessage, BusSubscription } from '../../nats/bus.js';
import { Deferred } from '../../wire/deferred.js';
import { DOWN, idOf, opOf } from '../../wire/protocol.js';
import type { LoadedModule } from '../module/loaded-module.js';
import type { Ticker } from '../ticker.js';
import { isDoneWithin } from '../waiting.js';
import { CallerSession } from './caller-session.js';
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

/** A message that has stopped coming in is forgotten after this time. */
const STALE_MS = 10_000;

/** A module of this host that other hosts call over NATS. */
export class Service {
  /** Names this one among all that serve the module. */
  readonly instance = randomBytes(8).toString('hex');
  readonly #options: ServiceOptions;
  readonly #subjects: Subjects;
  readonly #sessions = new Map<string, CallerSession>();
  #calls: BusSubscription[] = [];
  #others: BusSubscription[] = [];
  #isWatched = false;
  #drained: Deferred<void> | undefined;
  #closing: Promise<number> | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#subjects = subjectsOf(options.service);
  }

  get service(): string {
    return this.#options.service;
  }

  /** Calls that are not answered. */
  get inFlight(): number {
    return [...this.#sessions.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Resolves when the server knows of it. */
  async start(): Promise<void> {
    const { bus, describe } = this.#options;
    const { call, manifest, cancel, to } = this.#subjects;
    const own = to(this.instance);
    this.#others = [
      bus.subscribe(own, (message) => this.#receive(message, false)),
      bus.subscribe(`${own}.gone.*`, ({ subject, isUnheard }) => {
        if (isUnheard) this.#onGone(subject.slice(`${own}.gone.`.length));
      }),
      bus.subscribe(cancel, (message) => this.#receive(message, false)),
    ];
    this.#calls = [
      bus.subscribe(call, (message) => this.#receive(message, true), QUEUE),
      bus.subscribe(
        manifest,
        ({ reply, data }) => {
          if (reply !== undefined)
            void describe(data, this.instance).then((text) => bus.publish(reply, text));
        },
        QUEUE,
      ),
    ];
    await bus.flush();
  }

  /** Takes no more calls, lets those that are here finish within `graceMs`, cancels what is left. Resolves with how many that were. */
  close(graceMs: number): Promise<number> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  tick(now: number): boolean {
    const own = this.#subjects.to(this.instance);
    for (const [inbox, session] of this.#sessions) {
      if (session.size === 0) this.#sessions.delete(inbox);
      else {
        session.beat(`${own}.gone.${tokenOf(inbox)}`);
        session.forgetOlder(now - STALE_MS);
      }
    }
    this.#isWatched = this.#sessions.size > 0;
    return this.#isWatched;
  }

  async #close(graceMs: number): Promise<number> {
    const { bus, ticker } = this.#options;
    // What the server has sent before it heard of it is still taken.
    await isDoneWithin(graceMs, Promise.all(this.#calls.map((one) => one.drain())));
    const drained = new Deferred<void>();
    this.#drained = drained;
    this.#onEnd();
    await isDoneWithin(graceMs, drained.promise);
    const left = this.inFlight;
    for (const session of this.#sessions.values())
      session.cancelAll('the host that serves it is being stopped');
    // Answers leave in the next turn.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    for (const one of this.#others) one.end();
    ticker.forget(this);
    if (bus.isConnected) await isDoneWithin(graceMs, bus.flush());
    return left;
  }

  #receive({ reply, data }: BusMessage, isCall: boolean): void {
    const at = reply?.lastIndexOf('.') ?? -1;
    const id = Number(reply?.slice(at + 1));
    // Its sender wants no answer, or cannot get one.
    if (reply === undefined || at < 1 || !Number.isSafeInteger(id) || id < 0) return;
    const session = this.#sessionOf(reply.slice(0, at));
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

  #sessionOf(inbox: string): CallerSession {
    const known = this.#sessions.get(inbox);
    if (known !== undefined) return known;
    const { bus, module, ticker } = this.#options;
    const { instance } = this;
    const session = new CallerSession({ bus, module, instance, inbox, onEnd: () => this.#onEnd() });
    this.#sessions.set(inbox, session);
    if (!this.#isWatched) {
      this.#isWatched = true;
      ticker.watch(this);
    }
    return session;
  }

  /** A caller listens no more: its calls are for nobody. */
  #onGone(token: string): void {
    for (const [inbox, session] of this.#sessions)
      if (tokenOf(inbox) === token) session.cancelAll('the caller has gone');
  }

  #onEnd(): void {
    if (this.#drained !== undefined && this.inFlight === 0) this.#drained.resolve();
  }
}

/** An inbox as one token of a subject. */
function tokenOf(inbox: string): string {
  return inbox.replaceAll('.', '-');
}
