import { newMap, setEntry } from '../../phs/values/entries.js';
import { toValue, type PhsMap, type PhsValue } from '../../phs/values/value.js';
import type { Value } from '../../values.js';
import { PhlowError } from '../../errors.js';
import type { Pipeline, Position, Step } from '../plan/plan.js';
import type { CancelSignal } from './cancellation.js';
import type { Caller, FlowEnvironment, RunInput, TakeStream } from './environment.js';
import { NONE, type None } from './none.js';
import type { RunJournal } from './run-journal.js';
import { idOf, keyOf } from './run-key.js';

/** Of a run that has stored nothing yet. */
const NO_STEPS: Record<string, PhsValue> = Object.freeze(newMap<PhsValue>());

/** The variables of one run as expressions see them. */
export class RunScope {
  main: PhsValue;
  payload: PhsValue;
  input: PhsValue = null;
  readonly setup: PhsValue;
  readonly tests: PhsValue;
  /** What the body of a for_each and an error branch see besides. */
  locals: PhsMap | undefined;
  /** The run, or the body, that works with these. */
  owner: RunState | undefined;
  readonly #envs: () => Value;
  #steps: Record<string, PhsValue>;
  /** Somebody may keep a reference to `steps` as it is; then it is copied before it changes. */
  #isStepsShared = true;
  /** The scope around this one, for as long as the two have one `steps`. */
  #lender: RunScope | undefined;

  constructor(
    init: {
      readonly main: PhsValue;
      readonly payload: PhsValue;
      readonly setup: PhsValue;
      readonly tests: PhsValue;
    },
    envs: () => Value,
    lender?: RunScope,
  ) {
    this.main = init.main;
    this.payload = init.payload;
    this.setup = init.setup;
    this.tests = init.tests;
    this.#steps = lender === undefined ? NO_STEPS : lender.#steps;
    this.#lender = lender;
    this.#envs = envs;
  }

  /** A scope for a body inside: what it stores stays there. It must have ended before this one stores anything. */
  inside(): RunScope {
    const scope = new RunScope(this, this.#envs, this);
    scope.locals = this.locals;
    return scope;
  }

  get steps(): PhsValue {
    this.#share();
    return this.#steps;
  }

  get stepsInPassing(): PhsValue {
    return this.#steps;
  }

  #share(): void {
    this.#isStepsShared = true;
    if (this.#lender !== undefined) this.#lender.#share();
  }

  get envs(): PhsValue {
    return this.#envs();
  }

  /** What sets this run, and the step that it is in, apart from all others. */
  get run(): PhsValue {
    const { owner } = this;
    return owner === undefined ? null : { id: idOf(owner), key: keyOf(owner) };
  }

  setStep(id: string, output: PhsValue): void {
    if (this.#isStepsShared) {
      this.#steps = Object.assign(newMap<PhsValue>(), this.#steps);
      this.#isStepsShared = false;
      this.#lender = undefined;
    }
    setEntry(this.#steps, id, output);
  }
}

/** One thing that a step does. Made once for all runs. */
export interface Op {
  /** Does it. Returns a promise only if it has to wait. */
  readonly start: (run: RunState) => Promise<unknown> | undefined;
  /** Takes what it waited for. */
  readonly end: ((run: RunState, value: unknown) => void) | undefined;
  /** What a step fails with that has waited in vain; the reason itself when absent. */
  readonly failure: ((run: RunState, reason: unknown) => unknown) | undefined;
}

/** What steps do, by their index; a step's is made when it is first run. */
export type OpTable = (readonly Op[] | undefined)[];

const NO_OPS: readonly Op[] = [];

/** Where a body runs: in the current step of a run, under a name that nothing else in that step has. */
export interface BodyPlace {
  readonly outer: RunState;
  readonly name: string;
}

/** One run of a flow, or of a body inside it: where it stands and what it has come to. */
export class RunState implements Caller {
  readonly env: FlowEnvironment;
  readonly id: number;
  readonly scope: RunScope;
  /** Aborts when the run is cancelled. */
  readonly ownSignal: CancelSignal | undefined;
  /** Aborts when the run, or the step it is in, is cancelled. */
  signal: CancelSignal | undefined;
  /** The trace that its calls belong to. */
  traceparent: string | undefined;
  /** Takes its result where that comes item by item. */
  onStream: TakeStream | undefined;
  /** The latest output, or the initial payload. */
  payload: PhsValue | None;
  /** True when `payload` came from outside and is plain data already. */
  isPlain = true;
  /** The latest output; unlike the payload, nothing at the start. */
  latest: PhsValue | None = NONE;

  /** The step that has begun and not ended. */
  step: Step | undefined;
  /** What it does, and how much of that has been started. */
  ops: readonly Op[] = NO_OPS;
  started = 0;
  /** What it waits for. */
  waiting: Op | undefined;
  /** Steps that have begun since others last had their turn. */
  sinceTurn = 0;
  /** What its module is called with. */
  input: PhsValue;
  /** What the current step has come to. */
  output: PhsValue | None = NONE;
  isOutputPlain = false;
  /** False once the rest of the current step is to be skipped. */
  isInside = true;
  /** How the condition of the current branching step came out. */
  isTaken = false;
  /** Where the current step leads; the next step when undefined. */
  target: Position | undefined;
  isOver = false;
  /** How many steps it has left; tells visits of one step apart. */
  left = 0;
  /** Undefined for the steps of the flow itself. */
  readonly place: BodyPlace | undefined;
  readonly journal: RunJournal | undefined;

  #pipeline: Pipeline;
  #index: number;

  constructor(
    env: FlowEnvironment,
    id: number,
    scope: RunScope,
    start: Position,
    payload: PhsValue | None,
    signal: CancelSignal | undefined,
    journal?: RunJournal,
    place?: BodyPlace,
  ) {
    this.journal = journal;
    this.place = place;
    scope.owner = this;
    this.env = env;
    this.id = id;
    this.scope = scope;
    this.payload = payload;
    this.ownSignal = signal;
    this.signal = signal;
    this.traceparent = undefined;
    this.onStream = undefined;
    this.#pipeline = start.pipeline;
    this.#index = start.index;
  }

  /** The step to run now, behind the ends of pipelines; undefined when there is none left. */
  current(): Step | undefined {
    if (this.isOver) return undefined;
    for (;;) {
      const step = this.#pipeline.steps[this.#index];
      if (step !== undefined) return step;
      const { next } = this.#pipeline;
      if (next === undefined) return undefined;
      this.#pipeline = next.pipeline;
      this.#index = next.index;
    }
  }

  enter(step: Step, ops: readonly Op[]): void {
    this.step = step;
    this.ops = ops;
    this.started = 0;
    this.input = undefined;
    this.#forget();
  }

  /** Nothing of what the current step has done counts, and there is no more to do in it. */
  giveUp(): void {
    this.ops = NO_OPS;
    this.#forget();
  }

  #forget(): void {
    this.output = NONE;
    this.isOutputPlain = false;
    this.isInside = true;
    this.target = undefined;
  }

  /** Takes the output over and moves on. */
  leave(step: Step): void {
    const { output } = this;
    this.step = undefined;
    this.left++;
    if (output !== NONE) {
      this.payload = output;
      this.latest = output;
      this.isPlain = this.isOutputPlain;
      this.scope.payload = output;
      const { id } = step.document;
      if (id !== undefined && !this.isOver) this.scope.setStep(id.text, output);
    }
    if (this.target === undefined) this.#index++;
    else this.goTo(this.target);
  }

  /** What the current step fails with when a wait comes to nothing. */
  failureOf(op: Op | undefined, reason: unknown): unknown {
    return op?.failure === undefined ? reason : op.failure(this, reason);
  }

  /** Where it goes on. */
  get position(): Position {
    return { pipeline: this.#pipeline, index: this.#index };
  }

  goTo(position: Position): void {
    this.#pipeline = position.pipeline;
    this.#index = position.index;
  }

  /** The payload as plain data for a module; undefined when it was never set. */
  plainPayload(): Value {
    return this.payload === NONE ? undefined : plain(this.payload, this.isPlain);
  }
}

/** Plain data of a value; undefined stays undefined. */
export function plain(value: PhsValue, isPlain: boolean): Value {
  // What came from outside has not been touched since: values are never changed in place.
  return isPlain || value === undefined ? (value as Value) : toValue(value);
}

/** A run at its start. */
export function startRun(env: FlowEnvironment, id: number, input: RunInput): RunState {
  const payload: PhsValue | None = input.payload === undefined ? NONE : input.payload;
  const scope = new RunScope(
    {
      main: input.main,
      payload: payload === NONE ? null : payload,
      setup: input.setup,
      tests: input.tests,
    },
    env.envs,
  );
  const run = new RunState(
    env,
    id,
    scope,
    startOf(env, input.startStep),
    payload,
    input.signal,
    input.journal,
  );
  run.traceparent = input.traceparent;
  run.onStream = input.onStream;
  input.journal?.restore(run);
  return run;
}

function startOf(env: FlowEnvironment, startStep: string | undefined): Position {
  if (startStep === undefined) return { pipeline: env.plan.root, index: 0 };
  const position = env.plan.ids.get(startStep);
  if (position !== undefined) return position;
  throw new PhlowError('PHLOW_FLOW_INVALID', `Cannot start the flow: Step id '${startStep}' not found`);
}
