import type { SourceLocation } from '../../code-frame.js';
import { isPhlowError, messageOf, PhlowError, type PhlowErrorCode } from '../../errors.js';
import { frameOf } from '../../flow/source/source-file.js';
import { REDACTED } from '../../redaction.js';
import { isMap, type Value } from '../../values.js';
import { cutText } from '../../wire/bounded-value.js';
import { boundedData, MAX_MESSAGE_LENGTH } from '../../wire/fault.js';

/** An error on its way between a flow and the host; plain data. */
export interface ErrorData {
  /** Set for an error that came from the host: its number in the run. */
  readonly ref?: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly place?: SourceLocation | undefined;
  readonly details: Value;
  readonly cause?: ErrorData | undefined;
}

const MAX_CAUSES = 8;
const MAX_CARETS = 160;

/**
 * An error as plain data.
 *
 * @param refOf the number of an error that came from the other side
 */
export function errorData(
  error: unknown,
  refOf: (error: unknown) => number | undefined,
  depth = 0,
): ErrorData {
  const ref = refOf(error);
  const message = cutText(messageOf(error), MAX_MESSAGE_LENGTH);
  const code = isPhlowError(error) ? error.code : 'PHLOW_MODULE_ERROR';
  const details = isPhlowError(error) ? (plainData(error.details) as Value) : {};
  if (ref !== undefined) return { ref, code, message, details };
  const cause = error instanceof Error ? error.cause : undefined;
  return {
    code,
    message,
    details,
    ...(isPhlowError(error) && error.place !== undefined ? { place: plainPlace(error.place) } : {}),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorData(cause, refOf, depth + 1) }),
  };
}

/** What the reading side knows that the writing side cannot make up. */
export interface ErrorReader {
  /** The error of the host's own with this number. */
  readonly known: (ref: number) => unknown;
  /** The text of a file of the flow. */
  readonly textOf: (file: string) => string | undefined;
}

/** The error that some data describes, whatever the data is: it may come from a package. A place counts when it is in a file of the flow. */
export function errorFrom(data: unknown, reader: ErrorReader, depth = 0): unknown {
  const it = isMap(data) ? data : {};
  const known = typeof it['ref'] === 'number' ? reader.known(it['ref']) : undefined;
  if (known !== undefined) return known;
  const message =
    typeof it['message'] === 'string' ? cutText(it['message'], MAX_MESSAGE_LENGTH) : 'unknown error';
  const cause =
    it['cause'] === undefined || depth >= MAX_CAUSES ? undefined : errorFrom(it['cause'], reader, depth + 1);
  const details = boundedData(it['details']);
  return new PhlowError(codeOf(it['code']), message, {
    cause,
    place: placeFrom(it['place'], reader),
    details: isMap(details) ? details : {},
  });
}

/** A place in a file of the flow, with a frame of the host's own making; it hides what the flow has hidden in its own. */
export function placeFrom(
  data: unknown,
  { textOf }: Pick<ErrorReader, 'textOf'>,
): SourceLocation | undefined {
  if (!isMap(data)) return undefined;
  const { file, line, column, frame } = data;
  const text = typeof file === 'string' ? textOf(file) : undefined;
  if (typeof file !== 'string' || text === undefined || !isCount(line) || !isCount(column)) return undefined;
  const carets = typeof frame === 'string' ? (/\^+/.exec(frame)?.[0].length ?? 1) : 1;
  const isSecret = typeof frame === 'string' && frame.includes(REDACTED);
  const drawn = frameOf(text, line, column, Math.min(carets, MAX_CARETS), isSecret);
  return { file, line, column, frame: drawn };
}

/** More than a flow can have calls under way at a time: those that fail together are all known when they end the run. */
const MAX_KNOWN_ERRORS = 64;

/**
 * Errors of the host that were passed to the flow, by their numbers. A flow that goes on after errors can have any number of them, so only
 * the latest are kept; of an older one the code, message and details remain.
 */
export class RecentErrors {
  readonly #kept = new Map<number, unknown>();
  #count = 0;

  /** Keeps an error and returns its number. */
  add(error: unknown): number {
    const ref = this.#count++;
    this.#kept.set(ref, error);
    this.#kept.delete(ref - MAX_KNOWN_ERRORS);
    return ref;
  }

  get(ref: number): unknown {
    return this.#kept.get(ref);
  }
}

function codeOf(code: unknown): PhlowErrorCode {
  const isCode = typeof code === 'string' && /^PHLOW_[A-Z_]{1,40}$/.test(code);
  return isCode ? (code as PhlowErrorCode) : 'PHLOW_MODULE_ERROR';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function plainPlace({ file, line, column, frame }: SourceLocation): SourceLocation {
  return { file, line, column, frame };
}

/** Details may hold anything that crosses no wire, such as an error of an error: what JSON makes of them crosses. */
function plainData(details: Readonly<Record<string, unknown>>): unknown {
  try {
    return boundedData(JSON.parse(JSON.stringify(details)));
  } catch {
    return {};
  }
}
