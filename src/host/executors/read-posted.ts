import { PhlowError } from '../../errors.js';
import { isMap } from '../../values.js';
import { cutText } from '../../wire/bounded-value.js';
import {
  boundedData,
  boundedFault,
  MAX_CAUSE_DEPTH,
  fromFault,
  MAX_MESSAGE_LENGTH,
  toFault,
  type Fault,
} from '../../wire/fault.js';
import { REFUSAL_CODES, type Ready } from '../../wire/protocol.js';
import type { ExecutorExit } from './executor.js';
import { placeInStack } from './stack-frame.js';

/** Reads what a module posted as a fault: whatever it is, it becomes a complete record, with as many causes as ours have. */
export function readFault(posted: unknown, depth = 0): Fault {
  const it: Record<string, unknown> = isMap(posted) ? posted : {};
  const text = (key: string): string | undefined => (typeof it[key] === 'string' ? it[key] : undefined);
  return boundedFault({
    name: text('name') ?? 'Error',
    message: text('message') ?? 'the module gave no reason',
    code: text('code'),
    stack: text('stack'),
    data: it['data'],
    cause: isMap(it['cause']) && depth < MAX_CAUSE_DEPTH ? readFault(it['cause'], depth + 1) : undefined,
  });
}

/** Reads what a module says of itself: whatever it is, it becomes a complete record. */
export function readReady(posted: unknown): Ready {
  const it: Record<string, unknown> = isMap(posted) ? posted : {};
  const { osThreadId } = it;
  return {
    isCallable: it['isCallable'] === true,
    isMain: it['isMain'] === true,
    drains: it['drains'] === true,
    answersInvalid: it['answersInvalid'] === true,
    osThreadId: Number.isSafeInteger(osThreadId) ? (osThreadId as number) : undefined,
  };
}

/** The error for a package whose handler threw. `details` holds the name, code and data of what was thrown, `cause` its causes. */
export function moduleError(module: string, posted: unknown): PhlowError {
  const fault = readFault(posted);
  return fromFault(fault, 'PHLOW_MODULE_ERROR', `Module "${module}" failed: ${saidBy(fault)}`);
}

/** The message of an error, after its class: many a message says little without it. `Error` adds nothing, and errors of phlow are whole sentences. */
function saidBy({ name, message, code }: Fault): string {
  return name === 'Error' || name === '' || code?.startsWith('PHLOW_') === true
    ? message
    : `${name}: ${message}`;
}

/** What the thread itself may find wrong before the module's code runs, and what a module may find wrong when it starts. */
const LOAD_CODES = [
  'PHLOW_ENTRY_INVALID',
  'PHLOW_LEVEL_UNAVAILABLE',
  'PHLOW_WITH_INVALID',
  'PHLOW_LISTEN_FAILED',
] as const;

/** The error for a module whose code could not be loaded or whose `start` threw. `details.at` is where, as far as its stack shows. */
export function loadError(module: string, posted: unknown): PhlowError {
  const fault = readFault(posted);
  const code = LOAD_CODES.find((known) => known === fault.code) ?? 'PHLOW_LOAD_FAILED';
  const at = placeInStack(fault.stack);
  return fromFault(fault, code, `Cannot load module "${module}": ${saidBy(fault)}`, { at });
}

/** The error for a package that the thread refused in the module's place. */
export function refusalError(module: string, posted: unknown): PhlowError {
  const refusal: Record<string, unknown> = isMap(posted) ? posted : {};
  const code = REFUSAL_CODES.find((known) => known === refusal['code']);
  if (code === undefined) return moduleError(module, undefined);
  const stated = boundedData(refusal['details']);
  const details = isMap(stated) ? stated : {};
  const { message: said } = refusal;
  const message =
    typeof said === 'string' ? cutText(said, MAX_MESSAGE_LENGTH) : `Module "${module}" refused a package`;
  return new PhlowError(code, message, { details: { module, ...details } });
}

/** How a sentence about a module begins. */
const NAMED = /^Module "[^"]*" /;

/** How a sentence begins that says how a module broke the protocol. */
const BROKEN = /^(?:Module "[^"]*" broke the protocol|Cannot read a message of the module): /;

/** One phrase that says how a container ended. */
export function causeOf(exit: ExecutorExit): string {
  switch (exit.reason) {
    case 'uncaught':
      return `uncaught ${toFault(exit.error).name}: ${toFault(exit.error).message}`;
    case 'out_of_memory':
      return `it ran out of memory: ${exit.memoryLimit ?? 'it reached the limit of its heap'}`;
    case 'violation':
      return `it broke the protocol: ${toFault(exit.error).message.replace(BROKEN, '')}`;
    case 'terminated':
      // What comes before the cause names the module already.
      return exit.error === undefined ? 'it was stopped' : toFault(exit.error).message.replace(NAMED, 'it ');
    case 'exited':
      // Node's own code for an entry whose top-level await can never settle.
      return exit.exitCode === 13
        ? 'it exited with code 13: what its top level waits for never comes'
        : `it exited with code ${exit.exitCode ?? 'unknown'}`;
  }
}
