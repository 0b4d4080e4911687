import type { Manifest } from '../manifest/manifest.js';
import type { IsolationOptions } from './isolation-options.js';
import type { IsolationLevel } from '../manifest/isolation.js';
import type { Terminal } from '../sandbox/broker/terminal.js';
import type { DispatchOptions, FlowDescription } from '../sdk/context.js';
import type { Value } from '../values.js';
import type { HangReportOptions } from './diagnostics/hang-inspection.js';
import type { FakeModules } from './call/fake-modules.js';
import type { Faults } from './executors/faults.js';
import type { LogRate } from './log/log-gate.js';
import type { Priority } from './call/priority-queue.js';
import type { DeadLetterOptions } from './diagnostics/dead-letters.js';
import type {
  CallArguments,
  Declared,
  EventDataOf,
  EventOf,
  ItemOf,
  ReplyOf,
  SettingsOf,
} from './typed-modules.js';
import { SECRET_NAMES } from '../redaction.js';

/** When a module that ended is started again. */
export interface RestartPolicy {
  /** `on_crash`: after any end that nobody asked for. `always`: also after an orderly exit. `never`: not at all. */
  readonly when: 'always' | 'on_crash' | 'never';
  /** Milliseconds before the second restart in a row; the first is immediate, each further one waits twice as long. */
  readonly backoffMs: number;
  /** Milliseconds; no back-off is longer. */
  readonly maxBackoffMs: number;
  /** Share of the back-off by which it is varied at random, so that many modules do not restart in step. */
  readonly jitter: number;
  /** More than this many restarts within `windowMs` are a crash loop: the module is given up as failed. */
  readonly maxRestarts: number;
  /** Milliseconds over which restarts are counted. */
  readonly windowMs: number;
  /**
   * Milliseconds after which a module that was given up for a crash loop is started once more on trial: it either takes packages again, with
   * all its restarts, or is given up for as long again. Infinity: never, only `restart()` brings it back.
   */
  readonly coolDownMs: number;
}

/**
 * How much a module is trusted to stay up, in the words of a circuit breaker: `closed` is the rule, `open` means that it was given up for a crash
 * loop, `half_open` that it is started on trial.
 */
export type Circuit = 'closed' | 'open' | 'half_open';

export const DEFAULT_RESTART: RestartPolicy = Object.freeze({
  when: 'on_crash',
  backoffMs: 250,
  maxBackoffMs: 60_000,
  jitter: 0.2,
  maxRestarts: 5,
  windowMs: 60_000,
  coolDownMs: 60_000,
});

/** How packages that were in flight at an end are sent again. */
export interface RedeliverOptions extends DeadLetterOptions {
  /** Milliseconds that one may be with the module before the next one goes, answered or not. */
  readonly turnMs: number;
}

/** Without other wishes; contents are the module's to decide. */
export const DEFAULT_REDELIVER: RedeliverOptions = Object.freeze({
  turnMs: 30_000,
  contents: true,
  redact: SECRET_NAMES,
});

/** What a call or a load needs of an AbortSignal. */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a call may carry besides its input. */
export interface CallOptions {
  /** The flow's payload, for modules that pass it on. */
  readonly payload?: Value;
  /** Gives the call up: the promise rejects at once with PHLOW_CALL_CANCELLED and the handler's own signal aborts. */
  readonly signal?: CallSignal | undefined;
  /** Milliseconds to wait for the reply; then the promise rejects with PHLOW_CALL_TIMED_OUT and the handler's signal aborts. */
  readonly timeoutMs?: number | undefined;
  /** Buffers inside the input that move to the module instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[];
  /** A stream that the handler reads as `pkg.items`, with flow control. */
  readonly items?: AsyncIterable<Value> | Iterable<Value>;
  /** The W3C trace context that the call belongs to; the handler finds the one of the call's own span as `pkg.traceparent`. */
  readonly traceparent?: string | undefined;
  /** Who goes first among packages that wait. Default `normal`. */
  readonly priority?: Priority;
}

/** When a module is replaced by a fresh instance although nothing is wrong. */
export interface RecyclePolicy {
  /** After this many packages. */
  readonly afterPackages?: number;
  /** After this many milliseconds. */
  readonly afterMs?: number;
  /** When its heap is larger than this many bytes, where the Node version reports the heap of a thread. */
  readonly heapBytes?: number;
}

/** What runs as a module without being one in a folder: flows that `openFlow` runs apart from the host. */
export interface LoadedProgram {
  /** What it is held to; its permissions name the modules that it may call. */
  readonly manifest: Manifest;
  /** Takes the packages that it sends to other modules, in the place of the host's own modules of these names. */
  readonly callModule: (name: string, input: Value) => Promise<Value>;
}

/** How a module is loaded. */
export interface LoadOptions<Name extends string = string> extends IsolationOptions {
  /** The instance's name; default: the module's own name. Two instances are two threads with two states. */
  readonly name?: string;
  /** Settings, checked against the manifest's `with`. Absent or null means `{}`. */
  readonly with?: SettingsOf<Name> | null | undefined;
  /** What a relative path starts from; default: the current directory. */
  readonly baseDir?: string;
  /** `manual`: time stands still for the module until `module.clock.advance(ms)`. For tests. */
  readonly clock?: 'real' | 'manual';
  /** Makes the module the main one: its `main` runs, and each event it dispatches is handed to this function, with how the run is to be started. */
  readonly dispatch?: (main: Value, options?: DispatchOptions) => Promise<Value>;
  /** The command line that a main module may be the program of, if it asks for `permissions.terminal`. */
  readonly terminal?: Terminal | undefined;
  /** Milliseconds from start to "ready"; default: the manifest's `timeouts.load`, else 10 000. */
  readonly loadTimeoutMs?: number;
  /**
   * Gives the load up, whatever it is doing: reading, bundling, starting. It rejects with PHLOW_LOAD_CANCELLED, the signal's reason as its cause, once the
   * module's thread or process is gone. A module that is loaded is not concerned any more.
   */
  readonly signal?: CallSignal | undefined;
  /** Deadline of calls that bring none; default: the manifest's `timeouts.call`, else none. */
  readonly callTimeoutMs?: number;
  /** Milliseconds that packages in flight get when the module is stopped or replaced; default: as `stopTimeoutMs`, else 5000. */
  readonly drainTimeoutMs?: number;
  /** Milliseconds for the module's own `stop`; default: the manifest's `timeouts.stop`, else 2000. A blocked event loop gets no more either. */
  readonly stopTimeoutMs?: number;
  /** Most packages in flight. Default 1 000. */
  readonly maxInFlight?: number;
  /** What happens to a package beyond that: refused with PHLOW_MODULE_BUSY (default), or it waits for room. */
  readonly whenFull?: 'reject' | 'wait';
  /** Most packages that wait, for room or for a restart. Default 1 000. */
  readonly maxWaiting?: number;
  /** True: replies are checked against the manifest's `output`. Default false. */
  readonly checkOutput?: boolean;
  /** When the module is started again after it ended; default `on_crash` with back-off, five times a minute at most. */
  readonly restart?: RestartPolicy['when'] | Partial<RestartPolicy>;
  /**
   * True: packages in flight when the module ends are sent once more after the restart, one at a time; one that is in flight at the next end
   * too rejects with PHLOW_PACKAGE_QUARANTINED. Only for modules where handling a package twice does no harm. Default false. An object says
   * more: `turnMs` is how long one of them may hold the others back (30 000), `contents` and `redact` what dead letters show of inputs.
   */
  readonly redeliver?: boolean | Partial<RedeliverOptions>;
  /**
   * Milliseconds that an ended thread or process gets to go; after that the host continues without it and counts a zombie. Default 5 000, at `sandboxed` and
   * `isolated` 2 000.
   */
  readonly terminateTimeoutMs?: number;
  /** Replaces it by a fresh instance from time to time, without dropping a package; default: never. */
  readonly recycle?: RecyclePolicy;
  /** Stops the thread after this many milliseconds without a package; the next call starts it again. Default: never. */
  readonly idleStopMs?: number;
  /**
   * An event loop that is blocked for this long is hung: while packages are in flight, at `sandboxed` and `isolated` at any time. 0 means never.
   * Default 30 000, at `sandboxed` and `isolated` 5 000.
   */
  readonly hangTimeoutMs?: number;
  /**
   * A package that misses its deadline is given up at once, but its module is ended only if its event loop is blocked within this time.
   * Default 250.
   */
  readonly graceMs?: number;
  /** What the hang report of a hung module may show; false: no report. Default: local variables too, except when NODE_ENV is `production`. */
  readonly hangReport?: boolean | Partial<HangReportOptions>;
  /** How much it may log; further lines are dropped, counted and reported. Default: 1 000 lines a second, 5 000 at once. */
  readonly logRate?: LogRate;
  /**
   * Equal threads that share the packages of a stateless module; `auto`: one per core; 1: an ordinary module. Default: the manifest's
   * `replicas`. Needs level `trusted` or `guarded`.
   */
  readonly replicas?: number | 'auto';
  /**
   * Microseconds, 1 000 at most, for which the module's thread looks for the next package before it sleeps, where packages come one at a time and close
   * together: waking it up takes longer than a small call. Meanwhile its event loop counts as busy. Default 100; 0 never does, as where there is one core,
   * with replicas, and at other levels than `trusted`.
   */
  readonly busyPollUs?: number;
  /** With replicas: a path such as `input.key`; packages with equal values there go to the same replica. Default: to the least loaded. */
  readonly affinity?: string;
  /** For tests: functions that answer in the place of modules that it calls, by their names. Grants are asked for all the same. */
  readonly fakes?: FakeModules;
  /** For tests: makes it crash, hang or be slow on demand. Default: it fails only by itself. */
  readonly faults?: Faults;
  /**
   * For `openFlow`: what the module runs, with the manifest that it is held to.
   *
   * @internal
   */
  readonly program?: LoadedProgram;
  /**
   * For `openFlow`: answers a main module that asks what is known of the runs that start at these steps.
   *
   * @internal
   */
  readonly describe?: ((steps: readonly (string | null)[]) => Promise<FlowDescription>) | undefined;
  /** Heap limit of the thread; default: the manifest's `limits.memory`, else Node's own. */
  readonly maxHeapMb?: number;
}

/** The states of a module. */
export type ModuleState = 'loading' | 'ready' | 'restarting' | 'idle' | 'draining' | 'failed' | 'stopped';

/** A loaded module; `Name` is what it was loaded by, and stands for its types where those are declared. */
export interface Module<Name extends string = string> {
  /** The instance's name, under which the host knows it. */
  readonly name: string;
  /** What its `phlow.yaml` says. */
  readonly manifest: Manifest;
  /** What it is doing now; `ready` takes packages. */
  readonly state: ModuleState;
  /** How strongly it is held apart from the host. */
  readonly level: IsolationLevel;
  /** False for a main module without a handler. */
  readonly isCallable: boolean;
  /** The id of the thread it runs in; undefined when it runs elsewhere or not at all. */
  readonly threadId: number | undefined;
  /** Moves time for a module loaded with `clock: 'manual'`. */
  readonly clock: { advance(ms: number): Promise<void> };
  /**
   * Sends one package and resolves with the reply, which `Reply` describes and nothing checks. The input is plain data, copied in a
   * microtask of its own: what the caller changes after it has awaited anything does not travel. Rejects with a PhlowError:
   * PHLOW_INPUT_INVALID, PHLOW_MODULE_ERROR, PHLOW_MODULE_CRASHED, PHLOW_MODULE_HUNG, PHLOW_PACKAGE_QUARANTINED, PHLOW_MODULE_DOWN, PHLOW_MODULE_BUSY,
   * PHLOW_CALL_TIMED_OUT, PHLOW_CALL_CANCELLED, PHLOW_INPUT_UNCLONABLE, PHLOW_INPUT_TOO_LARGE, PHLOW_REPLY_UNCLONABLE, PHLOW_REPLY_TOO_LARGE.
   */
  call<Reply = Declared>(...args: CallArguments<Name>): Promise<ReplyOf<Reply, Name>>;
  /**
   * Sends one package and reads the replies of an async generator item by item, with flow control: at most 32 items are unread. Leaving the
   * loop early cancels the package. A handler that returns one value makes a stream of no items. Where `output` is an array, the items are typed as its
   * items: `call` resolves with all of them as one. Rejects like `call`.
   */
  stream<Item = Declared>(...args: CallArguments<Name>): AsyncIterableIterator<ItemOf<Item, Name>, undefined>;
  /**
   * Calls `listener` with the data of each event of this type that the module emits, until the function that is returned is called. An event comes before any
   * reply that the module sends after it. Events that are emitted before anybody has listened wait for the first listener, up to 256; listeners stay when the
   * module is restarted or replaced. What a listener throws ends nothing and is logged once. Throws PHLOW_NAME_UNKNOWN for a type that the manifest does not
   * declare.
   */
  on<const Type extends EventOf<Name>>(
    type: Type,
    listener: (data: EventDataOf<Name, Type>) => unknown,
  ): () => void;
  /** Starts a module again that was given up as failed; rejects when that fails too. Its restart policy then continues. */
  restart(): Promise<void>;
  /** Resolves when the module's `main` has returned; rejects with the error it threw. Never settles for a step module that lives. */
  readonly mainEnded: Promise<void>;
  /**
   * Has a main module hand over what it has taken in, while `dispatch` still starts runs, and resolves when it has nothing left or the time is over. At
   * once for a module without `drain`. Call it before `close()`, which gives it the time of `drainTimeoutMs`.
   */
  drain(timeoutMs: number): Promise<void>;
  /** Stops the module: no new packages, those in flight finish within the stop budget, then the thread ends. */
  close(): Promise<StopReport>;
  /** Closes it, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a module stopped. */
export interface StopReport {
  readonly module: string;
  /** Milliseconds from the request to the end of its thread or process. */
  readonly tookMs: number;
  /** How long its packages in flight took to finish, in milliseconds. */
  readonly drainMs: number;
  /** How long its own `stop` took, in milliseconds. */
  readonly stopMs: number;
  /** Packages that were rejected because the budget was spent. */
  readonly cutOff: number;
  /** True when the thread had to be ended before its own `stop` had finished. */
  readonly wasForced: boolean;
}

/** Looks whether a new version works, by calling it; it does not when this rejects. */
export type ReadinessCheck = (call: (input?: Value) => Promise<Value>) => Promise<unknown>;

/** One of several modules that are loaded together. */
export interface LoadEntry extends LoadOptions {
  /** A built-in name, a folder, or the name of a folder under `phlow_packages`. */
  readonly module: string;
  /** Names of others in the list that are to be ready, or to have failed, before this one starts. */
  readonly after?: readonly string[];
  /** True: the others load even when this one cannot. */
  readonly optional?: boolean;
}
