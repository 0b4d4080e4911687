import type { Manifest } from '../manifest/manifest.js';
import type { Value } from '../values.js';

/** What a call may carry besides its input. */
export interface CallOptions {
  /** The flow's payload, for modules that pass it on. */
  readonly payload?: Value;
  /** Gives the call up: the promise rejects at once with PHLOW_CALL_CANCELLED and the handler's own signal aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the reply; then the promise rejects with PHLOW_CALL_TIMED_OUT and the handler's signal aborts. */
  readonly timeoutMs?: number | undefined;
  /** Buffers inside the input that move to the module instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** How a module is loaded. */
export interface LoadOptions {
  /** The instance's name; default: the module's own name. Two instances are two threads with two states. */
  readonly name?: string;
  /** Settings, checked against the manifest's `with`. Absent or null means `{}`. */
  readonly with?: unknown;
  /** What a relative path starts from; default: the current directory. */
  readonly baseDir?: string;
  /** `manual`: time stands still for the module until `module.clock.advance(ms)`. For tests. */
  readonly clock?: 'real' | 'manual';
  /** True: the module's `main` runs, and each event it dispatches is handed to this function. */
  readonly dispatch?: (main: Value) => Promise<Value>;
  /** Milliseconds from start to "ready"; default: the manifest's `timeouts.load`, else 10 000. */
  readonly loadTimeoutMs?: number;
  /** Most packages in flight; the next one is refused with PHLOW_MODULE_BUSY. Default 1 000. */
  readonly maxInFlight?: number;
  /** True: replies are checked against the manifest's `output`. Default false. */
  readonly checkOutput?: boolean;
}

/** A loaded module. */
export interface Module {
  readonly name: string;
  readonly manifest: Manifest;
  /** False for a main module without a handler. */
  readonly isCallable: boolean;
  /** The id of the thread it runs in; undefined when it runs elsewhere or not at all. */
  readonly threadId: number | undefined;
  /** Moves time for a module loaded with `clock: 'manual'`. */
  readonly clock: { advance(ms: number): Promise<void> };
  /**
   * Sends one package and resolves with the reply. The input is copied at the end of the current turn. Rejects with a PhlowError:
   * PHLOW_INPUT_INVALID, PHLOW_MODULE_ERROR, PHLOW_MODULE_CRASHED, PHLOW_MODULE_DOWN, PHLOW_MODULE_BUSY, PHLOW_CALL_TIMED_OUT,
   * PHLOW_CALL_CANCELLED, PHLOW_INPUT_UNCLONABLE, PHLOW_REPLY_UNCLONABLE.
   */
  call<Reply extends Value = Value>(input?: Value, options?: CallOptions): Promise<Reply>;
  /** Resolves when the module's `main` has returned; rejects with the error it threw. Never settles for a step module that lives. */
  readonly mainEnded: Promise<void>;
  /** Stops the module: no new packages, those in flight finish within the stop budget, then the thread ends. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
