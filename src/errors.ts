import type { SourceLocation } from './code-frame.js';
import { inspectError, sentenceOf, stackWithPlace } from './inspect-error.js';
import { isPlainText, visibleLine, visibleText } from './visible-text.js';

/** Every way phlow can fail. Codes are stable: callers switch on `error.code`, never on the message. */
export type PhlowErrorCode =
  // asking the host
  | 'PHLOW_BUNDLED'
  | 'PHLOW_HOST_CLOSED'
  | 'PHLOW_OPTION_INVALID'
  | 'PHLOW_MODULE_NOT_FOUND'
  | 'PHLOW_MODULE_NAME_TAKEN'
  | 'PHLOW_NAME_UNKNOWN'
  | 'PHLOW_DEPENDENCY_CYCLE'
  // manifests and settings
  | 'PHLOW_MANIFEST_INVALID'
  | 'PHLOW_MANIFEST_UNREADABLE'
  | 'PHLOW_MANIFEST_UNWRITABLE'
  | 'PHLOW_WITH_INVALID'
  | 'PHLOW_ENGINE_UNSUPPORTED'
  // loading a module
  | 'PHLOW_ENTRY_MISSING'
  | 'PHLOW_ENTRY_INVALID'
  | 'PHLOW_LOAD_FAILED'
  | 'PHLOW_LOAD_TIMED_OUT'
  | 'PHLOW_LOAD_CANCELLED'
  | 'PHLOW_GRANT_MISSING'
  | 'PHLOW_LEVEL_UNAVAILABLE'
  | 'PHLOW_LOCK_MISMATCH'
  | 'PHLOW_LOCK_UNWRITABLE'
  // packing and installing modules
  | 'PHLOW_PACKAGE_INVALID'
  | 'PHLOW_TARBALL_UNREADABLE'
  | 'PHLOW_TARBALL_TOO_LARGE'
  | 'PHLOW_TARBALL_ENTRY'
  | 'PHLOW_TARBALL_NAME'
  | 'PHLOW_TARBALL_CLASH'
  | 'PHLOW_TARBALL_AMBIGUOUS'
  | 'PHLOW_INTEGRITY_MISMATCH'
  | 'PHLOW_PERMISSIONS_WIDENED'
  | 'PHLOW_INSTALL_CONFLICT'
  | 'PHLOW_INSTALL_FAILED'
  | 'PHLOW_NPM_MISSING'
  | 'PHLOW_NPM_FAILED'
  // calling a module
  | 'PHLOW_INPUT_INVALID'
  | 'PHLOW_INPUT_UNCLONABLE'
  | 'PHLOW_INPUT_TOO_LARGE'
  | 'PHLOW_OUTPUT_INVALID'
  | 'PHLOW_REPLY_UNCLONABLE'
  | 'PHLOW_REPLY_TOO_LARGE'
  | 'PHLOW_MODULE_ERROR'
  | 'PHLOW_MODULE_BUSY'
  | 'PHLOW_MODULE_DOWN'
  | 'PHLOW_MODULE_CRASHED'
  | 'PHLOW_MODULE_HUNG'
  | 'PHLOW_PACKAGE_QUARANTINED'
  | 'PHLOW_NOT_CALLABLE'
  | 'PHLOW_CALL_TIMED_OUT'
  | 'PHLOW_CALL_CANCELLED'
  | 'PHLOW_STREAM_UNSUPPORTED'
  | 'PHLOW_EVENT_INVALID'
  | 'PHLOW_PERMISSION_DENIED'
  | 'PHLOW_CAPABILITY_FAILED'
  | 'PHLOW_LISTEN_FAILED'
  | 'PHLOW_STORE_DOWN'
  | 'PHLOW_STORE_FAILED'
  | 'PHLOW_TRANSACTION_ENDED'
  | 'PHLOW_STREAM_BROKEN'
  | 'PHLOW_WIRE_VIOLATION'
  // modules of other hosts
  | 'PHLOW_NATS_FAILED'
  | 'PHLOW_PEER_MISSING'
  | 'PHLOW_REMOTE_LOST'
  // phs
  | 'PHLOW_PHS_SYNTAX'
  | 'PHLOW_PHS_RUNTIME'
  | 'PHLOW_PHS_LIMIT'
  // flows
  | 'PHLOW_FLOW_UNREADABLE'
  | 'PHLOW_FLOW_SYNTAX'
  | 'PHLOW_FLOW_INVALID'
  | 'PHLOW_FLOW_INCLUDE'
  | 'PHLOW_FLOW_TOO_LARGE'
  | 'PHLOW_FLOW_STEP_FAILED'
  | 'PHLOW_FLOW_CANCELLED'
  | 'PHLOW_FLOW_TIMED_OUT'
  | 'PHLOW_CALL_UNEXPECTED'
  // durable runs
  | 'PHLOW_RUN_UNKNOWN'
  | 'PHLOW_RUN_EXISTS'
  | 'PHLOW_RUN_BUSY'
  | 'PHLOW_RUN_CHANGED'
  | 'PHLOW_RUN_UNCERTAIN'
  | 'PHLOW_JOURNAL_INVALID'
  | 'PHLOW_JOURNAL_UNREADABLE'
  | 'PHLOW_JOURNAL_UNWRITABLE'
  | 'PHLOW_JOURNAL_VALUE'
  // building modules
  | 'PHLOW_BUILD_FAILED'
  // command line
  | 'PHLOW_USAGE'
  | 'PHLOW_INTERNAL';

/** What may accompany an error beyond its sentence. */
export interface PhlowErrorOptions {
  /** The error that led here. */
  readonly cause?: unknown;
  /** Where in a file the problem stands; rendered below the message. */
  readonly place?: SourceLocation | undefined;
  /** Facts for programs: plain data only, so that the error can cross a port. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The `at ...` lines of where the error comes from, when that is not here. */
  readonly frames?: string | undefined;
}

/** Where a process keeps them, one list for all copies of the library. */
const ERRORS = Symbol.for('phlow.errors');

/** Every PhlowError there is. A mark on the errors could be forged, and to look for one asks what was thrown, which may be a proxy of a module's. */
const errors = sharedErrors();

/**
 * The one error class of phlow. `code` is the contract; `message` is one sentence: what was attempted, colon, what was
 * found. An error about a file carries `place` (path, line, column, code frame).
 */
export class PhlowError extends Error {
  readonly code: PhlowErrorCode;
  readonly #place: SourceLocation | undefined;
  readonly #details: Readonly<Record<string, unknown>>;

  constructor(code: PhlowErrorCode, message: string, options: PhlowErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    errors.add(this);
    this.name = 'PhlowError';
    this.code = code;
    this.#place = options.place;
    this.#details = options.details ?? {};
    // Programs read the message as it is. The stack is what Node prints of an error that nobody caught.
    const { frames } = options;
    if (frames !== undefined) this.stack = visibleText(`${this.name}: ${message}\n${frames}`);
    else if (this.#place !== undefined) this.stack = stackWithPlace(this, this.#place);
    else if (!isPlainText(message) && this.stack !== undefined) this.stack = visibleText(this.stack);
  }

  // No properties of its own: of an error that nobody caught Node prints each of them whole, which took hundreds of lines.

  /** Where in a file the problem stands. */
  get place(): SourceLocation | undefined {
    return this.#place;
  }

  /** Facts for programs. */
  get details(): Readonly<Record<string, unknown>> {
    return this.#details;
  }

  /** As JSON, for logs. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { name, code, message, place, details } = this;
    return { name, code, message, place, details };
  }

  /** How Node shows it where nobody caught it: a few lines, whatever `details` holds. */
  [Symbol.for('nodejs.util.inspect.custom')](depth: number): string {
    return depth < 0 ? `[${this.name} ${this.code}: ${visibleLine(this.message)}]` : inspectError(this);
  }
}

/** True for any PhlowError, also one of another copy of the library; an error of somebody else's with a code like ours is none. */
export function isPhlowError(error: unknown): error is PhlowError {
  return typeof error === 'object' && error !== null && errors.has(error);
}

/** A guest has no process: the list of its copy is its own. */
function sharedErrors(): WeakSet<object> {
  if (typeof process === 'undefined') return new WeakSet();
  const holder = process as { [ERRORS]?: WeakSet<object> };
  if (holder[ERRORS] === undefined) Object.defineProperty(holder, ERRORS, { value: new WeakSet<object>() });
  return holder[ERRORS] ?? new WeakSet();
}

/** The code of an error of Node.js or of the system, such as `ENOENT`; empty where something else was thrown. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** The sentence of anything that was thrown. */
export function messageOf(error: unknown): string {
  return sentenceOf(error);
}
