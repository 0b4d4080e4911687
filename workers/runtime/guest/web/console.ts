import type { Log } from '../../../../src/sdk/context.js';
import { describe } from '../describe.js';

const LEVELS = {
  log: 'info',
  info: 'info',
  dir: 'info',
  dirxml: 'info',
  table: 'info',
  warn: 'warn',
  error: 'error',
  debug: 'debug',
  trace: 'trace',
} as const;

const MAX_ARGUMENTS = 20;
const MAX_DEPTH = 20;
const PLACES = /%[sdifjoOc%]/g;

/**
 * A `console` whose lines go to the module's log. Nothing is inspected: a value is described without calling into it more than JSON does.
 * `now` is the module's clock; without one nothing is timed.
 */
export function createConsole(log: Log, now: (() => number) | undefined): object {
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();
  let depth = 0;

  const write = (level: (typeof LEVELS)[keyof typeof LEVELS], values: readonly unknown[]): void =>
    log[level]('  '.repeat(depth) + formatted(values.slice(0, MAX_ARGUMENTS)));
  const group = (...values: unknown[]): void => {
    if (values.length > 0) write('info', values);
    depth = Math.min(MAX_DEPTH, depth + 1);
  };
  const passed = (label: string): string | undefined => {
    const start = starts.get(label);
    return now === undefined || start === undefined ? undefined : `${label}: ${round(now() - start)} ms`;
  };

  return {
    __proto__: null,
    ...Object.fromEntries(
      Object.entries(LEVELS).map(([name, level]) => [name, (...values: unknown[]) => write(level, values)]),
    ),
    assert: (condition?: unknown, ...values: unknown[]) => {
      if (!condition) write('error', ['Assertion failed', ...values]);
    },
    clear: () => undefined,
    count: (label?: unknown) => {
      const name = labelOf(label);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      write('info', [`${name}: ${count}`]);
    },
    countReset: (label?: unknown) => void counts.delete(labelOf(label)),
    group,
    groupCollapsed: group,
    groupEnd: () => {
      depth = Math.max(0, depth - 1);
    },
    time: (label?: unknown) => {
      const name = labelOf(label);
      if (now !== undefined && !starts.has(name)) starts.set(name, now());
    },
    timeLog: (label?: unknown, ...values: unknown[]) => {
      const text = passed(labelOf(label));
      if (text !== undefined) write('info', [text, ...values]);
    },
    timeEnd: (label?: unknown) => {
      const name = labelOf(label);
      const text = passed(name);
      starts.delete(name);
      if (text !== undefined) write('info', [text]);
    },
  };
}

function labelOf(label: unknown): string {
  return label === undefined ? 'default' : describe(label);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** The first text's places filled with what follows, as every console does. */
function formatted(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== 'string' || rest.length === 0 || !first.includes('%'))
    return values.map(describe).join(' ');
  let next = 0;
  const text = describe(first).replace(PLACES, (place) => {
    if (place === '%%') return '%';
    if (next >= rest.length) return place;
    const value = rest[next++];
    if (place === '%c') return '';
    return place === '%d' || place === '%i' || place === '%f' ? numberText(place, value) : describe(value);
  });
  return [text, ...rest.slice(next).map(describe)].join(' ');
}

function numberText(place: string, value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  // An object's own conversion would be code of the module in the middle of a line.
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return String(place === '%i' ? Math.trunc(number) : number);
}
