import type { IsolationLevel } from '../../src/index.js';
import { isContained, type Verdict } from './judge.js';

/** What came of the attacks at one level on one Node. */
export interface Row {
  readonly level: IsolationLevel;
  readonly version: string;
  readonly attacks: number;
  readonly notContained: readonly { readonly name: string; readonly verdict: string }[];
  readonly hostDeaths: number;
  readonly longestStallMs: number;
  /** The attack during which the host stood still for longest. */
  readonly longestStallIn: string;
}

/** Adds up verdicts by the names of their attacks. */
export function rowOf(level: IsolationLevel, version: string, verdicts: ReadonlyMap<string, Verdict>): Row {
  const stalls = [...verdicts].map(([name, { stallMs = 0 }]) => ({ name, stallMs }));
  const longest = stalls.reduce((most, one) => (one.stallMs > most.stallMs ? one : most), {
    name: '',
    stallMs: 0,
  });
  return {
    level,
    version,
    attacks: verdicts.size,
    notContained: [...verdicts]
      .filter(([, verdict]) => !isContained(verdict))
      .map(([name, { outcome, because }]) => ({ name, verdict: `${outcome}: ${because}` })),
    hostDeaths: [...verdicts.values()].filter(({ outcome }) => outcome === 'host died').length,
    longestStallMs: Math.round(longest.stallMs),
    longestStallIn: longest.name,
  };
}

/** The rows as a table for people. */
export function summaryTable(rows: readonly Row[]): string {
  const head = ['level', 'Node', 'attacks', 'not contained', 'host deaths', 'longest stall of the host'];
  const lines = [
    head,
    ...rows.map((row) => [
      row.level,
      row.version,
      String(row.attacks),
      String(row.notContained.length),
      String(row.hostDeaths),
      `${row.longestStallMs} ms${row.longestStallIn === '' ? '' : ` (${row.longestStallIn})`}`,
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
