import { dirname } from 'node:path';
import type { SnapshotBudget } from './list-tree.js';

/** Never part of a module: it is whatever phlow runs it. */
const HOST_PACKAGE = 'phlow';

/** A package that something asks for from outside of itself. */
export interface Demand {
  /** The file that asks. */
  readonly by: string;
  readonly name: string;
  readonly isDeclared: boolean;
}

/** The packages that are still to be looked up, each once for each folder that asks. */
export class Demands {
  readonly #budget: SnapshotBudget;
  readonly #known = new Map<string, boolean>();
  readonly #declared: Demand[] = [];
  readonly #undeclared: Demand[] = [];
  #nextDeclared = 0;
  #nextUndeclared = 0;

  constructor(budget: SnapshotBudget) {
    this.#budget = budget;
  }

  /** Throws PHLOW_LOAD_FAILED when that is too much. */
  add(demand: Demand): void {
    if (demand.name === HOST_PACKAGE) return;
    const key = `${dirname(demand.by)}\0${demand.name}`;
    const isKnown = this.#known.get(key);
    if (isKnown === true || isKnown === demand.isDeclared) return;
    this.#budget.ask(demand.by);
    this.#known.set(key, demand.isDeclared);
    if (demand.isDeclared) this.#declared.push(demand);
    else this.#undeclared.push(demand);
  }

  /** What is declared comes first, so that a package which is both is reported as declared. */
  next(): Demand | undefined {
    // An index, since taking from the front of a long list moves all of it.
    if (this.#nextDeclared < this.#declared.length) return this.#declared[this.#nextDeclared++];
    if (this.#nextUndeclared < this.#undeclared.length) return this.#undeclared[this.#nextUndeclared++];
    return undefined;
  }
}
