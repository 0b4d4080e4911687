import type { Step } from '../plan/plan.js';
import type { RunObserver } from '../engine/observer.js';

/**
 * Moves the clock of the modules while steps are at work: as soon as such a step has called a module, or when it ends without having called
 * one. What the step sent arrives before the clock moves; further calls must wait until it has moved.
 */
export class AdvanceDuringSteps {
  readonly #steps: ReadonlyMap<string, number>;
  readonly #advance: ((ms: number) => Promise<void>) | undefined;
  /** Steps that have begun and whose time has not been moved yet. */
  readonly #due = new Map<Step, number>();
  #moves: Promise<void>[] = [];

  constructor(steps: ReadonlyMap<string, number>, advance: ((ms: number) => Promise<void>) | undefined) {
    this.#steps = steps;
    this.#advance = advance;
  }

  /** Observes the steps of the run; undefined when no step moves the clock. */
  get observer(): RunObserver | undefined {
    if (this.#steps.size === 0) return undefined;
    return {
      entered: (_run, step) => {
        if (this.#msOf(step) !== undefined) this.#due.set(step, (this.#due.get(step) ?? 0) + 1);
      },
      left: (_run, step) => this.#move(step),
    };
  }

  /** To be called for every call, once it has been sent. */
  called(step: Step | undefined): void {
    if (step !== undefined) this.#move(step);
  }

  /** True while the clock moves. */
  get isMoving(): boolean {
    return this.#moves.length > 0;
  }

  /** Resolves when the clock has moved as far as requested; rejects when a module could not be reached. */
  async settled(): Promise<void> {
    const moves = this.#moves;
    await Promise.all(moves);
    this.#moves = this.#moves.filter((move) => !moves.includes(move));
  }

  #move(step: Step): void {
    const due = this.#due.get(step) ?? 0;
    const ms = this.#msOf(step);
    if (due === 0 || ms === undefined || this.#advance === undefined) return;
    this.#due.set(step, due - 1);
    const move = this.#advance(ms);
    // Looked at in `settled`; until then a rejection must not count as unhandled.
    move.catch(() => undefined);
    this.#moves.push(move);
  }

  #msOf({ document }: Step): number | undefined {
    return document.id === undefined ? undefined : this.#steps.get(document.id.text);
  }
}
