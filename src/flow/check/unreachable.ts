import { waysOf, type Body } from '../plan/edges.js';
import type { Pipeline, Plan, Step } from '../plan/plan.js';

/** Steps that no run comes to; of steps that only lead on from one another, the first. Runs start at the first step, and at those with the ids `starts`. */
export function unreachableSteps(plan: Plan, starts: Iterable<string> = []): readonly Step[] {
  const ways = waysOf(plan);
  const next = new Map<Step, Step[]>();
  for (const { from, to } of ways.edges) {
    if (typeof to !== 'string') next.set(from, [...(next.get(from) ?? []), to]);
  }
  for (const { owner, start } of allBodies(
    [ways, ways.onError, ways.finally].flatMap((list) => list?.bodies ?? []),
  )) {
    if (start !== undefined) next.set(owner, [...(next.get(owner) ?? []), start]);
  }
  const reached = new Set<Step>();
  const spread = (from: Step | undefined): void => {
    const pending = from === undefined ? [] : [from];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (reached.has(step)) continue;
      reached.add(step);
      pending.push(...(next.get(step) ?? []), ...deadBranches(step));
    }
  };
  const mainStarts = ways.mains.map(({ start }) => start);
  for (const start of [ways.start, ...mainStarts, ways.onError?.start, ways.finally?.start]) spread(start);
  for (const id of starts) {
    const at = plan.ids.get(id);
    spread(at?.pipeline.steps[at.index]);
  }
  const lost: Step[] = [];
  for (const step of plan.steps) {
    if (reached.has(step)) continue;
    lost.push(step);
    spread(step);
  }
  return lost;
}

/** A branch without a condition is complained about where it stands; its steps need no complaint of their own. */
function deadBranches(step: Step): readonly Step[] {
  if (step.isBranching) return [];
  return [step.then, step.else].flatMap((pipeline: Pipeline | undefined) => pipeline?.steps[0] ?? []);
}

function allBodies(bodies: readonly Body[]): readonly Body[] {
  return bodies.flatMap((body) => [body, ...allBodies(body.bodies)]);
}
