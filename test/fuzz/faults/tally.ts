import type { Fault, Outcome } from './fault.js';

/** How often one fault was injected at one step, and what the packages ended with. */
export interface TallyRow {
  readonly step: string;
  readonly fault: string;
  readonly injected: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** Counts what was injected and what came of it, step by step. */
export class Tally {
  readonly #rows = new Map<string, { fault: Fault; injected: number; outcomes: Record<Outcome, number> }>();

  note(fault: Fault, outcome: Outcome): void {
    const key = `${fault.step}: ${fault.fault}`;
    const row = this.#rows.get(key) ?? { fault, injected: 0, outcomes: {} };
    this.#rows.set(key, row);
    row.injected++;
    row.outcomes[outcome] = (row.outcomes[outcome] ?? 0) + 1;
  }

  rows(): readonly TallyRow[] {
    return [...this.#rows.values()]
      .map(({ fault: { step, fault }, injected, outcomes }) => ({ step, fault, injected, outcomes }))
      .sort((a, b) => a.step.localeCompare(b.step) || b.injected - a.injected);
  }

  /** All outcomes, the most frequent first. */
  outcomes(): Readonly<Record<Outcome, number>> {
    const all: Record<Outcome, number> = {};
    for (const { outcomes } of this.#rows.values())
      for (const [outcome, count] of Object.entries(outcomes)) all[outcome] = (all[outcome] ?? 0) + count;
    return Object.fromEntries(Object.entries(all).sort(([, a], [, b]) => b - a));
  }
}

/** The rows as a table for a terminal. */
export function drawTally(rows: readonly TallyRow[]): string {
  const cells = rows.map(({ step, fault, injected, outcomes }) => [
    step,
    fault,
    String(injected),
    Object.entries(outcomes)
      .sort(([, a], [, b]) => b - a)
      .map(([outcome, count]) => `${outcome.replace('PHLOW_', '')} ${count}`)
      .join(', '),
  ]);
  const all = [['step', 'fault', 'packages', 'ended with'], ...cells];
  const widths = [0, 1, 2].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, at) => (at === 2 ? cell.padStart(widths[2] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
