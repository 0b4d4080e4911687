import { parseArgs } from 'node:util';
import { ISOLATION_LEVELS, type IsolationLevel } from '../../src/manifest/isolation.js';
import { GUARDED } from '../support/guarded-here.js';
import { matrix, type Cell, type Row } from './matrix.js';
import { DIFFERING } from './values.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

/**
 * Prints what comes of every value on its way into a module and out of one, at every level. Exits with 1 when one arrives changed, or when
 * levels differ without a reason.
 */
const { values } = parseArgs({ options: { level: { type: 'string', multiple: true } } });
const levels = ISOLATION_LEVELS.filter(
  (level) =>
    (values.level ?? ISOLATION_LEVELS).includes(level) && (level !== 'guarded' || GUARDED.length > 0),
) as readonly IsolationLevel[];

const rows = await matrix(levels);
const columns = [...(rows[0]?.cells.keys() ?? [])];
const wrong = rows.flatMap(wrongIn);
console.log([''.padEnd(26), ...columns.map((column) => column.padEnd(15))].join(' '));
for (const { value, cells } of rows)
  console.log([value.padEnd(26), ...columns.map((column) => short(cells.get(column)).padEnd(15))].join(' '));
console.log(wrong.length === 0 ? `${rows.length} values: none changed` : wrong.join('\n'));
process.exitCode = wrong.length === 0 ? 0 : 1;

function wrongIn({ value, cells }: Row): string[] {
  const changed = [...cells]
    .filter(([, cell]) => cell === 'changed')
    .map(([column]) => `${value}: changed (${column})`);
  const outcomes = new Set(
    [...cells.values()].filter((cell) => cell !== 'absent').map((cell) => cell === 'equal'),
  );
  const differs = outcomes.size > 1 && !Object.hasOwn(DIFFERING, value);
  return differs ? [...changed, `${value}: levels differ`] : changed;
}

function short(cell: Cell | undefined): string {
  return (cell ?? '').replace('refused PHLOW_', '');
}
