import type { JsonSchema } from '../../manifest/dialect.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { RunDescription } from '../../sdk/context.js';
import type { ValueMap } from '../../values.js';
import { staticValue } from '../check/static-value.js';
import { stepAt, waysOf, type Edge } from '../plan/edges.js';
import type { Plan, Step } from '../plan/plan.js';
import { eitherOf, isSame, schemaOf, type Known } from './known-schema.js';
import { needsOf, schemaOfNeeds, type Need } from './needs.js';

/** What a module says of its inputs and replies. */
export type CalledModule = Pick<Manifest, 'input' | 'output'>;

/** Looks up what a module of the flow says; undefined where nothing is known. */
export type CalledModules = (name: string) => CalledModule | undefined;

/** Nothing is said about the result of a flow with more steps: following them would take long. */
const MAX_STEPS = 500;

/** What stands before a stream where the step says nothing. */
const NO_HEAD: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };

/** Nothing is known of what a run starts with. */
const START: Known = { payload: {}, steps: {} };

/** Describes the runs of one plan. */
export class RunDescriber {
  readonly #plan: Plan;
  readonly #modules: CalledModules;
  readonly #edges = new Map<Step, Edge[]>();

  constructor(plan: Plan, modules: CalledModules) {
    this.#plan = plan;
    this.#modules = modules;
    for (const edge of waysOf(plan).edges)
      this.#edges.set(edge.from, [...(this.#edges.get(edge.from) ?? []), edge]);
  }

  /** The runs that start at the step with this id, or at the first one. */
  describe(id: string | undefined): RunDescription {
    const position = id === undefined ? { pipeline: this.#plan.root, index: 0 } : this.#plan.ids.get(id);
    const start = position && stepAt(position);
    if (start === undefined) return { main: {}, results: [{}] };
    return {
      main: schemaOfNeeds(this.#needsFrom(start)) as ValueMap,
      results: this.#resultsFrom(start) as readonly ValueMap[],
    };
  }

  /** What the steps need that every run comes to: those before the first fork. */
  #needsFrom(start: Step): readonly Need[] {
    const needs: Need[] = [];
    const seen = new Set<Step>();
    for (let step: Step | undefined = start; step !== undefined && !seen.has(step);) {
      seen.add(step);
      if (step.assert === undefined) needs.push(...this.#needsOf(step));
      const ways: readonly Edge[] = (this.#edges.get(step) ?? []).filter(({ when }) => when !== 'error');
      const [only, ...others]: readonly Edge[] = ways;
      step = others.length > 0 || typeof only?.to !== 'object' ? undefined : only.to;
    }
    return needs;
  }

  #needsOf({ document: { use, input } }: Step): readonly Need[] {
    const schema = use && this.#modules(use.text)?.input;
    return schema === undefined || input === undefined ? [] : needsOf(staticValue(input), schema);
  }

  /** Follows all ways until what is known at each step changes no more: where ways meet, only what is the same on all of them stays known. */
  #resultsFrom(start: Step): readonly JsonSchema[] {
    const known = new Map<Step, Known>();
    const pending: Step[] = [];
    const reach = (step: Step, state: Known): void => {
      const before = known.get(step);
      const now = before === undefined ? state : meet(before, state);
      if (before !== undefined && isSameKnown(before, now)) return;
      known.set(step, now);
      pending.push(step);
    };
    reach(start, START);
    // Any step may fail, whatever is known there.
    const failed = this.#plan.ending?.onError;
    const first = failed && stepAt({ pipeline: failed, index: 0 });
    if (first !== undefined) reach(first, START);
    const results = new Map<Edge, JsonSchema>();
    let count = 0;
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (++count > MAX_STEPS) return [{}];
      const state = known.get(step) ?? START;
      const after = this.#after(step, state);
      for (const edge of this.#edges.get(step) ?? []) {
        const { to, when } = edge;
        const isDone = when === 'true' || when === 'always';
        const out = isDone && !step.isBranching ? after : state;
        if (typeof to === 'object') reach(to, out);
        else if (to === 'end')
          results.set(
            edge,
            (step.return === undefined && !step.isStream) || !isDone
              ? out.payload
              : this.#returned(step, state),
          );
      }
    }
    const inOrder = [...results].sort(([a], [b]) => a.from.index - b.from.index).map(([, schema]) => schema);
    return inOrder.filter((one, i, all) => all.findIndex((other) => isSame(one, other)) === i);
  }

  #returned({ document }: Step, known: Known): JsonSchema {
    const head = document.return === undefined ? NO_HEAD : schemaOf(staticValue(document.return), known);
    return document.isStream ? { ...head, stream: true } : head;
  }

  /** What is known behind a step that has run. A step that may have been skipped leaves what both ways have in common. */
  #after(step: Step, before: Known): Known {
    const output = this.#outputOf(step, before);
    if (output === undefined) return before;
    const id = step.document.id?.text;
    const after = {
      payload: output,
      steps: id === undefined ? before.steps : { ...before.steps, [id]: output },
    };
    const mayBeSkipped =
      step.assert !== undefined && !(this.#edges.get(step) ?? []).some(({ when }) => when === 'false');
    return mayBeSkipped ? meet(before, after) : after;
  }

  /** Undefined for a step that hands on the payload. */
  #outputOf({ document, work }: Step, known: Known): JsonSchema | undefined {
    const reply = work?.kind === 'use' ? (this.#modules(work.name)?.output ?? {}) : undefined;
    const { payload } = document;
    // A reference leads through the whole schema, of which only parts go on from here.
    const seen = reply !== undefined && JSON.stringify(reply).includes('"$ref"') ? {} : reply;
    if (payload !== undefined)
      return schemaOf(staticValue(payload), {
        ...known,
        payload: work === undefined ? known.payload : (seen ?? {}),
      });
    if (work === undefined) return undefined;
    return seen ?? {};
  }
}

function meet(a: Known, b: Known): Known {
  const steps = Object.keys(a.steps)
    .filter((id) => Object.hasOwn(b.steps, id))
    .map((id): [string, JsonSchema] => [id, eitherOf(a.steps[id] ?? {}, b.steps[id] ?? {})]);
  return { payload: eitherOf(a.payload, b.payload), steps: Object.fromEntries(steps) };
}

function isSameKnown(a: Known, b: Known): boolean {
  return isSame(a.payload, b.payload) && isSame(a.steps, b.steps);
}
