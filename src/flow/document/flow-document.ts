import type { Value } from '../../values.js';
import type { FlowNode } from '../node.js';
import type { SourceRange } from '../source/source-file.js';

/** A text from a flow file and where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly range: SourceRange | undefined;
}

/** A flow file as it was read: checked for shape, not yet compiled. */
export interface FlowDocument {
  readonly info: FlowInfo;
  /** The modules that start the runs. */
  readonly mains: readonly MainDocument[];
  readonly modules: readonly ModuleDeclaration[];
  readonly steps: readonly StepDocument[];
  /** The steps that run when a run has failed. */
  readonly onError: Branch | undefined;
  /** The steps that run at the end of each run. */
  readonly finally: Branch | undefined;
  /** Test cases; the test runner reads them. */
  readonly tests: FlowNode | undefined;
  /** Mocks for modules in all tests. */
  readonly mocks: FlowNode | undefined;
  readonly range: SourceRange | undefined;
}

/** What a flow says about itself; each is the text form of what stands in the file. */
export type FlowInfo = Readonly<Partial<Record<(typeof INFO_KEYS)[number], string>>>;

/** The keys of FlowInfo. */
export const INFO_KEYS = [
  'name',
  'version',
  'environment',
  'description',
  'author',
  'license',
  'repository',
  'homepage',
] as const;

/** A module that starts runs. */
export interface MainDocument {
  readonly name: PlacedText;
  /** Id of the step at which its runs start; the first step when absent. */
  readonly to: PlacedText | undefined;
}

/** One entry under `modules`. */
export interface ModuleDeclaration {
  /** A package name, or a path that starts with `./`, `../` or `/`. */
  readonly module: string;
  /** What steps call the instance. */
  readonly name: string;
  readonly version: string;
  /** Settings, evaluated once before the module is loaded. */
  readonly with: FlowNode | undefined;
  readonly isolationSettings: IsolationSettings;
  readonly range: SourceRange | undefined;
}

/** How the owner of a flow wants a module to be held; the host reads and checks it. */
export interface IsolationSettings {
  readonly isolation?: Value;
  readonly jail?: Value;
  readonly grant?: Value;
  readonly limits?: Value;
}

/** One entry under `steps`, or in a branch. */
export interface StepDocument {
  /** Where the step is in the flow, e.g. `steps[2].then[0]`. */
  readonly path: string;
  readonly id: PlacedText | undefined;
  readonly label: string | undefined;
  /** The gate or branch condition. */
  readonly assert: FlowNode | undefined;
  readonly then: Branch | undefined;
  readonly else: Branch | undefined;
  readonly logs: readonly LogDocument[];
  /** A step that logs hands the payload on as its output. */
  readonly isLog: boolean;
  readonly return: FlowNode | undefined;
  readonly input: FlowNode | undefined;
  readonly use: PlacedText | undefined;
  readonly parallel: readonly NamedBranch[] | undefined;
  readonly forEach: ForEachDocument | undefined;
  /** `stream`: what the module replies is the result of the run, item by item; what `return` says goes before it. */
  readonly isStream: boolean;
  readonly payload: FlowNode | undefined;
  readonly to: TargetDocument | undefined;
  readonly timeoutMs: number | undefined;
  /** A run that is resumed does not repeat the step when it had begun. */
  readonly isOnce: boolean;
  readonly retry: RetryPolicy | undefined;
  readonly onError: Branch | undefined;
  readonly range: SourceRange | undefined;
}

/** The steps of a branch. */
export interface Branch {
  readonly steps: readonly StepDocument[];
  readonly range: SourceRange | undefined;
}

/** One branch under `parallel`. */
export interface NamedBranch extends Branch {
  readonly name: string;
}

/** `for_each`: the body is run once for each item. */
export interface ForEachDocument {
  readonly in: FlowNode;
  /** How many items are worked on at once. */
  readonly atOnce: number;
  readonly body: Branch;
}

/** A message to be logged. */
export interface LogDocument {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** Without one, an empty line is logged. */
  readonly message: FlowNode | undefined;
}

/** Where `to` leads: a step id, or pipeline and step by number. */
export type TargetDocument =
  | { readonly kind: 'id'; readonly id: string; readonly range: SourceRange | undefined }
  | {
      readonly kind: 'position';
      readonly pipeline: number;
      readonly step: number;
      readonly range: SourceRange | undefined;
    };

/** How often a failed step is tried again, after which failures, and how long to wait before. */
export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly count: number;
  /** Before the first further attempt. */
  readonly delayMs: number;
  /** Each delay is this many times the one before. */
  readonly backoff: number;
  readonly maxDelayMs: number;
  /** The part of each delay that is random, from 0 to 1. */
  readonly jitter: number;
  /** How long all attempts and delays may take together; Infinity for no limit. */
  readonly totalMs: number;
  /** Codes of the failures after which the step is tried again; undefined for any failure. */
  readonly on: readonly string[] | undefined;
}

/** The steps of a flow in order, branches behind the step that owns them, those of its `on_error` and `finally` last. */
export function* stepsOf({
  steps,
  onError,
  finally: last,
}: Pick<FlowDocument, 'steps' | 'onError' | 'finally'>): Generator<StepDocument> {
  const stack = [...steps, ...(onError?.steps ?? []), ...(last?.steps ?? [])].reverse();
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    yield step;
    const inner = branchesOf(step).flatMap((branch) => branch.steps);
    for (let i = inner.length - 1; i >= 0; i--) {
      const next = inner[i];
      if (next !== undefined) stack.push(next);
    }
  }
}

/** Everything that a step may lead into. */
function branchesOf(step: StepDocument): readonly Branch[] {
  return [step.then, step.else, ...(step.parallel ?? []), step.forEach?.body, step.onError].filter(
    (branch) => branch !== undefined,
  );
}
