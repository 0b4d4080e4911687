import { PhlowError } from '../src/errors.js';
import type { Validator } from '../src/manifest/validator.js';
import type { Package } from '../src/sdk/context.js';
import { toFault, type Fault } from '../src/wire/fault.js';
import type { Outbox } from '../src/wire/outbox.js';
import { Pending } from '../src/wire/pending.js';
import { DOWN, UP, type Batch, type CallRecord, type Refusal } from '../src/wire/protocol.js';
import { idOf, opOf, tagOf } from '../src/wire/tag.js';
import type { Value } from '../src/values.js';
import { CallContext, type ModuleSetting } from './call-context.js';
import { ManualClock } from './clock.js';
import type { Definition } from './load.js';

export interface ServeOptions {
  readonly definition: Definition;
  readonly state: unknown;
  readonly setting: ModuleSetting;
  readonly outbox: Outbox;
  readonly checkInput: Validator | undefined;
  readonly checkOutput: Validator | undefined;
  /** Most packages handled at once; 0 means no limit. */
  readonly concurrency: number;
}

/** The thread's side of the data plane: hands packages to the handler and posts what comes of them. */
export class Server {
  readonly #options: ServeOptions;
  readonly #running = new Map<number, CallContext>();
  readonly #queue: Package<unknown>[] = [];
  readonly #events = new Pending<Value>();
  #handled = 0;

  constructor(options: ServeOptions) {
    this.#options = options;
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

  /** Takes a batch from the host. */
  receive(batch: Batch): void {
    for (let i = 0; i < batch.length; i += 2) {
      const tag = batch[i] as number;
      const id = idOf(tag);
      const value = batch[i + 1];
      switch (opOf(tag)) {
        case DOWN.call:
          this.#take({ id, input: value, payload: undefined });
          break;
        case DOWN.callWith: {
          const record = value as CallRecord;
          this.#take({ id, input: record.input, payload: record.payload as Value });
          break;
        }
        case DOWN.cancel:
          this.#cancel(id, String(value));
          break;
        case DOWN.eventReply:
          this.#events.take(id)?.resolve(value as Value);
          break;
        case DOWN.eventFault:
          this.#events.take(id)?.reject(errorFrom(value as Fault));
          break;
        case DOWN.advance:
          void this.#advance(id, value as number);
          break;
      }
    }
  }

  /** Starts a run of the flow for a main module; resolves with its result. */
  dispatch(main: Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#options.outbox.push(tagOf(this.#events.add(resolve, reject), UP.event), main);
    });
  }

  #take(pkg: Package<unknown>): void {
    const { concurrency } = this.#options;
    if (concurrency > 0 && this.#running.size >= concurrency) this.#queue.push(pkg);
    else this.#handle(pkg);
  }

  #handle(pkg: Package<unknown>): void {
    const { checkInput, definition, setting, state } = this.#options;
    const context = new CallContext(setting);
    try {
      if (definition.handler === undefined) {
        this.#refuse(
          pkg.id,
          'PHLOW_NOT_CALLABLE',
          `Module "${setting.name}" answers no packages: it is a main module`,
          {},
        );
        return;
      }
      let result: unknown;
      const violations = checkInput?.(pkg.input);
      if (violations === undefined) {
        result = definition.handler(pkg, context, state);
      } else if (definition.invalid !== undefined) {
        result = definition.invalid(violations, pkg, context);
      } else {
        const message = `Cannot call module "${setting.name}": ${violations[0].message}`;
        this.#refuse(pkg.id, 'PHLOW_INPUT_INVALID', message, { violations });
        return;
      }
      if (isThenable(result)) this.#await(pkg.id, context, result);
      else this.#reply(pkg.id, result);
    } catch (error) {
      this.#fault(pkg.id, error);
    }
  }

  #await(id: number, context: CallContext, result: PromiseLike<unknown>): void {
    this.#running.set(id, context);
    result.then(
      (value) => {
        this.#running.delete(id);
        this.#reply(id, value);
        this.#next();
      },
      (error: unknown) => {
        this.#running.delete(id);
        this.#fault(id, error);
        this.#next();
      },
    );
  }

  #next(): void {
    const { concurrency } = this.#options;
    while (this.#queue.length > 0 && this.#running.size < concurrency) {
      const pkg = this.#queue.shift();
      if (pkg !== undefined) this.#handle(pkg);
    }
  }

  #reply(id: number, value: unknown): void {
    const violations = this.#options.checkOutput?.(value);
    if (violations !== undefined) {
      const message = `Module "${this.#options.setting.name}" broke its manifest: ${violations[0].message}`;
      this.#refuse(id, 'PHLOW_OUTPUT_INVALID', message, { violations });
      return;
    }
    this.#handled++;
    this.#options.outbox.push(tagOf(id, UP.reply), value);
  }

  #fault(id: number, error: unknown): void {
    this.#handled++;
    this.#options.outbox.push(tagOf(id, UP.fault), toFault(error));
  }

  #refuse(id: number, code: Refusal['code'], message: string, details: Refusal['details']): void {
    this.#handled++;
    this.#options.outbox.push(tagOf(id, UP.refusal), { code, message, details } satisfies Refusal);
  }

  #cancel(id: number, reason: string): void {
    const error = new PhlowError('PHLOW_CALL_CANCELLED', reason);
    const waiting = this.#queue.findIndex((pkg) => pkg.id === id);
    if (waiting !== -1) {
      this.#queue.splice(waiting, 1);
      this.#fault(id, error);
      return;
    }
    this.#running.get(id)?.cancel(error);
  }

  async #advance(id: number, ms: number): Promise<void> {
    const { clock } = this.#options.setting;
    if (clock instanceof ManualClock) await clock.advance(ms);
    this.#options.outbox.push(tagOf(id, UP.reply), undefined);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

function errorFrom(fault: Fault): Error {
  return Object.assign(new Error(fault.message), { code: fault.code, details: fault.data });
}
