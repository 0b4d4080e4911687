import type { LogDocument, RetryPolicy, StepDocument } from '../document/flow-document.js';
import type { Expression } from './expression.js';

/** A flow ready to run: every branch flattened into a pipeline, every expression compiled (docs/spec/flow.md 9). */
export interface Plan {
  /** By number: branches before the pipeline that owns them, the root behind those of the steps, then the flow's `on_error` and `finally`. */
  readonly pipelines: readonly Pipeline[];
  readonly root: Pipeline;
  /** What runs behind the steps; undefined for a flow that has neither. */
  readonly ending: Ending | undefined;
  /** All steps in document order; a step's `index` is its place here, the same at every load of the same file. */
  readonly steps: readonly Step[];
  /** Where the steps with an id are, for `to` and for starting in the middle. */
  readonly ids: ReadonlyMap<string, Position>;
  /** The modules that start runs. */
  readonly mains: readonly Main[];
}

/** A module that starts runs. */
export interface Main {
  readonly name: string;
  /** Id of the step at which its runs start; undefined for the first step. */
  readonly to: string | undefined;
}

/** The flow's own `on_error` and `finally`. */
export interface Ending {
  readonly onError: Pipeline | undefined;
  readonly finally: Pipeline | undefined;
}

/** A list of steps. */
export interface Pipeline {
  readonly number: number;
  readonly steps: readonly Step[];
  /** Where the flow goes on behind the last step; nowhere when the flow, or the body that this is, ends there. */
  readonly next: Position | undefined;
}

/** A place between the steps of a pipeline; an index behind the last step means the pipeline's `next`. */
export interface Position {
  readonly pipeline: Pipeline;
  readonly index: number;
}

/** One step, compiled. */
export interface Step {
  readonly index: number;
  readonly document: StepDocument;
  readonly assert: Expression | undefined;
  /** True with `then` or `else`: the condition chooses a way instead of guarding the step. */
  readonly isBranching: boolean;
  readonly then: Pipeline | undefined;
  readonly else: Pipeline | undefined;
  readonly logs: readonly Log[];
  readonly return: Expression | undefined;
  readonly work: Work | undefined;
  /** True: the reply of its call is the result of the run, item by item; what it returns goes before. */
  readonly isStream: boolean;
  readonly payload: Expression | undefined;
  readonly to: Position | undefined;
  readonly onError: Pipeline | undefined;
  readonly retry: RetryPolicy | undefined;
}

/** A message to log. */
export interface Log {
  readonly level: LogDocument['level'];
  readonly message: Expression | undefined;
}

/** What a step gets its output from, if not from an expression. */
export type Work =
  | { readonly kind: 'use'; readonly name: string; readonly input: Expression | undefined }
  | {
      readonly kind: 'parallel';
      readonly branches: readonly { readonly name: string; readonly body: Pipeline }[];
    }
  | { readonly kind: 'each'; readonly in: Expression; readonly atOnce: number; readonly body: Pipeline };
