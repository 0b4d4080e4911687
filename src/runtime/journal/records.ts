import type { Box } from './value-box.js';

/** The process that works on a run. */
export interface Owner {
  readonly pid: number;
  /** When it began, as the system counts it; empty where that is unknown. Another process may get the same number later. */
  readonly start: string;
  /** Which copy of the library in that process. */
  readonly copy: string;
}

/** What a failure is written as. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: ErrorRecord;
}

/** The first line of a journal: what the run was started with. Times are milliseconds since 1970. */
export interface StartRecord {
  readonly t: 'run';
  readonly version: 1;
  readonly id: string;
  /** The file of the flow, or what its text was called. */
  readonly flow: string;
  /** The SHA-256 of each file that the flow consists of, by its path from the flow's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly main: Box;
  readonly payload: Box;
  readonly step?: string | undefined;
  readonly at: number;
  readonly by: Owner;
}

/** A step was left. */
export interface StepRecord {
  readonly t: 'step';
  /** The visit, see `visitOf`. */
  readonly k: string;
  /** Where the step is in the flow. */
  readonly s: string;
  /** Where the run goes on: a pipeline by its number, and a place in it. */
  readonly n: readonly [pipeline: number, index: number];
  /** The output; absent when the step had none. */
  readonly o?: Box;
  /** The output is plain data that no expression has made. */
  readonly p?: 1;
  /** The `error` of the branch that the step leads into. */
  readonly e?: Box;
  /** `return` ended the run, or the body. */
  readonly over?: 1;
}

/** One line of a journal. */
export type JournalRecord =
  | StartRecord
  | StepRecord
  /** A step marked `once` begins. */
  | { readonly t: 'begin'; readonly k: string; readonly s: string }
  /** The list of a for_each. */
  | { readonly t: 'items'; readonly k: string; readonly v: Box }
  /** A step is tried again. */
  | { readonly t: 'retry'; readonly k: string }
  /** The steps of the flow, or of its on_error, failed; `k` is their path. */
  | { readonly t: 'fail'; readonly k: string; readonly error: ErrorRecord }
  /** Somebody said that a step marked `once` took place, and its output; or that all that had begun may be repeated. */
  | { readonly t: 'known'; readonly k: string; readonly v: Box }
  | { readonly t: 'again' }
  | { readonly t: 'resume'; readonly at: number; readonly by: Owner }
  | EndRecord;

/** Nobody works on the run any more. */
export interface EndRecord {
  readonly t: 'end';
  /** `interrupted`: the flow was closed under it. */
  readonly state: 'done' | 'failed' | 'interrupted';
  readonly at: number;
  readonly error?: ErrorRecord;
}
