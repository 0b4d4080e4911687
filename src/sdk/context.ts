import type { Value, ValueMap } from '../values.js';
import type { Capabilities } from './capabilities.js';
import type { LogLevel } from '../wire/log-record.js';

/** One message to a module. */
export interface Package<Input = Value> {
  /** Counts up from 1 within one module instance. */
  readonly id: number;
  /** What the step or caller passed; undefined when there was none. Already checked against the manifest's `input`. */
  readonly input: Input;
  /** The flow's payload at the time of the call; undefined outside flows. */
  readonly payload: Value;
  /** The W3C trace context of the call, when the host was opened with a tracer or the caller gave one. */
  readonly traceparent?: string | undefined;
  /** The caller's input stream; undefined when it sent none. */
  readonly items?: AsyncIterable<Value> | undefined;
}

/** Writes structured lines that reach the host on a port of their own, even if the module hangs or dies right after. */
export interface Log {
  trace(message: string, fields?: ValueMap): void;
  debug(message: string, fields?: ValueMap): void;
  info(message: string, fields?: ValueMap): void;
  warn(message: string, fields?: ValueMap): void;
  error(message: string, fields?: ValueMap): void;
  /** True when a line of this level would be written: lets a module skip building an expensive message. */
  isEnabled(level: LogLevel): boolean;
}

/** Time as a module sees it; a test can drive it by hand (`load(..., { clock: 'manual' })`). */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. For lengths of time. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. Any length is fine. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds since 1970 UTC, as the machine's clock says. A manual clock starts at 1970-01-01T00:00:00Z. For dates. */
  date(): number;
  /**
   * Resolves once `date()` has reached this time, at once when it has. It follows a clock that is set and a machine that was suspended, within a
   * minute. Rejects with the signal's reason as soon as it aborts.
   */
  sleepUntil(date: number, signal?: AbortSignal): Promise<void>;
}

/** The data of a module's events, by their types. */
export type EventMap = Readonly<Record<string, unknown>>;

/** The data of an event: they may be left out where they may be undefined. */
export type EventArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data];

/** What a module may use while it starts and while it handles packages. */
export interface Context<With = ValueMap, Events = EventMap> extends Capabilities {
  /** The instance's name: two instances of one module have two names. */
  readonly name: string;
  /** The settings, checked against the manifest's `with` and with its defaults filled in. */
  readonly with: With;
  readonly log: Log;
  readonly clock: Clock;
  /** In a handler: aborts when the caller gives up or the deadline passes. In `start` and `main`: aborts when the module stops. */
  readonly signal: AbortSignal;
  /**
   * Reports to the application that something has happened: the listeners of `module.on(type)` get it before any reply that the module sends later. True when it
   * was sent; false when it was dropped, because 256 events before it have not been handled yet. The host counts what is dropped. The data are
   * plain (what JSON has words for) and few: 1 000 values, 16 384 characters. Throws PHLOW_EVENT_INVALID for other data, and for a type that the manifest does
   * not declare under `events`.
   */
  emit<const Type extends keyof Events & string>(type: Type, ...data: EventArguments<Events[Type]>): boolean;
}

/** What a main module has while it starts. */
export interface StartContext<With = ValueMap, Events = EventMap> extends Context<With, Events> {
  /** True: the flow names this module as its `main`, so `main` runs next. What a main module is reached by is opened then, and only then. */
  readonly isMain: boolean;
}

/** How a main module starts a run of the flow. */
export interface DispatchOptions {
  /** The id of the step to start at; default: the first step. */
  readonly step?: string | undefined;
  /** Milliseconds, the wait for a free place included; then the run is given up and `dispatch` rejects with PHLOW_FLOW_TIMED_OUT. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the run when it aborts: `dispatch` rejects with PHLOW_FLOW_CANCELLED once the flow's `finally` has ended. */
  readonly signal?: AbortSignal | undefined;
  /** The W3C trace context that the calls of the run belong to. */
  readonly traceparent?: string | undefined;
  /**
   * Takes a result that comes item by item, of a step with `stream: true`; without it such a result is one list. `dispatch` then settles when the stream has
   * ended: it rejects with what the stream fails with. `timeoutMs` ends when the stream begins.
   */
  readonly onStream?: ((stream: RunStream) => void) | undefined;
}

/** The result of a run that comes item by item. */
export interface RunStream {
  /** What the step returns besides: an object, or undefined. */
  readonly head: Value;
  /** Read no faster than its reader asks. To end it early, as `break` in `for await` does, cancels the package in the module that makes it. */
  readonly items: AsyncIterableIterator<Value, undefined>;
}

/** What is known of the runs that start at a step before any has run. Schemas are JSON Schemas; what only a run can tell is `{}`. */
export interface RunDescription {
  /** What `main` has to be for the modules that these runs call first, as far as it is handed to them as it is. */
  readonly main: ValueMap;
  /** What the runs may come to: a schema for each way in which they end. `stream: true` stands in the one of a result that comes item by item. */
  readonly results: readonly ValueMap[];
}

/** What a flow says of itself. */
export interface FlowDescription {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  /** In the order in which the steps were given. */
  readonly runs: readonly RunDescription[];
}

/** What a main module has besides: the way to start runs of the flow. */
export interface MainContext<With = ValueMap, Events = EventMap> extends Context<With, Events> {
  /** Starts one run with `main` set to the value; resolves with the flow's result, rejects with the error that ended it. */
  dispatch(main: Value, options?: DispatchOptions): Promise<Value>;
  /**
   * Describes the runs that start at these steps, by the flow's own text and the manifests of the modules that it calls. Null stands for the step at which
   * runs start without an id. Of more than 1 000 steps, the first 1 000 are described. Resolves with undefined where the module is the main of no flow file.
   */
  describe(steps: readonly (string | null)[]): Promise<FlowDescription | undefined>;
}

/** The function behind `context.emit`. */
export type Emit = Context['emit'];
