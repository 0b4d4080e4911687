import { PhlowError } from '../../src/errors.js';
import type { DispatchOptions } from '../../src/sdk/context.js';
import type { Value } from '../../src/values.js';
import { toFault, type Fault } from '../../src/wire/fault.js';
import { Pending } from '../../src/wire/pending.js';
import { DOWN, UP, type EventRecord, idOf, isEvent, opOf, tagOf } from '../../src/wire/protocol.js';
import type { ModuleOutbox } from './module-outbox.js';

/** Most uses of the host's capabilities that one module may have under way. */
const MAX_ASKED = 64;

/** What a module has asked the host to do and waits for: runs of its flow, and uses of its capabilities. */
export class HostRequests {
  readonly #outbox: ModuleOutbox;
  readonly #events = new Pending<Value>();
  readonly #capabilities = new Pending<Value>();
  #onNoDispatch: (() => void) | undefined;

  constructor(outbox: ModuleOutbox) {
    this.#outbox = outbox;
    outbox.onUnsentRequest = (tag, error) => {
      const asked = isEvent(opOf(tag)) ? this.#events : this.#capabilities;
      const isTooLarge = error instanceof PhlowError && error.code === 'PHLOW_REPLY_TOO_LARGE';
      const message = `Cannot ask the host: ${toFault(error).message}${isTooLarge ? '' : '; pass plain data'}`;
      const code = isTooLarge ? 'PHLOW_INPUT_TOO_LARGE' : 'PHLOW_INPUT_UNCLONABLE';
      asked.take(idOf(tag))?.reject(new PhlowError(code, message));
    };
  }

  /** Starts a run of the flow for a main module; resolves with its result. */
  dispatch(main: Value, options?: DispatchOptions): Promise<Value> {
    return new Promise((resolve, reject) => {
      const id = this.#events.add(resolve, reject);
      if (options === undefined) this.#outbox.push(tagOf(id, UP.event), main);
      else this.#outbox.push(tagOf(id, UP.eventWith), { main, ...options } satisfies EventRecord);
    });
  }

  /** Resolves when no run that was dispatched is waited for: the host settles each of them before it stops the module. */
  dispatchesSettled(): Promise<void> {
    if (this.#events.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onNoDispatch = resolve;
    });
  }

  /** Asks the host to do something in the module's place, because of the package `about`; it does so if the module was granted it. */
  request(name: string, args: readonly unknown[], about?: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#capabilities.size >= MAX_ASKED) {
        const message = `Cannot use ${name}: ${MAX_ASKED} uses are under way; await some of them first`;
        reject(new PhlowError('PHLOW_MODULE_BUSY', message));
        return;
      }
      const id = this.#capabilities.add(resolve, reject);
      if (about === undefined) this.#outbox.push(tagOf(id, UP.capability), [name, ...args]);
      else this.#outbox.push(tagOf(id, UP.capabilityFor), [about, name, ...args]);
    });
  }

  /** The host has answered. */
  settle(id: number, op: number, value: unknown): void {
    const asked =
      op === DOWN.capabilityReply || op === DOWN.capabilityFault ? this.#capabilities : this.#events;
    const waiting = asked.take(id);
    if (op === DOWN.capabilityFault || op === DOWN.eventFault) waiting?.reject(errorFrom(value as Fault));
    else waiting?.resolve(value as Value);
    if (this.#events.size === 0) this.#onNoDispatch?.();
  }
}

/** The error that a fault of the host's describes. */
export function errorFrom(fault: Fault): Error {
  return Object.assign(new Error(fault.message), { code: fault.code, details: fault.data });
}
