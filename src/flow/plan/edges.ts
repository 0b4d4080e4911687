import type { Pipeline, Plan, Position, Step } from './plan.js';

/** Where a run ends, or a body in it. */
type Exit = 'end' | 'failed' | 'done';

/** One way that a run can take from a step. */
export interface Edge {
  readonly from: Step;
  /** The step it leads to; `end` ends the flow, `failed` does so with the failure that led into `on_error`, `done` ends any other body. */
  readonly to: Step | Exit;
  readonly when: 'always' | 'true' | 'false' | 'error';
}

/** Steps that run apart from the flow around them, on behalf of one of its steps. */
export interface Body {
  readonly owner: Step;
  /** The name of a branch under parallel; undefined for a for_each. */
  readonly name: string | undefined;
  readonly start: Step | undefined;
  readonly steps: readonly Step[];
  readonly bodies: readonly Body[];
}

/** The steps of a flow and the ways between them. */
export interface Ways {
  readonly start: Step | undefined;
  /** Where the runs of main modules start that name a step. */
  readonly mains: readonly { readonly name: string; readonly start: Step }[];
  /** The steps outside of bodies. */
  readonly steps: readonly Step[];
  readonly bodies: readonly Body[];
  readonly edges: readonly Edge[];
  /** The flow's own `on_error` and `finally`. */
  readonly onError: StepList | undefined;
  readonly finally: StepList | undefined;
}

/** Steps that lead from one to the next, with their bodies. */
export type StepList = Omit<Body, 'owner' | 'name'>;

/** Works out every way that runs of a plan can take, whatever the conditions come to. */
export function waysOf(plan: Plan): Ways {
  const edges: Edge[] = [];
  const { start, steps, bodies } = bodyOf(plan.root, ALL_END, edges);
  const onError = plan.ending?.onError;
  const last = plan.ending?.finally;
  const ways = {
    onError: onError && bodyOf(onError, { behind: 'failed', byReturn: 'end' }, edges),
    finally: last && bodyOf(last, ALL_DONE, edges),
  };
  edges.sort((a, b) => a.from.index - b.from.index);
  const mains = plan.mains.flatMap(({ name, to }) => {
    const position = to === undefined ? undefined : plan.ids.get(to);
    const first = position && stepAt(position);
    return first === undefined ? [] : [{ name, start: first }];
  });
  return { start, mains, steps, bodies, edges, ...ways };
}

/** What the end of a list of steps leads to, and a `return` in it. */
interface Exits {
  readonly behind: Exit;
  readonly byReturn: Exit;
}

const ALL_END: Exits = { behind: 'end', byReturn: 'end' };
const ALL_DONE: Exits = { behind: 'done', byReturn: 'done' };

function bodyOf(root: Pipeline, exits: Exits, edges: Edge[]): StepList {
  const steps: Step[] = [];
  const bodies: Body[] = [];
  const pending: Pipeline[] = [root];
  for (let pipeline = pending.pop(); pipeline !== undefined; pipeline = pending.pop()) {
    for (const [index, step] of pipeline.steps.entries()) {
      steps.push(step);
      edges.push(...edgesOf(step, { pipeline, index: index + 1 }, exits));
      for (const branch of [step.then, step.else, step.onError]) {
        if (branch !== undefined) pending.push(branch);
      }
      for (const { name, body } of ownBodies(step)) {
        bodies.push({ owner: step, name, ...bodyOf(body, ALL_DONE, edges) });
      }
    }
  }
  const start = stepAt({ pipeline: root, index: 0 });
  return { start, steps: steps.sort((a, b) => a.index - b.index), bodies };
}

function ownBodies({
  work,
}: Step): readonly { readonly name: string | undefined; readonly body: Pipeline }[] {
  switch (work?.kind) {
    case 'parallel':
      return work.branches;
    case 'each':
      return [{ name: undefined, body: work.body }];
    case 'use':
    case undefined:
      return [];
  }
}

function edgesOf(step: Step, next: Position, { behind, byReturn }: Exits): readonly Edge[] {
  const lead = (when: Edge['when'], position: Position): Edge => ({
    from: step,
    to: stepAt(position) ?? behind,
    when,
  });
  const branch = (pipeline: Pipeline | undefined): Position =>
    pipeline === undefined ? (step.to ?? next) : { pipeline, index: 0 };
  const error = step.onError === undefined ? [] : [lead('error', { pipeline: step.onError, index: 0 })];
  if (step.isBranching) return [lead('true', branch(step.then)), lead('false', branch(step.else)), ...error];
  const done: Edge | undefined =
    step.return === undefined && !step.isStream ? undefined : { from: step, to: byReturn, when: 'always' };
  const onwards = done ?? lead('always', step.to ?? next);
  if (step.assert === undefined) return [onwards, ...error];
  const isSame = done === undefined && step.to === undefined;
  return isSame ? [onwards, ...error] : [{ ...onwards, when: 'true' }, lead('false', next), ...error];
}

/** The step at a position, behind the ends of pipelines. */
export function stepAt(position: Position): Step | undefined {
  let at: Position | undefined = position;
  while (at !== undefined) {
    const step = at.pipeline.steps[at.index];
    if (step !== undefined) return step;
    at = at.pipeline.next;
  }
  return undefined;
}
