import { visiblePath } from '../../visible-text.js';
import type { CoverageTotals, FileCoverage, Share, StepCoverage } from '../../index.js';

const HEADER = ['file', 'steps', 'branches', 'asserts', 'total', 'not reached'];

/** Coverage as a table: a row per file with the lines that were not reached, and one for all files. */
export function coverageTable(
  files: readonly FileCoverage[],
  totals: CoverageTotals,
  nameOf: (file: string) => string,
): readonly string[] {
  const rows = files.map((file) => [
    visiblePath(nameOf(file.file)),
    ...shares(file.totals),
    missing(file.steps),
  ]);
  const all = [HEADER, ...rows, ['all files', ...shares(totals), '']];
  const widths = HEADER.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 || column === HEADER.length - 1 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return ['☂️  Coverage:', ...lines];
}

function shares({ steps, branches, asserts, together }: CoverageTotals): string[] {
  return [steps, branches, asserts, together].map(cell);
}

function cell(share: Share): string {
  return share.all === 0 ? '-' : `${percentText(share)} ${share.reached}/${share.all}`;
}

/** Cut, not rounded: 100 % means all of it. */
export function percentText({ percent }: Share): string {
  return `${Math.floor(percent * 10) / 10} %`;
}

/** Steps by their line; of a reached step the outcome of its condition that never came. */
function missing(steps: readonly StepCoverage[]): string {
  const parts = steps.flatMap(({ line, hits, condition }) => {
    if (hits === 0) return [String(line)];
    if (condition === undefined) return [];
    const ways = condition.kind === 'branch' ? ['then', 'else'] : ['true', 'false'];
    const counts = [condition.whenTrue, condition.whenFalse];
    return ways.filter((_, way) => counts[way] === 0).map((way) => `${line} ${way}`);
  });
  return [...new Set(parts)].join(', ');
}
