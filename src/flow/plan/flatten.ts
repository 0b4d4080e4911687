import type { Branch, FlowDocument, StepDocument } from '../document/flow-document.js';

/** A pipeline while the plan is being made. */
export interface FlatPipeline {
  number: number;
  readonly steps: FlatStep[];
  readonly next: FlatPosition | undefined;
  /** Pipelines between which steps may jump: those of one body. The root's body is 0. */
  readonly body: number;
  /** Names that its expressions see besides the usual ones. */
  readonly locals: ReadonlySet<string>;
}

/** A place between the steps of a flat pipeline. */
export interface FlatPosition {
  readonly pipeline: FlatPipeline;
  readonly index: number;
}

/** A step with its branches turned into pipelines. */
export interface FlatStep {
  readonly document: StepDocument;
  readonly pipeline: FlatPipeline;
  then: FlatPipeline | undefined;
  else: FlatPipeline | undefined;
  onError: FlatPipeline | undefined;
  /** The bodies of `parallel`, or the one of `for_each`. */
  bodies: readonly FlatPipeline[];
}

/** A flow as pipelines. */
export interface FlatFlow {
  /** By number. */
  readonly pipelines: readonly FlatPipeline[];
  readonly root: FlatPipeline;
  readonly onError: FlatPipeline | undefined;
  readonly finally: FlatPipeline | undefined;
}

/** The tree of branches as a numbered list of pipelines: children before parents, the root behind its own (docs/spec/flow.md 9.1). */
export function flatten(flow: Pick<FlowDocument, 'steps' | 'onError' | 'finally'>): FlatFlow {
  const pipelines: FlatPipeline[] = [];
  let bodies = 0;

  function pipelineOf(
    documents: readonly StepDocument[],
    next: FlatPosition | undefined,
    body: number,
    locals: ReadonlySet<string>,
  ): FlatPipeline {
    const pipeline: FlatPipeline = { number: -1, steps: [], next, body, locals };
    for (const [index, document] of documents.entries()) {
      // Behind the last step stands the pipeline's own continuation, so a branch need not know whether it belongs to the last step.
      const after = { pipeline, index: index + 1 };
      const branch = (own: Branch | undefined, names = locals): FlatPipeline | undefined =>
        own === undefined ? undefined : pipelineOf(own.steps, after, body, names);
      const apart = (own: Branch, names = locals): FlatPipeline =>
        pipelineOf(own.steps, undefined, ++bodies, names);
      pipeline.steps.push({
        document,
        pipeline,
        then: branch(document.then),
        else: branch(document.else),
        bodies:
          document.forEach === undefined
            ? (document.parallel ?? []).map((own) => apart(own))
            : [apart(document.forEach.body, new Set([...locals, 'item', 'index']))],
        onError: branch(document.onError, new Set([...locals, 'error'])),
      });
    }
    pipeline.number = pipelines.length;
    pipelines.push(pipeline);
    return pipeline;
  }

  const root = pipelineOf(flow.steps, undefined, 0, new Set());
  // Each is a body: no step outside of it jumps into it, and none inside of it out.
  const behind = (branch: Branch | undefined): FlatPipeline | undefined =>
    branch === undefined ? undefined : pipelineOf(branch.steps, undefined, ++bodies, new Set(['error']));
  return { pipelines, root, onError: behind(flow.onError), finally: behind(flow.finally) };
}
