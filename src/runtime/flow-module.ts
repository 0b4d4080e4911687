import type { CalledModule } from '../flow/describe/describe-run.js';
import type { Caller } from '../flow/engine/environment.js';
import type { Value } from '../values.js';

/** One parameter of a module when expressions call it as a function. */
export interface FlowModuleParameter {
  readonly name: string;
  readonly deprecated?: boolean;
}

/** A module of a flow, whatever it is made of: a thread, a script, a function of the application. */
export interface FlowModule {
  readonly name: string;
  /** False for a main module without a handler. */
  readonly isCallable: boolean;
  readonly parameters: readonly FlowModuleParameter[];
  /** What it says of its inputs and replies; undefined where it says nothing. */
  readonly schemas?: CalledModule | undefined;
  /** Settles as soon as the signal aborts, at the latest, or when the `finally` of a script has ended. */
  call(input: Value, payload: Value, caller: Pick<Caller, 'signal' | 'id' | 'traceparent'>): Promise<Value>;
  /** The reply as it comes, item by item; fails as soon as the signal aborts. Absent where it only comes whole. */
  stream?(
    input: Value,
    payload: Value,
    caller: Pick<Caller, 'signal' | 'traceparent'>,
  ): AsyncIterator<Value, undefined>;
  /** Settles when the module's main has ended; undefined for modules that do not start runs. */
  readonly mainEnded: Promise<void> | undefined;
  /** Has a main module hand over what it has taken in, within the time, while runs still start. */
  drain?(timeoutMs: number): Promise<void>;
  /** Moves the clock of a module that sees no real time. */
  advance?(ms: number): Promise<void>;
  /** Of a module of the owner's own folders, unless it starts runs: where it is, and how its files as they are now take over. */
  readonly local?: { readonly folder: string; replace(): Promise<void> };
  close(): Promise<void>;
}
