import { PhlowError } from '../../errors.js';
import type { Bus } from '../../nats/bus.js';
import { DOWN, tagOf } from '../../wire/protocol.js';
import { batchMessages, partsOf } from './messages.js';
import type { Subjects } from './subjects.js';

/** A call is lost when no host has said for so long that it has it; each says so once a second. */
export const LOST_MS = 5_000;
/** How long a call waits for the connection to come back. */
const RECONNECT_MS = 10_000;
/** For so long after that the other hosts may not be back yet. */
const SETTLE_MS = 3_000;
const TRY_AGAIN_MS = 100;

type Part = string | Uint8Array;

/** A call that is not answered. */
export interface RemoteCall {
  /** When a host has last said that it has it. */
  heardAt: number;
  /** The one that has it, once it has said so. */
  instance: string | undefined;
  readonly first: Part;
  /** What has to wait until it is known which host has the call. */
  readonly held: Part[];
  isSent: boolean;
}

/** What the calls of one caller have in common. */
export interface RemoteCallsOptions {
  readonly bus: Bus;
  /** The name of the instance on this host. */
  readonly name: string;
  readonly service: string;
  readonly subjects: Subjects;
  /** What the caller listens to, without the last token, which is the id of a call. */
  readonly inbox: string;
  /** A call has ended without an answer. */
  readonly fail: (id: number, error: PhlowError) => void;
}

/** The calls to other hosts that one caller has open, and where their messages go. Each is sent once. */
export class RemoteCalls {
  readonly #options: RemoteCallsOptions;
  readonly #open = new Map<number, RemoteCall>();
  #reconnectedAt = -Infinity;
  #transfers = 0;

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  get(id: number): RemoteCall | undefined {
    return this.#open.get(id);
  }

  /** A pair of a batch as it is sent. Throws for a value that cannot cross, or not whole. */
  partsOf(tag: number, value: unknown): readonly Part[] {
    const { bus, inbox } = this.#options;
    const [message = ''] = batchMessages([tag, value]);
    return partsOf(message, bus.maxPayload, () => `${inbox}.${++this.#transfers}`);
  }

  /** The call is answered. */
  close(id: number): void {
    this.#open.delete(id);
  }

  /** Sends a call, or keeps it until the connection is back. */
  begin(id: number, [first = '', ...held]: readonly Part[], now: number): void {
    const call: RemoteCall = { heardAt: now, instance: undefined, first, held, isSent: false };
    this.#open.set(id, call);
    if (this.#options.bus.isConnected) this.#sendFirst(id, call);
  }

  /** Sends what belongs to a call. */
  send(id: number, parts: readonly Part[]): void {
    const call = this.#open.get(id);
    if (call === undefined) return;
    if (call.instance === undefined) call.held.push(...parts);
    else for (const part of parts) this.#sendTo(call.instance, id, part);
  }

  /** The caller has given a call up. */
  cancel(id: number, why: string): void {
    const call = this.#open.get(id);
    if (call === undefined) return;
    if (call.isSent) this.#sendCancel(call.instance, id, why);
    // Nobody owes an answer to what has never left.
    else this.fail(id, this.#unreachable());
  }

  /** A host has the call: what had to wait for that goes there. One that has ended here, by a lost connection say, is given up there too. */
  heard(id: number, instance: string, now: number): void {
    const call = this.#open.get(id);
    if (call === undefined) {
      this.#sendCancel(instance, id, 'nobody waits for it any more');
      return;
    }
    call.instance = instance;
    call.heardAt = now;
    for (const part of call.held.splice(0)) this.#sendTo(instance, id, part);
  }

  /** Nobody has subscribed to where the last message of this call went. */
  unheard(id: number): void {
    const call = this.#open.get(id);
    if (call === undefined) return;
    const { name, service, bus } = this.#options;
    if (call.instance !== undefined) {
      this.fail(id, this.#lost(id, call, 'it has gone'));
      return;
    }
    if (performance.now() - this.#reconnectedAt < SETTLE_MS) {
      // Nobody has got it, so that it may be sent again.
      call.isSent = false;
      setTimeout(() => this.#sendAgain(id, call), TRY_AGAIN_MS);
      return;
    }
    const message = `Cannot call module "${name}": no host serves "${service}" over NATS at ${bus.where}; start one with phlow serve MODULE --nats URL`;
    this.fail(id, new PhlowError('PHLOW_MODULE_DOWN', message, { details: { module: name, service } }));
  }

  /** The server does not let this user call the service. */
  refused(): void {
    const { name, bus, subjects } = this.#options;
    const message = `Cannot call module "${name}": the NATS server at ${bus.where} does not let this user publish to ${subjects.call}; it needs that permission`;
    for (const [id, { instance }] of [...this.#open])
      if (instance === undefined)
        this.fail(id, new PhlowError('PHLOW_NATS_FAILED', message, { details: { module: name } }));
  }

  /** What was sent may or may not have come through; what was kept goes now. */
  onConnection(isConnected: boolean): void {
    if (isConnected) this.#reconnectedAt = performance.now();
    for (const [id, call] of [...this.#open]) {
      if (!isConnected && call.isSent)
        this.fail(id, this.#lost(id, call, 'the connection to the NATS server was lost'));
      else if (isConnected && !call.isSent) this.#sendFirst(id, call);
    }
  }

  /** Ends calls of which nothing was heard since; `graceMs` is time that does not count. */
  endLost(now: number, graceMs: number): void {
    for (const [id, call] of [...this.#open]) {
      call.heardAt += graceMs;
      const silentMs = now - call.heardAt;
      if (!call.isSent && silentMs > RECONNECT_MS) this.fail(id, this.#unreachable());
      else if (call.isSent && silentMs > LOST_MS)
        this.fail(id, this.#lost(id, call, `nothing was heard of it for ${LOST_MS} ms`));
    }
  }

  /** Gives all of them up. */
  end(): void {
    for (const [id, { isSent, instance }] of this.#open)
      if (isSent) this.#sendCancel(instance, id, 'the caller has ended');
    this.#open.clear();
  }

  fail(id: number, error: PhlowError): void {
    if (this.#open.delete(id)) this.#options.fail(id, error);
  }

  #sendFirst(id: number, call: RemoteCall): void {
    const { bus, subjects, inbox } = this.#options;
    call.isSent = true;
    call.heardAt = performance.now();
    bus.publish(subjects.call, call.first, `${inbox}.${id}`);
  }

  #sendAgain(id: number, call: RemoteCall): void {
    const isWaiting = this.#open.get(id) === call && !call.isSent;
    if (isWaiting && this.#options.bus.isConnected) this.#sendFirst(id, call);
  }

  #sendTo(instance: string, id: number, part: Part): void {
    const { bus, subjects, inbox } = this.#options;
    bus.publish(subjects.to(instance), part, `${inbox}.${id}`);
  }

  #sendCancel(instance: string | undefined, id: number, why: string): void {
    const [message = ''] = batchMessages([tagOf(id, DOWN.cancel), why]);
    const { bus, subjects, inbox } = this.#options;
    const subject = instance === undefined ? subjects.cancel : subjects.to(instance);
    // With an id that no call has: ids are those of this caller, and nobody there is no news.
    if (bus.isConnected) bus.publish(subject, message, `${inbox}.0`);
  }

  #lost(id: number, { instance }: RemoteCall, why: string): PhlowError {
    const { name, service } = this.#options;
    const message = `Module "${name}" was lost with package ${id} in flight: ${why}; whether it was handled is not known`;
    const details = { module: name, package: id, host: instance ?? service };
    return new PhlowError('PHLOW_REMOTE_LOST', message, { details });
  }

  #unreachable(): PhlowError {
    const { name, bus } = this.#options;
    const message = `Cannot call module "${name}": there is no connection to the NATS server at ${bus.where}`;
    return new PhlowError('PHLOW_MODULE_DOWN', message, { details: { module: name } });
  }
}
