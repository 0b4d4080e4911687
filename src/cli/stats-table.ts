import type { HostInspection, ModuleInspection } from '../index.js';
import { visibleLine } from '../visible-text.js';

interface Column {
  readonly title: string;
  readonly value: (module: ModuleInspection) => string;
  /** Where there is no room for all columns, those with the lowest rank go first. */
  readonly rank: number;
}

/** One row per column of the table: its title, where its text comes from, and how long it stays in a narrow terminal. */
const COLUMNS: readonly Column[] = [
  { title: 'module', rank: 13, value: (m) => visibleLine(m.module) },
  { title: 'state', rank: 12, value: (m) => m.state },
  { title: 'packages', rank: 11, value: (m) => String(m.packages) },
  { title: 'failed', rank: 10, value: (m) => String(m.failures) },
  { title: 'in flight', rank: 4, value: (m) => String(m.inFlight) },
  { title: 'waiting', rank: 2, value: (m) => String(m.waiting) },
  { title: 'p50', rank: 6, value: (m) => duration(m.roundTrip.p50Us, m.packages) },
  { title: 'p99', rank: 9, value: (m) => duration(m.roundTrip.p99Us, m.packages) },
  { title: 'p99.9', rank: 1, value: (m) => duration(m.roundTrip.p999Us, m.packages) },
  { title: 'busy', rank: 7, value: (m) => `${Math.round(m.eventLoopUtilization * 100)}%` },
  {
    title: 'CPU',
    rank: 3,
    value: (m) => (m.cpuMs === undefined ? '-' : `${Math.round(m.cpuMs)} ms`),
  },
  {
    title: 'heap',
    rank: 5,
    value: (m) => (m.heapUsedBytes === undefined ? '-' : `${(m.heapUsedBytes / 1048576).toFixed(1)} MB`),
  },
  { title: 'restarts', rank: 8, value: (m) => String(m.restarts) },
];

const GAP = '  ';
const MIN_NAME_WIDTH = 8;

/** What the terminal has room for; without a limit where the table goes to a file or a pipe. */
export interface Room {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/**
 * What the modules are doing and have cost, as a table with one line per module. In a narrow terminal the columns that matter least are left
 * out and long names are cut, in a low one the last modules are counted: a line that wraps would break a table that is drawn in place.
 */
export function statsTable(
  { modules }: HostInspection,
  { columns = Infinity, rows = Infinity }: Room = {},
): string {
  // One line for the head, one for the count of the others, one for the cursor.
  const shown = modules.length <= rows - 2 ? modules : modules.slice(0, Math.max(1, rows - 3));
  const table = COLUMNS.map(({ title, rank, value }) => {
    const texts = [title, ...shown.map((module) => value(module))];
    return { rank, texts, width: Math.max(...texts.map((text) => text.length)) };
  });
  const fitting = fitted(table, columns);
  const lines = ['head', ...shown].map((_, line) =>
    fitting
      .map(({ texts, width }, column) => {
        const text = cut(texts[line] ?? '', width);
        return column < 2 ? text.padEnd(width) : text.padStart(width);
      })
      .join(GAP)
      .trimEnd(),
  );
  const hidden = modules.length - shown.length;
  return [...lines, ...(hidden === 0 ? [] : [cut(`and ${hidden} more`, columns)])].join('\n');
}

interface Measured {
  readonly rank: number;
  readonly texts: readonly string[];
  readonly width: number;
}

/** As many columns as fit, the most important ones, in their order. The name always stays and takes what is left. */
function fitted(table: readonly Measured[], room: number): readonly Measured[] {
  const [name] = table;
  if (name === undefined || widthOf(table) <= room) return table;
  if (table.length > 1 && widthOf(table) - name.width + Math.min(name.width, MIN_NAME_WIDTH) > room) {
    const least = Math.min(...table.map(({ rank }) => rank));
    return fitted(
      table.filter(({ rank }) => rank !== least),
      room,
    );
  }
  return [{ ...name, width: Math.max(1, room - (widthOf(table) - name.width)) }, ...table.slice(1)];
}

function widthOf(table: readonly Measured[]): number {
  return table.reduce((total, { width }) => total + width, GAP.length * (table.length - 1));
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Microseconds in the unit that reads best; a dash when nothing was measured. */
function duration(us: number, count: number): string {
  if (count === 0) return '-';
  if (us < 1_000) return `${us} us`;
  return us < 1_000_000 ? `${(us / 1_000).toFixed(1)} ms` : `${(us / 1_000_000).toFixed(2)} s`;
}
