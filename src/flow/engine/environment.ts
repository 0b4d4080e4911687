import type { LogDocument } from '../document/flow-document.js';
import type { Value, ValueMap } from '../../values.js';
import type { Plan, Step } from '../plan/plan.js';
import type { CancelSignal } from './cancellation.js';
import type { RunObserver } from './observer.js';
import type { RunJournal } from './run-journal.js';

/** Who calls a module. */
export interface Caller {
  readonly signal: CancelSignal | undefined;
  readonly step: Step | undefined;
  /** The W3C trace context that the run belongs to. */
  readonly traceparent: string | undefined;
  /** The number of the run that calls: runs take turns where a module has no room for all. */
  readonly id: number;
}

/**
 * How a run reaches a module. Resolves with the reply, rejects with the error of the module or of the host; settles as soon as its signal
 * aborts, whatever the module does.
 */
export type CallModule = (name: string, input: Value, payload: Value, caller: Caller) => Promise<Value>;

/** How a run reads what a module replies item by item: a reply that only comes whole is read as its items, or as the one item that it is. */
export type StreamModule = (
  name: string,
  input: Value,
  payload: Value,
  caller: Caller,
) => AsyncIterator<Value, undefined>;

/** Takes a result of a run that comes item by item: what its step returns besides, and the items, which it reads to their end. */
export type TakeStream = (stream: {
  readonly head: Value;
  readonly items: AsyncIterableIterator<Value, undefined>;
}) => void;

/** What all runs of one flow share. */
export interface FlowEnvironment {
  readonly plan: Plan;
  /** Instances that can be called. */
  readonly modules: ReadonlySet<string>;
  readonly call: CallModule;
  /** Undefined where replies only come whole. */
  readonly stream?: StreamModule | undefined;
  /** Receives the lines of log steps. */
  readonly log: (level: LogDocument['level'], message: string) => void;
  /** Environment variables, asked for at each evaluation. */
  readonly envs: () => Value;
  readonly observer: RunObserver | undefined;
  /** True while a test case runs, which does not wait for the delays of `retry`. */
  readonly skipsDelays: boolean;
}

/** What one run starts with. Absent keys are not set. */
export interface RunInput {
  readonly main?: Value;
  readonly payload?: Value;
  /** The settings of a script module. */
  readonly setup?: Value;
  /** Results of earlier tests. */
  readonly tests?: ValueMap;
  readonly signal?: CancelSignal | undefined;
  readonly traceparent?: string | undefined;
  /** Absent: a result that comes item by item is one list. */
  readonly onStream?: TakeStream | undefined;
  /** Id of the step to start at. */
  readonly startStep?: string | undefined;
  /** Keeps what the run comes to. */
  readonly journal?: RunJournal | undefined;
}
