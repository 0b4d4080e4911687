import type { FlowOrigin } from '../../flow/load-flow.js';
import type { CaseResult } from '../../flow/tests/run-case.js';
import type { Value, ValueMap } from '../../values.js';
import type { FlowModuleParameter } from '../flow-module.js';
import type { ErrorData } from './error-data.js';

/** A flow as the settings of the module that runs it: the texts that the host read, and nothing that names a file to read. */
export interface ScriptSource {
  readonly origin: FlowOrigin;
  /** What it includes and imports, by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** The settings that the flow was given as a module; absent when it is no module. */
  readonly setup?: Value;
}

/** What holds for all that is asked in one package. */
interface RunContext {
  /** Tells the packages apart, on both sides. */
  readonly run: number;
  readonly envs: Value;
  /** The modules that can be called, with their parameters. */
  readonly modules: Readonly<Record<string, readonly FlowModuleParameter[]>>;
}

/** One package to the module that runs a flow. Absent members are undefined. */
export type ScriptRequest =
  /** The settings of the modules that the flow declares. */
  | { readonly op: 'settings'; readonly envs: Value }
  | (RunContext & {
      readonly op: 'run';
      readonly input: { readonly main?: Value; readonly payload?: Value; readonly startStep?: string };
      /** True: the reply lists the steps that were reached. */
      readonly isCounted: boolean;
    })
  | (RunContext & {
      readonly op: 'case';
      /** The number of the test case in its file. */
      readonly at: number;
      readonly index: number;
      readonly tests: ValueMap;
      readonly timeoutMs: number;
      /** True: the modules' clock moves by hand. */
      readonly canAdvance: boolean;
      readonly isCounted: boolean;
    })
  /** A module inside of a script module is called, which the test case that runs mocks. */
  | { readonly op: 'mocked'; readonly path: string; readonly input?: Value; readonly payload?: Value };

/** How often a step was entered, and its condition held and did not. */
export type StepCounts = readonly [index: number, entered: number, whenTrue: number, whenFalse: number];

/** What comes back. */
export interface ScriptReply {
  /** The result of a run, an answer; absent when it is undefined. */
  readonly value?: Value;
  /** The settings by module name; what cannot be computed is an error. */
  readonly settings?: Readonly<Record<string, { readonly value?: Value; readonly failed?: ErrorData }>>;
  readonly finished?: FinishedCaseData;
  readonly failed?: ErrorData;
  readonly counts?: readonly StepCounts[];
}

/** What became of a test case. */
export interface FinishedCaseData {
  readonly result: Omit<CaseResult, 'index' | 'case' | 'error' | 'durationMs'>;
  readonly error?: ErrorData;
  /** What later cases see of it. */
  readonly outcome?: ValueMap;
}

/** What the flow asks of the host through its modules' names. */
export type ModuleCallRequest =
  | {
      readonly run: number;
      /** Tells the calls of a run apart. */
      readonly call: number;
      readonly input?: Value;
      readonly payload?: Value;
    }
  /** Of a flow with `finally`: the run has begun, or has ended with its `finally`. */
  | { readonly run: number; readonly phase: 'began' | 'ended' }
  /** Nobody waits for this call any more. */
  | { readonly run: number; readonly cancel: number }
  /** Moves the clock of the modules. */
  | { readonly run: number; readonly advanceMs: number };

/** The answer to a call. */
export interface ModuleCallReply {
  readonly value?: Value;
  readonly failed?: ErrorData;
}
