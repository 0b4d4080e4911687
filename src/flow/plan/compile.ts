import type { FlowDocument, StepDocument } from '../document/flow-document.js';
import type { Diagnostics } from '../diagnostics.js';
import { stepName } from '../document/step-keys.js';
import { didYouMean } from '../../nearest.js';
import { messageOf } from '../../errors.js';
import { textOf } from '../../values.js';
import { valueOf, type FlowNode } from '../node.js';
import type { Expression } from './expression.js';
import { oddCondition, unfilledTexts, type Misreading } from './misreadings.js';
import { flatten, type FlatFlow, type FlatPipeline, type FlatPosition, type FlatStep } from './flatten.js';
import type { Ending, Main, Pipeline, Plan, Position, Step, Work } from './plan.js';
import { Targets } from './targets.js';

/** Turns a value of the file into something that can be evaluated; throws what is wrong with its code. */
export type CompileExpression = (node: FlowNode, locals?: ReadonlySet<string>) => Expression;

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Flattens a document, resolves its targets and compiles every expression of every step. What is wrong goes into `diagnostics`. */
export function compilePlan(
  document: FlowDocument,
  compile: CompileExpression,
  diagnostics: Diagnostics,
): Plan {
  return new Compiler(document, compile, diagnostics).run();
}

class Compiler {
  readonly #compile: CompileExpression;
  readonly #diagnostics: Diagnostics;
  readonly #modules: ReadonlySet<string>;
  readonly #flat: FlatFlow;
  readonly #targets: Targets;
  readonly #pipelines: Draft<Pipeline>[];
  readonly #steps: Step[] = [];
  readonly #mains: readonly Main[];

  constructor(document: FlowDocument, compile: CompileExpression, diagnostics: Diagnostics) {
    this.#compile = compile;
    this.#diagnostics = diagnostics;
    this.#modules = new Set(document.modules.map(({ name }) => name));
    this.#flat = flatten(document);
    this.#targets = new Targets(this.#flat.pipelines);
    this.#mains = document.mains.map((main) => this.#targets.main(main, diagnostics));
    this.#pipelines = this.#flat.pipelines.map(({ number }) => ({ number, steps: [], next: undefined }));
  }

  run(): Plan {
    const { pipelines, root, onError, finally: last } = this.#flat;
    for (const flat of pipelines) {
      const pipeline = this.#pipeline(flat);
      pipeline.next = this.#position(flat.next);
    }
    this.#fill(root);
    if (onError !== undefined) this.#fill(onError);
    if (last !== undefined) this.#fill(last);
    const ids = new Map<string, Position>();
    for (const [id, position] of this.#targets.root) {
      const made = this.#position(position);
      if (made !== undefined) ids.set(id, made);
    }
    return {
      pipelines: this.#pipelines,
      root: this.#pipeline(root),
      ending: this.#ending(),
      steps: this.#steps,
      ids,
      mains: this.#mains,
    };
  }

  #ending(): Ending | undefined {
    const { onError, finally: last } = this.#flat;
    if (onError === undefined && last === undefined) return undefined;
    return { onError: this.#optional(onError), finally: this.#optional(last) };
  }

  /** Compiles the steps of a pipeline, and of what they lead into, in document order. */
  #fill(flat: FlatPipeline): void {
    const steps: Step[] = [];
    this.#pipeline(flat).steps = steps;
    for (const flatStep of flat.steps) {
      steps.push(this.#step(flatStep));
      const inner = [flatStep.then, flatStep.else, ...flatStep.bodies, flatStep.onError];
      for (const pipeline of inner) if (pipeline !== undefined) this.#fill(pipeline);
    }
  }

  #step(flat: FlatStep): Step {
    const { document } = flat;
    this.#warn(document);
    const step: Step = {
      index: this.#steps.length,
      document,
      assert: this.#assert(flat),
      isBranching: document.assert !== undefined && (flat.then !== undefined || flat.else !== undefined),
      then: this.#optional(flat.then),
      else: this.#optional(flat.else),
      logs: document.logs.map(({ level, message }) => ({
        level,
        message: this.#expression(flat, message, 'Log error'),
      })),
      return: this.#return(flat),
      work: this.#work(flat),
      isStream: this.#isStream(flat),
      payload: this.#expression(flat, document.payload, 'Payload error'),
      to: this.#position(
        document.to === undefined
          ? undefined
          : this.#targets.find(document.to, flat.pipeline, this.#diagnostics),
      ),
      onError: this.#optional(flat.onError),
      retry: document.retry,
    };
    this.#steps.push(step);
    return step;
  }

  #return(flat: FlatStep): Expression | undefined {
    const { document, pipeline } = flat;
    if (document.return !== undefined && pipeline.body === this.#flat.finally?.body) {
      const message = `${stepName(document)}: "return" cannot stand in "finally" of the flow: the result of the run is that of its steps`;
      this.#diagnostics.error(message, document.return.range ?? document.range);
    }
    return this.#expression(flat, document.return, 'Payload error');
  }

  #isStream({ document, pipeline }: FlatStep): boolean {
    if (!document.isStream) return false;
    const why =
      document.use === undefined
        ? 'it stands beside the call of a module'
        : pipeline.body !== this.#flat.root.body
          ? 'it ends the run, which only the steps of the flow do, not those inside of parallel, for_each, and "on_error" and "finally" of the flow'
          : undefined;
    if (why === undefined) return true;
    this.#diagnostics.error(`${stepName(document)}: "stream" has no meaning here: ${why}`, document.range);
    return false;
  }

  #work(flat: FlatStep): Work | undefined {
    const { document } = flat;
    const input = this.#expression(flat, document.input, 'Input error');
    if (document.use !== undefined) return { kind: 'use', name: document.use.text, input };
    if (document.parallel !== undefined) {
      const branches = document.parallel.map(({ name }, index) => ({
        name,
        body: this.#pipeline(flat.bodies[index]),
      }));
      return { kind: 'parallel', branches };
    }
    if (document.forEach === undefined) return undefined;
    const items = this.#expression(flat, document.forEach.in, 'Input error');
    const { atOnce } = document.forEach;
    return items === undefined
      ? undefined
      : { kind: 'each', in: items, atOnce, body: this.#pipeline(flat.bodies[0]) };
  }

  /** An object or a list as a condition is just its text, which is no boolean. */
  #assert(flat: FlatStep): Expression | undefined {
    const { assert } = flat.document;
    if (assert === undefined || assert.kind === 'scalar')
      return this.#expression(flat, assert, 'Condition error: Script error');
    const text = textOf(valueOf(assert));
    return this.#expression(
      flat,
      { kind: 'scalar', value: text, code: undefined, range: assert.range },
      'Condition error: Script error',
    );
  }

  #expression(flat: FlatStep, node: FlowNode | undefined, where: string): Expression | undefined {
    const { document, pipeline } = flat;
    if (node === undefined) return undefined;
    try {
      const expression = this.#compile(node, pipeline.locals);
      this.#diagnostics.unknownNames(expression.unknownNames());
      this.#warnOf(unfilledTexts(node));
      return expression;
    } catch (error) {
      const range = node.range ?? document.range;
      this.#diagnostics.error(
        `${stepName(document)}: ${where}: Compile error: ${messageOf(error)}`,
        range,
        error,
      );
      return undefined;
    }
  }

  #warnOf(misreadings: Iterable<Misreading>): void {
    for (const { message, range } of misreadings) this.#diagnostics.warning(message, range);
  }

  #warn(document: StepDocument): void {
    const { use, then, else: otherwise, assert, range, path } = document;
    if (document.isOnce && !isWork(document)) {
      this.#diagnostics.warning(
        `"once" means nothing in ${path}: it is about steps that call a module, run bodies or compute a payload`,
        range,
      );
    }
    if (use !== undefined && !this.#modules.has(use.text)) {
      const hint =
        didYouMean(use.text, this.#modules) || ` Declare it under "modules" with "- module: ${use.text}"`;
      this.#diagnostics.warning(
        `${path} uses a module that is not declared: "${use.text}".${hint}`,
        use.range,
      );
    }
    if (assert !== undefined) this.#warnOf(oddCondition(assert));
    if (assert === undefined && (then !== undefined || otherwise !== undefined)) {
      this.#diagnostics.warning(`${path} has a branch but no condition, so the branch is never taken`, range);
    }
  }

  #optional(flat: FlatPipeline | undefined): Pipeline | undefined {
    return flat === undefined ? undefined : this.#pipeline(flat);
  }

  #pipeline(flat: FlatPipeline | undefined): Draft<Pipeline> {
    const pipeline = flat === undefined ? undefined : this.#pipelines[flat.number];
    // Only a flow without a root could miss here, and flatten always makes one.
    return pipeline ?? { number: -1, steps: [], next: undefined };
  }

  #position(position: FlatPosition | undefined): Position | undefined {
    return position === undefined
      ? undefined
      : { pipeline: this.#pipeline(position.pipeline), index: position.index };
  }
}

/** True for a step that does something besides checking, logging, choosing a way or returning. */
function isWork({
  use,
  parallel,
  forEach,
  payload,
  return: result,
  then,
  else: otherwise,
}: StepDocument): boolean {
  const leads = [result, then, otherwise].some((part) => part !== undefined);
  return !leads && [use, parallel, forEach, payload].some((part) => part !== undefined);
}
