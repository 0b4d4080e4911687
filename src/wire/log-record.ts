/** The levels of a log line, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of a module's log as it crosses the log port. */
export interface LogRecord {
  readonly level: LogLevel;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** True when a line of `level` passes a filter that starts at `from`. */
export function passes(level: LogLevel, from: LogLevel | 'off'): boolean {
  return from !== 'off' && LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(from);
}
