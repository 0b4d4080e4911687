import { messageOf, PhlowError, type PhlowErrorCode } from '../errors.js';
import { visibleText } from '../visible-text.js';
import { cutText, isWithin, type ValueBounds } from './bounded-value.js';

/** What a module was refused by Node's permission model, and what gives it, by Node's names of capabilities. */
const WORDS: Readonly<Record<string, readonly [attempt: string, help: string]>> = {
  FileSystemRead: [
    'read',
    'its phlow.yaml must ask for that under permissions.fs.read and the owner grant it',
  ],
  FileSystemWrite: [
    'write',
    'its phlow.yaml must ask for that under permissions.fs.write and the owner grant it',
  ],
  Net: ['connect', 'its phlow.yaml must ask for that under permissions.net.connect and the owner grant it'],
  ChildProcess: ['start a program', 'that takes isolation: trusted'],
  WorkerThreads: ['start a thread', 'that takes isolation: trusted'],
  Addon: ['load a native add-on', 'that takes isolation: trusted'],
};

/**
 * A refusal of Node's permission model in words: Node itself says that access was restricted, and not to what, or how to start Node otherwise.
 * Undefined for every other error.
 */
export function refusalText(error: object): string | undefined {
  const { code, permission, resource } = error as Readonly<Record<string, unknown>>;
  if (code !== 'ERR_ACCESS_DENIED' || typeof permission !== 'string') return undefined;
  const [attempt, help] = (Object.hasOwn(WORDS, permission) ? WORDS[permission] : undefined) ?? [
    `use ${permission}`,
    'no permission gives that at level guarded',
  ];
  const target = typeof resource === 'string' && resource !== '' ? ` ${resource}` : '';
  return `Cannot ${attempt}${target}: Node refuses it at level guarded; ${help}`;
}

/**
 * An error as plain data. A port keeps only `name`, `message` and `stack` of an Error, so errors cross as this record and
 * are rebuilt on the other side.
 */
export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
  readonly data: unknown;
  readonly cause: Fault | undefined;
}

/** This many causes of an error cross with it. */
export const MAX_CAUSE_DEPTH = 8;

/** What of an error crosses: it is read, escaped and written by others than the one who made it. */
const MAX_NAME_LENGTH = 256;
export const MAX_MESSAGE_LENGTH = 8 * 1024;
const MAX_STACK_LENGTH = 16 * 1024;
const MAX_STACK_LINES = 64;
const MAX_DATA: ValueBounds = Object.freeze({ values: 10_000, characters: 256 * 1024 });

/** A fault no part of which is longer than what crosses; its causes are left as they are. */
export function boundedFault({ name, message, code, stack, data, cause }: Fault): Fault {
  return {
    name: cutText(name, MAX_NAME_LENGTH),
    message: cutText(message, MAX_MESSAGE_LENGTH),
    code: code === undefined ? undefined : cutText(code, MAX_NAME_LENGTH),
    stack: stack === undefined ? undefined : boundedStack(stack),
    data: boundedData(data),
    cause,
  };
}

/** The beginning of a stack: what somebody else has written is cut before anything is looked for in it. */
export function boundedStack(stack: string): string {
  const lines = stack.slice(0, MAX_STACK_LENGTH).split('\n', MAX_STACK_LINES);
  const kept = lines.join('\n');
  return kept.length === stack.length ? stack : kept;
}

/** Details that a fault or a refusal carries; a remark in their place when they are too many. */
export function boundedData(data: unknown): unknown {
  if (isWithin(data, MAX_DATA)) return data;
  const { values, characters } = MAX_DATA;
  return { cut: `details of more than ${values} values or ${characters} characters` };
}

let heldIn: string | undefined;

/** From now on errors name the files of a module by their own paths, not by those of the copy in `folder` that was loaded. */
export function nameFilesOf(folder: string): void {
  heldIn = folder;
}

/** A message or a stack that names files by their own paths. */
export function withoutFolder(text: string, folder: string | undefined = heldIn): string {
  return folder === undefined ? text : text.replaceAll(folder, '').replaceAll(encodeURI(folder), '');
}

/** Describes anything that was thrown. Never throws itself, whatever was thrown. */
export function toFault(error: unknown, depth = 0): Fault {
  try {
    if (typeof error !== 'object' || error === null) {
      return {
        name: 'Error',
        message: cutText(String(error), MAX_MESSAGE_LENGTH),
        code: undefined,
        stack: undefined,
        data: undefined,
        cause: undefined,
      };
    }
    const it = error as {
      name?: unknown;
      code?: unknown;
      stack?: unknown;
      details?: unknown;
      data?: unknown;
      cause?: unknown;
    };
    return boundedFault({
      name: textOr(it.name, 'Error'),
      message: withoutFolder(refusalText(error) ?? messageOf(error)),
      code: typeof it.code === 'string' ? it.code : undefined,
      stack: typeof it.stack === 'string' ? withoutFolder(it.stack) : undefined,
      data: plainOrNothing(it.details ?? it.data),
      cause: it.cause === undefined || depth >= MAX_CAUSE_DEPTH ? undefined : toFault(it.cause, depth + 1),
    });
  } catch {
    // A getter or a proxy of the module's own threw: what it threw is not worth another try.
    return {
      name: 'Error',
      message: 'The error cannot be described',
      code: undefined,
      stack: undefined,
      data: undefined,
      cause: undefined,
    };
  }
}

/** Rebuilds an error from a fault; `code` is the host's own classification, the fault's code stays in `details.code`, beside `more`. */
export function fromFault(
  fault: Fault,
  code: PhlowErrorCode,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): PhlowError {
  return new PhlowError(code, message, {
    cause: fault.cause === undefined ? undefined : causeOf(fault.cause),
    details: { ...more, name: fault.name, code: fault.code, data: fault.data },
    frames: fault.stack === undefined ? undefined : framesOf(fault.stack),
  });
}

function causeOf(fault: Fault): Error {
  const error = new Error(
    fault.message,
    fault.cause === undefined ? undefined : { cause: causeOf(fault.cause) },
  );
  error.name = fault.name;
  if (fault.stack !== undefined)
    error.stack = visibleText(`${fault.name}: ${fault.message}\n${framesOf(fault.stack)}`);
  return fault.code === undefined ? error : Object.assign(error, { code: fault.code });
}

/** Lines of a stack that say nothing of a module: those of Node and those of our own side of its thread. */
const NOT_THE_MODULES = /\(?node:internal|[/\\]workers[/\\]runtime[/\\]/;

/** The `at ...` lines of a stack that are the module's own, without the message above them; all of them where none is. */
function framesOf(stack: string): string {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = lines.filter((line) => !NOT_THE_MODULES.test(line));
  return (own.length === 0 ? lines : own).join('\n');
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function plainOrNothing(value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
