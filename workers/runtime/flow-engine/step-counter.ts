import type { Step } from '../../../src/flow/plan/plan.js';
import type { RunObserver } from '../../../src/flow/engine/observer.js';
import type { StepCounts } from '../../../src/runtime/remote/protocol.js';

/** Counts what a run reaches, for the coverage that the host collects. */
export class StepCounter implements RunObserver {
  readonly #counts = new Map<number, [entered: number, whenTrue: number, whenFalse: number]>();

  entered(_run: number, step: Step): void {
    this.#of(step)[0]++;
  }

  asserted(_run: number, step: Step, outcome: boolean): void {
    this.#of(step)[outcome ? 1 : 2]++;
  }

  counts(): readonly StepCounts[] {
    return [...this.#counts].map(([index, counts]) => [index, ...counts] as const);
  }

  #of({ index }: Step): [number, number, number] {
    let counts = this.#counts.get(index);
    if (counts === undefined) this.#counts.set(index, (counts = [0, 0, 0]));
    return counts;
  }
}
