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
  /** Of a record that is no line: how many lines were dropped before they got here. */
  readonly dropped?: number;
}

/** A record of lines that were dropped. */
export function droppedLines(count: number): LogRecord {
  return { level: 'warn', time: Date.now(), message: '', fields: undefined, dropped: count };
}

/** True when a line of `level` passes a filter that starts at `from`. */
export function passes(level: LogLevel, from: LogLevel | 'off'): boolean {
  return from !== 'off' && LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(from);
}
