import type { Bar } from '../bars.js';
import { count } from './table.js';

/** The promises for a terminal: kept or not, what was measured, and over several runs from where to where. */
export function barsText(bars: readonly Bar[]): string {
  const rows = bars.map((bar) => [bar.ok ? 'ok  ' : 'MISS', bar.name, measuredOf(bar), bar.bar]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  const kept = bars.filter(({ ok }) => ok).length;
  return [...lines.map((line) => line.trimEnd()), `${kept} of ${bars.length} bars hold`].join('\n');
}

/** What was measured: one value, or the least and the most over several runs. */
export function measuredOf({ value, runs }: Bar): string {
  return runs.length < 2 ? text(value) : `${text(Math.min(...runs))} .. ${text(Math.max(...runs))}`;
}

function text(value: number): string {
  return Math.abs(value) < 0.01 && value !== 0 ? value.toExponential(1) : count(value);
}
