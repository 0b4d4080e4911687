import { messageOf, PhlowError, type PhlowErrorCode } from '../errors.js';
import { refusalText } from './refusal-text.js';

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

/** So many causes of an error cross with it. */
export const DEEPEST_CAUSE = 8;

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
        message: String(error),
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
    return {
      name: textOr(it.name, 'Error'),
      message: withoutFolder(refusalText(error) ?? messageOf(error)),
      code: typeof it.code === 'string' ? it.code : undefined,
      stack: typeof it.stack === 'string' ? withoutFolder(it.stack) : undefined,
      data: plainOrNothing(it.details ?? it.data),
      cause: it.cause === undefined || depth >= DEEPEST_CAUSE ? undefined : toFault(it.cause, depth + 1),
    };
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
  const error = new PhlowError(code, message, {
    cause: fault.cause === undefined ? undefined : causeOf(fault.cause),
    details: { ...more, name: fault.name, code: fault.code, data: fault.data },
  });
  if (fault.stack !== undefined) error.stack = `${error.name}: ${message}\n${framesOf(fault.stack)}`;
  return error;
}

function causeOf(fault: Fault): Error {
  const error = new Error(
    fault.message,
    fault.cause === undefined ? undefined : { cause: causeOf(fault.cause) },
  );
  error.name = fault.name;
  if (fault.stack !== undefined) error.stack = fault.stack;
  return Object.assign(error, { code: fault.code });
}

/** The `at ...` lines of a stack, without the message above them. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
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
