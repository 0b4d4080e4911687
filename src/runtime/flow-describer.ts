import { RunDescriber } from '../flow/describe/describe-run.js';
import type { FlowDocument, ModuleDeclaration } from '../flow/document/flow-document.js';
import type { Plan } from '../flow/plan/plan.js';
import type { FlowDescription, RunDescription } from '../sdk/context.js';
import { Deferred } from '../wire/deferred.js';
import type { FlowModule } from './flow-module.js';

/** Most steps that one answer speaks of. */
const MAX_RUNS = 1_000;

/** Describes to main modules what is known of the runs of their flow, as soon as its modules are loaded. */
export class FlowDescriber {
  readonly #document: FlowDocument;
  readonly #plan: Plan;
  readonly #opened = new Deferred<ReadonlyMap<string, FlowModule>>();
  readonly #runs = new Map<string | undefined, RunDescription>();

  constructor(document: FlowDocument, plan: Plan) {
    this.#document = document;
    this.#plan = plan;
  }

  opened(flowModules: ReadonlyMap<string, FlowModule>): void {
    this.#opened.resolve(flowModules);
  }

  /** Answers one of the main modules; undefined for a module that starts no runs. */
  forMain({
    name,
  }: ModuleDeclaration): ((steps: readonly (string | null)[]) => Promise<FlowDescription>) | undefined {
    const main = this.#document.mains.find((one) => one.name.text === name);
    return main && ((steps) => this.#describe(steps, main.to?.text));
  }

  async #describe(steps: readonly (string | null)[], first: string | undefined): Promise<FlowDescription> {
    const modules = await this.#opened.promise;
    const describer = new RunDescriber(this.#plan, (name) => modules.get(name)?.schemas);
    const runs = steps.slice(0, MAX_RUNS).map((step) => {
      const id = step ?? first;
      const known = this.#runs.get(id) ?? describer.describe(id);
      // A module may ask for steps that are not there, and for any number of them.
      if (id === undefined || this.#plan.ids.has(id)) this.#runs.set(id, known);
      return known;
    });
    const { name, version, description } = this.#document.info;
    return { name, version, description, runs };
  }
}
