import type { JsonSchema } from '../manifest/dialect.js';
import type { OtherModule } from '../sdk/capabilities.js';
import type { Log } from '../sdk/context.js';
import type { StandardSchema } from '../sdk/standard-schema.js';
import type { Value } from '../values.js';
import type { CallOptions, LoadOptions, Module } from './module-types.js';

/** Who has called a function of the application. The host knows this, no caller can claim it. */
export interface Caller {
  readonly kind: 'application' | 'module' | 'flow';
  /** The instance's name of a module, or the name under which a flow logs; undefined for the application itself. */
  readonly name: string | undefined;
}

/** What a function of the application gets besides its input. */
export interface FunctionContext {
  /** The name under which it was provided. */
  readonly name: string;
  readonly caller: Caller;
  /** Aborts when the caller gives up, the deadline passes or the host is closed. */
  readonly signal: AbortSignal;
  /**
   * When the caller gives up, in milliseconds since 1970 as `Date.now()` counts them; undefined where it waits for as long as it takes. The time in which the
   * function waits for another module by `module(...)` does not count.
   */
  readonly deadline: number | undefined;
  /** The W3C trace context of the call, when the host was opened with a tracer or the caller gave one. */
  readonly traceparent: string | undefined;
  /** Writes lines to the log of the host, under the name of the function. */
  readonly log: Log;
  /** Another module of the host, called because of this package: what is left of its deadline, its trace context and the way that it has come go along. */
  module(name: string): OtherModule;
}

/**
 * A function of the application that is called as a module. It runs in the host's thread with all that the application may do: what it is passed comes from
 * other modules, and it has to look at it. Input and reply are copies. What it throws becomes a fault at the caller, as with a module; an async generator
 * replies with a stream.
 */
export type ApplicationFunction<Input = Value, Output = unknown> = (
  input: Input,
  context: FunctionContext,
) => Output | Promise<Output>;

/** How a function is provided. `Given` is what callers send, `Reply` what they get, where validators change either. */
export interface FunctionOptions<Input = Value, Output = unknown, Given = Input, Reply = Output> extends Pick<
  LoadOptions,
  'callTimeoutMs' | 'drainTimeoutMs' | 'maxInFlight' | 'maxWaiting' | 'whenFull'
> {
  readonly description?: string;
  /** A schema as a manifest has it, with its defaults filled in, or a validator of zod, valibot, arktype or another library that keeps to Standard Schema. */
  readonly input?: JsonSchema | StandardSchema<Given, Input>;
  /** The same for what it returns. Replies are checked whenever there is one. */
  readonly output?: JsonSchema | StandardSchema<Output, Reply>;
  /** The order of its parameters when expressions of a flow call it as a function; default: the properties of a JSON Schema. */
  readonly parameters?: readonly string[];
  /** Calls that are handled at once; others wait in the order of their arrival. Default: no limit. */
  readonly concurrency?: number;
}

/** The options of any function, whatever it takes and gives. */
export type AnyFunctionOptions = FunctionOptions<unknown, unknown, unknown, unknown>;

// A method, since its parameter may then be narrower than `unknown`: a function says itself what it expects.
export interface AnyFunction {
  handler(this: void, input: unknown, context: FunctionContext): unknown;
}

/** The functions that a host is opened with, by name. */
export type ApplicationFunctions = Readonly<
  Record<string, AnyFunction['handler'] | (AnyFunction & AnyFunctionOptions)>
>;

/** The handle of a function: that of a module, with its own types. */
export interface ProvidedFunction<Given = Value, Reply = Value> extends Omit<Module, 'call' | 'stream'> {
  /** Calls the function as a module does; rejects as `module.call`. */
  call(
    ...args: undefined extends Given
      ? [input?: Given, options?: CallOptions]
      : [input: Given, options?: CallOptions]
  ): Promise<Reply>;
  /** Reads what an async generator yields. */
  stream(...args: Parameters<Module['stream']>): AsyncIterableIterator<Value, undefined>;
}
