import { copyOf } from '../wire/copy.js';
import type { LogLevel } from '../wire/log-record.js';
import { isThenable, type Value } from '../values.js';

/** What the handler of an inline module gets besides the package. */
export interface InlineContext {
  /** The instance's name. */
  readonly name: string;
  /** The evaluated settings; null when the flow gives none. */
  readonly with: Value;
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal | undefined;
  readonly log: (level: LogLevel, message: string) => void;
}

/** One call of an inline module. */
export interface InlinePackage {
  readonly input: Value;
  readonly payload: Value;
}

/** A function of the embedding application that a flow uses as a module. It runs in the caller's thread, calls may overlap. */
export type InlineHandler = (pkg: InlinePackage, context: InlineContext) => unknown;

/** An inline module: its handler, and the order of its parameters when expressions call it as a function. */
export type InlineModule =
  InlineHandler | { readonly handler: InlineHandler; readonly parameters?: readonly string[] };

/** The modules of the embedding application, by instance name. */
export type InlineModules = Readonly<Record<string, InlineModule>>;

/**
 * The call of an inline module; what the handler throws rejects it. It gets and gives copies, like a module in a thread: a handler that changes
 * what it was handed, or later what it has answered, changes nothing in the run, in other runs or in the application.
 */
export async function callInline(
  handler: InlineHandler,
  pkg: InlinePackage,
  context: InlineContext,
): Promise<Value> {
  const own = {
    input: copyOf(pkg.input, 'PHLOW_INPUT_UNCLONABLE', 'input') as Value,
    payload: copyOf(pkg.payload, 'PHLOW_INPUT_UNCLONABLE', 'payload') as Value,
  };
  // What comes back is the application's own data, as trusted as the application.
  const copied = (reply: unknown): Value => copyOf(reply, 'PHLOW_REPLY_UNCLONABLE', 'reply') as Value;
  const answer = handler(own, context);
  // At once: in a later turn it may have been changed already.
  return isThenable(answer) ? answer.then(copied) : copied(answer);
}
