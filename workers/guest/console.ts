import type { Log } from '../../src/sdk/context.js';
import { describe } from './describe.js';

const WRITERS = {
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
  debug: 'debug',
  trace: 'trace',
} as const;
const SILENT = [
  'assert',
  'clear',
  'count',
  'countReset',
  'dir',
  'group',
  'groupEnd',
  'table',
  'time',
  'timeEnd',
] as const;
const MOST_ARGUMENTS = 20;

/** A `console` whose lines go to the module's log. Nothing is inspected: a value is described without calling into it more than JSON does. */
export function createConsole(log: Log): object {
  const write =
    (level: (typeof WRITERS)[keyof typeof WRITERS]) =>
    (...values: unknown[]): void =>
      log[level](values.slice(0, MOST_ARGUMENTS).map(describe).join(' '));
  return {
    __proto__: null,
    ...Object.fromEntries(SILENT.map((name) => [name, () => undefined])),
    ...Object.fromEntries(Object.entries(WRITERS).map(([name, level]) => [name, write(level)])),
  };
}
