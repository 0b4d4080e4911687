import { visibleLine } from '../../visible-text.js';
import type { HostInspection, ModuleInspection } from './inspection.js';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: (module: ModuleInspection) => number | undefined;
}

const SECOND = 1e6;

/** One row per metric: name, type, help, and where its value comes from. */
const METRICS: readonly Metric[] = [
  {
    name: 'phlow_module_up',
    type: 'gauge',
    help: 'Whether the module takes packages',
    value: (m) => Number(m.state === 'ready'),
  },
  {
    name: 'phlow_module_packages_total',
    type: 'counter',
    help: 'Packages answered',
    value: (m) => m.packages,
  },
  {
    name: 'phlow_module_failures_total',
    type: 'counter',
    help: 'Packages that ended with an error',
    value: (m) => m.failures,
  },
  {
    name: 'phlow_module_restarts_total',
    type: 'counter',
    help: 'Restarts after an unexpected end',
    value: (m) => m.restarts,
  },
  {
    name: 'phlow_module_circuit_open',
    type: 'gauge',
    help: 'Whether the module was given up for a crash loop: 1, or 0.5 while it is started on trial',
    value: (m) => ({ closed: 0, half_open: 0.5, open: 1 })[m.circuit],
  },
  {
    name: 'phlow_module_quarantined_total',
    type: 'counter',
    help: 'Packages put aside after two crashes',
    value: (m) => m.quarantined,
  },
  {
    name: 'phlow_module_zombies',
    type: 'gauge',
    help: 'Ended threads and processes that have not gone in time',
    value: (m) => m.zombies,
  },
  { name: 'phlow_module_in_flight', type: 'gauge', help: 'Packages in flight', value: (m) => m.inFlight },
  {
    name: 'phlow_module_waiting',
    type: 'gauge',
    help: 'Packages in the admission queue',
    value: (m) => m.waiting,
  },
  {
    name: 'phlow_module_log_lines_cut_total',
    type: 'counter',
    help: 'Log lines cut by the rate limit',
    value: (m) => m.cutLines,
  },
  { name: 'phlow_module_events_total', type: 'counter', help: 'Events handled', value: (m) => m.events },
  {
    name: 'phlow_module_events_dropped_total',
    type: 'counter',
    help: 'Events dropped: too many at once, or with data that break the manifest',
    value: (m) => m.droppedEvents,
  },
  {
    name: 'phlow_module_uptime_seconds',
    type: 'gauge',
    help: 'Age of the running instance',
    value: (m) => m.uptimeMs / 1000,
  },
  {
    name: 'phlow_module_event_loop_utilization',
    type: 'gauge',
    help: 'Busy share of the event loop',
    value: (m) => m.eventLoopUtilization,
  },
  {
    name: 'phlow_module_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time',
    value: (m) => scaled(m.cpuMs, 1000),
  },
  {
    name: 'phlow_module_heap_used_bytes',
    type: 'gauge',
    help: 'JavaScript heap in use',
    value: (m) => m.heapUsedBytes,
  },
];

const QUANTILES = [
  ['0.5', 'p50Us'],
  ['0.99', 'p99Us'],
  ['0.999', 'p999Us'],
] as const;

/** The figures in the Prometheus text format, version 0.0.4. */
export function prometheusText({ modules, lostLogLines }: HostInspection): string {
  const lost = 'phlow_log_lines_lost_total';
  const lines = [
    `# HELP ${lost} Log lines that could not be written`,
    `# TYPE ${lost} counter`,
    `${lost} ${lostLogLines}`,
  ];
  for (const { name, type, help, value } of METRICS) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const module of modules) {
      const figure = value(module);
      if (figure !== undefined) lines.push(`${name}{module="${escapeLabel(module.module)}"} ${figure}`);
    }
  }
  for (const [name, help, key] of [
    ['phlow_module_round_trip_seconds', 'From posting a package to its reply', 'roundTrip'],
    ['phlow_module_queue_seconds', 'Time in the admission queue', 'queue'],
  ] as const) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} summary`);
    for (const module of modules) {
      const label = `module="${escapeLabel(module.module)}"`;
      for (const [quantile, field] of QUANTILES) {
        lines.push(`${name}{${label},quantile="${quantile}"} ${module[key][field] / SECOND}`);
      }
      lines.push(
        `${name}_sum{${label}} ${module[key].sumUs / SECOND}`,
        `${name}_count{${label}} ${module[key].count}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

function escapeLabel(text: string): string {
  return visibleLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
