import { PhlowError } from '../../src/errors.js';
import type { Validator, Violations } from '../../src/manifest/validator.js';
import type { Package } from '../../src/sdk/context.js';
import { toFault, type Fault } from '../../src/wire/fault.js';
import {
  DOWN,
  UP,
  type Batch,
  type CallRecord,
  type DownOp,
  type InvalidCallRecord,
  type Refusal,
  idOf,
  opOf,
  tagOf,
} from '../../src/wire/protocol.js';
import { IdTable } from '../../src/wire/id-table.js';
import { REQUEST_WINDOW, StreamReader } from '../../src/wire/stream-reader.js';
import { collect, isStream, StreamWriter } from '../../src/wire/stream-writer.js';
import { isTransfer } from '../../src/sdk/transfer.js';
import { isThenable, type Value } from '../../src/values.js';
import { HandlerContext, type ModuleSetting } from './handler-context.js';
import { Listening } from './listening.js';
import { OpenRequest, type Cancellable } from './open-request.js';
import { ManualClock } from './clock.js';
import type { Definition } from './definition.js';
import { EventSender } from './event-sender.js';
import { errorFrom, HostRequests } from './host-requests.js';
import type { ModuleOutbox } from './module-outbox.js';
import { RefusedPackage } from './validators.js';

export interface ServeOptions {
  readonly name: string;
  readonly definition: Definition;
  readonly outbox: ModuleOutbox;
  /** The types of the events that the manifest declares. */
  readonly events: readonly string[];
  readonly checkInput: Validator | undefined;
  readonly checkOutput: Validator | undefined;
  /** Most packages handled at once; 0 means no limit. */
  readonly concurrency: number;
}

/** A package that waits for its turn, with what the host has found wrong with it. */
interface Queued {
  readonly pkg: Package<unknown>;
  readonly found: Violations | undefined;
}

/** The thread's side of the data plane: hands packages to the handler and posts what comes of them. */
export class Server {
  readonly requests: HostRequests;
  readonly events: EventSender;
  readonly listening = new Listening();
  readonly #options: ServeOptions;
  readonly #running = new IdTable<Cancellable>();
  readonly #queue: Queued[] = [];
  /** Streams of replies that callers read item by item. */
  readonly #writers = new Map<number, StreamWriter>();
  /** Input streams of packages in flight. */
  readonly #readers = new Map<number, StreamReader<Value>>();
  #started: { readonly setting: ModuleSetting; readonly state: unknown } | undefined;
  #handled = 0;

  constructor(options: ServeOptions) {
    this.#options = options;
    this.requests = new HostRequests(options.outbox);
    this.events = new EventSender(options.name, options.events, options.outbox);
  }

  /** Says what handlers get besides the package, once `start` has returned; the host sends no package before. */
  open(setting: ModuleSetting, state: unknown): void {
    this.#started = { setting, state };
  }

  get handled(): number {
    return this.#handled;
  }
  get running(): number {
    return this.#running.size;
  }
  get queued(): number {
    return this.#queue.length;
  }

  /** Takes a batch from the host. A property, since a port calls it directly. */
  readonly receive = (batch: Batch): void => {
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const id = idOf(tag);
      const value = batch[i + 1];
      // Not checked: it comes from the host, which is trusted and of the same version.
      const op = opOf(tag) as DownOp;
      switch (op) {
        case DOWN.call:
          this.#take({ id, input: value, payload: undefined });
          break;
        case DOWN.callWith: {
          const record = value as CallRecord;
          const { input, payload, traceparent } = record;
          const pkg: Package<unknown> = { id, input, payload: payload as Value, traceparent };
          if (record.listener !== undefined) {
            this.#answer(id, record.listener, record);
            break;
          }
          if (record.wantsStream === true) this.#writers.set(id, new StreamWriter());
          this.#take(record.hasItems === true ? { ...pkg, items: this.#openItems(id) } : pkg);
          break;
        }
        case DOWN.credit:
          this.#writers.get(id)?.grant(Number(value));
          break;
        case DOWN.item:
          this.#readers.get(id)?.push(value as Value);
          break;
        case DOWN.end:
          if (value === undefined) this.#readers.get(id)?.end();
          else this.#readers.get(id)?.fail(errorFrom(value as Fault));
          break;
        case DOWN.cancel:
          this.#cancel(id, String(value));
          break;
        case DOWN.runStream:
        case DOWN.runItem:
        case DOWN.eventReply:
        case DOWN.eventFault:
        case DOWN.capabilityReply:
        case DOWN.capabilityFault:
          this.requests.take(id, op, value);
          break;
        case DOWN.eventCredit:
          this.events.grant(Number(value));
          break;
        case DOWN.callInvalid: {
          const record = value as InvalidCallRecord;
          this.#take({ id, input: record.input, payload: record.payload as Value }, record.violations);
          break;
        }
        case DOWN.advance:
          void this.#advance(id, value as number);
          break;
        default:
          op satisfies never;
      }
    }
  };

  #take(pkg: Package<unknown>, found?: Violations): void {
    const { concurrency } = this.#options;
    if (concurrency > 0 && this.#running.size >= concurrency) this.#queue.push({ pkg, found });
    else this.#handle(pkg, found);
  }

  #handle(pkg: Package<unknown>, found: Violations | undefined): void {
    const { checkInput, definition, name } = this.#options;
    try {
      if (definition.handler === undefined || this.#started === undefined) {
        this.#refuse(
          pkg.id,
          'PHLOW_NOT_CALLABLE',
          `Module "${name}" answers no packages: it is a main module`,
          {},
        );
        return;
      }
      const { setting, state } = this.#started;
      const context = new HandlerContext(setting, pkg.id);
      let result: unknown;
      const violations = found ?? checkInput?.(pkg.input);
      if (violations === undefined) {
        result = definition.handler(pkg, context, state);
      } else if (definition.invalid !== undefined) {
        result = definition.invalid(violations, pkg, context);
      } else {
        const message = `Cannot call module "${name}": ${violations[0].message}`;
        this.#refuse(pkg.id, 'PHLOW_INPUT_INVALID', message, { violations });
        return;
      }
      if (isThenable(result)) this.#await(pkg.id, context, result);
      else if (isStream(result)) this.#await(pkg.id, context, this.#stream(pkg.id, result));
      else this.#reply(pkg.id, result);
    } catch (error) {
      this.#fault(pkg.id, error);
    }
  }

  #await(id: number, context: Cancellable, result: PromiseLike<unknown>): void {
    this.#running.add(id, context);
    // A module's own thenable may settle twice, or settle and throw: only the first outcome counts.
    const settle = (post: () => void): void => {
      if (this.#running.take(id) === undefined) return;
      try {
        post();
      } catch (error) {
        // A proxy of the module's own does not let itself be looked at.
        this.#fault(id, error);
      }
      this.#next();
    };
    try {
      result.then(
        (value) => settle(() => this.#reply(id, value)),
        (error: unknown) => settle(() => this.#fault(id, error)),
      );
    } catch (error) {
      settle(() => this.#fault(id, error));
    }
  }

  /** Has the module answer a request that one of its listeners has taken. It may do so before its own `start` has returned. */
  #answer(id: number, listener: number, { input, hasItems }: CallRecord): void {
    this.#writers.set(id, new StreamWriter(REQUEST_WINDOW));
    const items = hasItems === true ? this.#openItems(id) : undefined;
    const request = new OpenRequest();
    const replies = this.listening.answer(listener, input, items, request.onClose);
    this.#await(id, request, this.#stream(id, replies));
  }

  /** Sends a handler's stream: item by item to a caller who reads it so, else as one array. */
  async #stream(id: number, items: AsyncIterable<unknown>): Promise<unknown> {
    const writer = this.#writers.get(id);
    if (writer !== undefined) {
      await writer.pump(items, (item) => this.#options.outbox.push(tagOf(id, UP.item), item));
      return undefined;
    }
    return collect(items);
  }

  #openItems(id: number): StreamReader<Value> {
    const reader = new StreamReader<Value>(
      (items) => this.#options.outbox.push(tagOf(id, UP.credit), items),
      () => this.#readers.delete(id),
    );
    this.#readers.set(id, reader);
    return reader;
  }

  /** Forgets the streams of a package that is answered. */
  #forget(id: number): void {
    this.#handled++;
    if (this.#writers.size > 0) this.#writers.delete(id);
    if (this.#readers.size > 0) this.#readers.delete(id);
  }

  #next(): void {
    const { concurrency } = this.#options;
    while (this.#queue.length > 0 && this.#running.size < concurrency) {
      const next = this.#queue.shift();
      if (next !== undefined) this.#handle(next.pkg, next.found);
    }
  }

  #reply(id: number, value: unknown): void {
    // The items of a stream have gone already; what is left to send is that it ended.
    const isStreamed = this.#writers.size > 0 && this.#writers.has(id);
    const violations = isStreamed ? undefined : this.#options.checkOutput?.(value);
    if (violations !== undefined) {
      const message = `Module "${this.#options.name}" broke its manifest: ${violations[0].message}`;
      this.#refuse(id, 'PHLOW_OUTPUT_INVALID', message, { violations });
      return;
    }
    this.#forget(id);
    if (isTransfer(value)) this.#options.outbox.move(tagOf(id, UP.reply), value.value, value.buffers);
    else this.#options.outbox.push(tagOf(id, UP.reply), value);
  }

  #fault(id: number, error: unknown): void {
    if (error instanceof RefusedPackage) {
      const { code, message, details } = error.refusal;
      this.#refuse(id, code, message, details);
      return;
    }
    this.#forget(id);
    this.#options.outbox.push(tagOf(id, UP.fault), toFault(error));
  }

  #refuse(id: number, code: Refusal['code'], message: string, details: Refusal['details']): void {
    this.#forget(id);
    this.#options.outbox.push(tagOf(id, UP.refusal), { code, message, details } satisfies Refusal);
  }

  #cancel(id: number, reason: string): void {
    const error = new PhlowError('PHLOW_CALL_CANCELLED', reason);
    const waiting = this.#queue.findIndex(({ pkg }) => pkg.id === id);
    if (waiting !== -1) {
      this.#queue.splice(waiting, 1);
      this.#fault(id, error);
      return;
    }
    this.#running.get(id)?.cancel(error);
    this.#writers.get(id)?.close();
    this.#readers.get(id)?.fail(error);
  }

  async #advance(id: number, ms: number): Promise<void> {
    const clock = this.#started?.setting.clock;
    if (clock instanceof ManualClock) await clock.advance(ms, () => this.requests.runs.endedAtOnce());
    this.#options.outbox.push(tagOf(id, UP.reply), undefined);
  }
}
