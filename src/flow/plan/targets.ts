import { didYouMean } from '../../nearest.js';
import type { Diagnostics } from '../diagnostics.js';
import type { MainDocument, TargetDocument } from '../document/flow-document.js';
import type { FlatPipeline, FlatPosition } from './flatten.js';
import type { Main } from './plan.js';

const ELSEWHERE = "it is inside (or outside) of parallel, for_each, or the flow's own on_error or finally";

/** Finds what `to` names (docs/spec/flow.md 10). Jumps stay inside the flow, or inside the body they start in. */
export class Targets {
  readonly #pipelines: readonly FlatPipeline[];
  readonly #ids = new Map<number, Map<string, FlatPosition>>();

  constructor(pipelines: readonly FlatPipeline[]) {
    this.#pipelines = pipelines;
    // Of equal ids the one in the pipeline with the highest number wins, then the later one.
    for (const pipeline of pipelines) {
      let ids = this.#ids.get(pipeline.body);
      if (ids === undefined) this.#ids.set(pipeline.body, (ids = new Map<string, FlatPosition>()));
      for (const [index, { document }] of pipeline.steps.entries()) {
        if (document.id !== undefined) ids.set(document.id.text, { pipeline, index });
      }
    }
  }

  /** Ids that can be reached from the start of the flow. */
  get root(): ReadonlyMap<string, FlatPosition> {
    return this.#ids.get(0) ?? new Map();
  }

  /** Where the runs of a main module start. */
  main({ name, to }: MainDocument, diagnostics: Diagnostics): Main {
    if (to !== undefined && !this.root.has(to.text)) {
      const isElsewhere = [...this.#ids.values()].some((ids) => ids.has(to.text));
      const found = isElsewhere ? ELSEWHERE : 'no step has this id';
      const hint = isElsewhere ? '' : didYouMean(to.text, this.root.keys());
      diagnostics.error(
        `"${name.text}" under "main" starts runs at a step that cannot be reached, "${to.text}": ${found}.${hint}`,
        to.range,
      );
    }
    return { name: name.text, to: to?.text };
  }

  find(target: TargetDocument, from: FlatPipeline, diagnostics: Diagnostics): FlatPosition | undefined {
    if (target.kind === 'position') {
      const pipeline = this.#pipelines[target.pipeline];
      if (pipeline === undefined || target.step < 0) {
        diagnostics.error(
          `Pipeline not found: "to" names pipeline ${target.pipeline}, step ${target.step}`,
          target.range,
        );
        return undefined;
      }
      if (pipeline.body === from.body) return { pipeline, index: target.step };
      diagnostics.error(
        `"to" cannot lead into or out of parallel, for_each and the flow's own on_error and finally: pipeline ${target.pipeline}`,
        target.range,
      );
      return undefined;
    }
    const ids = this.#ids.get(from.body);
    const position = ids?.get(target.id);
    if (position !== undefined) return position;
    const elsewhere = [...this.#ids.values()].some((other) => other.has(target.id));
    const found = elsewhere ? ELSEWHERE : 'no step has this id';
    const hint = elsewhere ? '' : didYouMean(target.id, ids?.keys() ?? []);
    diagnostics.error(
      `"to" names a step that cannot be reached, "${target.id}": ${found}.${hint}`,
      target.range,
    );
    return undefined;
  }
}
