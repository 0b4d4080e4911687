import type { FuzzInput } from './input-plan.js';
import type { FuzzOutcome } from './judge-call.js';

/** What was sent for one action. */
export interface ActionTally {
  readonly action: string;
  readonly inputs: number;
  /** How many of them the manifest allows. */
  readonly valid: number;
}

/** Counts inputs, until the first one that breaks something. */
export class FuzzTally {
  readonly #actions: Map<string, { inputs: number; valid: number }>;
  readonly #outcomes: Record<FuzzOutcome, number> = { answered: 0, refused: 0, declined: 0, failed: 0 };
  #discarded = 0;
  #sequences = 0;

  constructor(actions: readonly string[]) {
    this.#actions = new Map(actions.map((action) => [action, { inputs: 0, valid: 0 }]));
  }

  get inputs(): number {
    return [...this.#actions.values()].reduce((sum, { inputs }) => sum + inputs, 0);
  }

  discard(count: number): void {
    this.#discarded += count;
  }

  begin(): void {
    this.#sequences++;
  }

  send({ action }: FuzzInput, isValid: boolean): void {
    const counts = this.#actions.get(action);
    if (counts === undefined) return;
    counts.inputs++;
    if (isValid) counts.valid++;
  }

  end(outcome: FuzzOutcome): void {
    this.#outcomes[outcome]++;
  }

  totals(): Record<FuzzOutcome | 'inputs' | 'valid' | 'discarded' | 'sequences', number> & {
    readonly actions: readonly ActionTally[];
  } {
    const actions = [...this.#actions].map(([action, counts]) => ({ action, ...counts }));
    return {
      inputs: this.inputs,
      valid: actions.reduce((sum, { valid }) => sum + valid, 0),
      sequences: this.#sequences,
      ...this.#outcomes,
      discarded: this.#discarded,
      actions,
    };
  }
}
