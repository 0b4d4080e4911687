import type { LogLevel } from '../wire/log-record.js';
import type { Value } from '../values.js';

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

/** The call of an inline module; what the handler throws rejects it. */
export async function callInline(
  handler: InlineHandler,
  pkg: InlinePackage,
  context: InlineContext,
): Promise<Value> {
  // What comes back is the application's own data, as trusted as the application.
  return (await handler(pkg, context)) as Value;
}
