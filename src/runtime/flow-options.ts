import type { ApplicationFunctions } from '../host/function-types.js';
import type { RunInput, TakeStream } from '../flow/engine/environment.js';
import type { Host } from '../host/host.js';
import type { LogSink } from '../host/log/log-sink.js';
import type { Terminal } from '../sandbox/broker/terminal.js';
import type { PackageFlowOptions } from './held-flow.js';
import type { InlineModules } from './inline-module.js';
import type { JournalOptions } from './journal/flow-journal.js';
import type { RunRecorder } from './journal/run-recorder.js';
import type { OpenSettings } from './open-context.js';
import type { StepListener } from './step-events.js';

/** How a flow is opened; everything is optional. */
export interface OpenFlowOptions extends PackageFlowOptions {
  /** The host that loads the modules; default: one of the flow's own, which closes with it. */
  readonly host?: Host;
  /**
   * Functions of the application that the flow's own host provides, for the flow and for its modules; see `functions` of `createHost`. A host of the caller's
   * has its own.
   */
  readonly functions?: ApplicationFunctions;
  /** Functions of the application that serve as modules of this flow alone, by the names the flow declares. */
  readonly modules?: InlineModules;
  /** The folder that holds `phlow_packages`; default: the current folder. */
  readonly packagesDir?: string;
  /** What expressions see as `envs`; default: the environment of the process, and nothing for a flow that came with a package. */
  readonly envs?: Readonly<Record<string, string | undefined>>;
  /** Most runs at once; further ones wait. Default: `PHLOW_PACKAGE_CONSUMERS_COUNT`, else 10. */
  readonly concurrency?: number;
  /** True: the modules that the flow names as `main` start runs as soon as the flow is open. */
  readonly serve?: boolean;
  /** The command line that the main module may be the program of. */
  readonly terminal?: Omit<Terminal, 'program'> | undefined;
  /** Takes the lines of log steps and of the flow's own host; default: standard error, from the level in `PHLOW_LOG` on. */
  readonly log?: LogSink;
  /** Called for every step while it runs. */
  readonly onStep?: StepListener;
  /** The folder in which each run keeps what its steps come to, so that it can be resumed; without one, nothing is kept. */
  readonly journal?: string | JournalOptions;
  /** `manual`: modules see a time that only moves by hand. For tests. */
  readonly clock?: 'real' | 'manual';
}

/** What tools that open a flow want besides. */
export type FlowTools = Partial<Pick<OpenSettings, 'checkOutput' | 'mocks' | 'watch' | 'loadAs'>>;

/** A module of the owner's own that a flow uses. */
export interface LocalModule {
  readonly name: string;
  readonly folder: string;
  /** Loads its files as they are now; calls that are under way end with the old ones (see `host.replace`). */
  replace(): Promise<void>;
}

/** What one run starts with. */
export interface FlowRunOptions {
  /** What the expressions see as `main`: plain data. */
  readonly main?: unknown;
  /** The payload of the first step: plain data. */
  readonly payload?: unknown;
  /** Gives the run up: it rejects with PHLOW_FLOW_CANCELLED, and so does everything it waits for. Its `finally` runs before, for 5 s at most. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; then the run rejects with PHLOW_FLOW_TIMED_OUT. Waiting for a free place counts. */
  readonly timeoutMs?: number | undefined;
  /** Starts at the step with this id instead of the first one. */
  readonly startStep?: string | undefined;
  /** The W3C trace context that the calls of the run belong to. */
  readonly traceparent?: string | undefined;
  /** What the run is called in the journal; default: a random UUID. */
  readonly id?: string | undefined;
}

/** How a run goes on. */
export interface ResumeOptions extends Pick<FlowRunOptions, 'signal' | 'timeoutMs'> {
  /** True: steps marked `once` that had begun and had not ended are repeated. */
  readonly again?: boolean | undefined;
  /** The output of the step marked `once` that had begun and had not ended: plain data. The step is not repeated. */
  readonly done?: unknown;
}

/** A run as it begins, or goes on. */
export interface GivenRun extends Pick<StartOptions, 'signal' | 'timeoutMs' | 'traceparent' | 'onStream'> {
  readonly input: RunInput & { readonly journal?: RunRecorder };
}

/** What a run of a main module starts with besides. */
export interface StartOptions extends FlowRunOptions {
  readonly onStream?: TakeStream | undefined;
}
