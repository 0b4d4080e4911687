import { PhlowError } from '../../src/errors.js';
import type { Value } from '../../src/values.js';
import { toFault, type Fault } from '../../src/wire/fault.js';
import { Pending } from '../../src/wire/pending.js';
import { DOWN, UP, idOf, isEvent, opOf, tagOf } from '../../src/wire/protocol.js';
import { DispatchedRuns } from './dispatched-runs.js';
import type { ModuleOutbox } from './module-outbox.js';

/** Most uses of the host's capabilities that one module may have under way. */
const MAX_ASKED = 64;

/** What a module has asked the host to do and waits for: runs of its flow, and uses of its capabilities. */
export class HostRequests {
  readonly #outbox: ModuleOutbox;
  /** Runs of the flow. */
  readonly runs: DispatchedRuns;
  readonly #capabilities = new Pending<Value>();

  constructor(outbox: ModuleOutbox) {
    this.#outbox = outbox;
    this.runs = new DispatchedRuns(outbox);
    outbox.onUnsentRequest = (tag, error) => {
      const isTooLarge = error instanceof PhlowError && error.code === 'PHLOW_REPLY_TOO_LARGE';
      const message = `Cannot ask the host: ${toFault(error).message}${isTooLarge ? '' : '; pass plain data'}`;
      const code = isTooLarge ? 'PHLOW_INPUT_TOO_LARGE' : 'PHLOW_INPUT_UNCLONABLE';
      const failure = new PhlowError(code, message);
      if (isEvent(opOf(tag))) this.runs.fail(idOf(tag), failure);
      else this.#capabilities.take(idOf(tag))?.reject(failure);
    };
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
  take(id: number, op: AnswerOp, value: unknown): void {
    switch (op) {
      case DOWN.runStream:
      case DOWN.runItem:
        this.runs.take(id, op, value as Value);
        break;
      case DOWN.eventReply:
        this.runs.end(id, value as Value);
        break;
      case DOWN.eventFault:
        this.runs.fail(id, errorFrom(value as Fault));
        break;
      case DOWN.capabilityReply:
        this.#capabilities.take(id)?.resolve(value as Value);
        break;
      case DOWN.capabilityFault:
        this.#capabilities.take(id)?.reject(errorFrom(value as Fault));
        break;
    }
  }
}

type AnswerOp = (typeof DOWN)[
  'runStream' | 'runItem' | 'eventReply' | 'eventFault' | 'capabilityReply' | 'capabilityFault'];

/** The error that a fault of the host's describes. */
export function errorFrom(fault: Fault): Error {
  return Object.assign(new Error(fault.message), { code: fault.code, details: fault.data });
}
