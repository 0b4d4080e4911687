import type { Counts } from './census.js';
import type { Found } from './live-and-die.js';

/** One way's figures as a table: a line per kind of thing, a column per moment. */
export function soakTable({ way, rounds, seconds, grew, ...at }: Found): string {
  const moments = [at.before, at.middle, at.after, at.closedBefore, at.closedAfter];
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `  ${name.padEnd(12)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  return [
    `${way}: ${rounds} rounds, ${seconds.toFixed(0)} s, ${((seconds * 1000) / rounds).toFixed(1)} ms each: ${grew.length === 0 ? 'flat' : `grew: ${grew.join(', ')}`}`,
    line('', ['before', 'middle', 'after', 'closed', 'again']),
    ...Object.keys(at.before).map((kind) =>
      line(
        kind,
        moments.map((counts) => counts[kind as keyof Counts]),
      ),
    ),
  ].join('\n');
}
