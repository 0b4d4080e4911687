import type { HostInspection, ModuleInspection } from '../index.js';
import { visibleLine } from '../visible-text.js';

interface Column {
  readonly title: string;
  readonly value: (module: ModuleInspection) => string;
}

/** One row per column of the table: its title and where its text comes from. */
const COLUMNS: readonly Column[] = [
  { title: 'module', value: (m) => visibleLine(m.module) },
  { title: 'state', value: (m) => m.state },
  { title: 'packages', value: (m) => String(m.packages) },
  { title: 'failed', value: (m) => String(m.failures) },
  { title: 'in flight', value: (m) => String(m.inFlight) },
  { title: 'waiting', value: (m) => String(m.waiting) },
  { title: 'p50', value: (m) => duration(m.roundTrip.p50Us, m.packages) },
  { title: 'p99', value: (m) => duration(m.roundTrip.p99Us, m.packages) },
  { title: 'p99.9', value: (m) => duration(m.roundTrip.p999Us, m.packages) },
  { title: 'busy', value: (m) => `${Math.round(m.eventLoopUtilization * 100)}%` },
  { title: 'CPU', value: (m) => (m.cpuMs === undefined ? '-' : `${Math.round(m.cpuMs)} ms`) },
  {
    title: 'heap',
    value: (m) => (m.heapUsedBytes === undefined ? '-' : `${(m.heapUsedBytes / 1048576).toFixed(1)} MB`),
  },
  { title: 'restarts', value: (m) => String(m.restarts) },
];

/** What the modules are doing and have cost, as a table with one line per module. */
export function statsTable({ modules }: HostInspection): string {
  const rows = [
    COLUMNS.map(({ title }) => title),
    ...modules.map((module) => COLUMNS.map(({ value }) => value(module))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((text, column) =>
        column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      ),
    )
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

/** Microseconds in the unit that reads best; a dash when nothing was measured. */
function duration(us: number, count: number): string {
  if (count === 0) return '-';
  if (us < 1_000) return `${us} us`;
  return us < 1_000_000 ? `${(us / 1_000).toFixed(1)} ms` : `${(us / 1_000_000).toFixed(2)} s`;
}
