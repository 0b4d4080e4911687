import { isMap } from '../../values.js';
import { LOG_LEVELS, type LogLevel, type LogRecord } from '../../wire/log-record.js';

/** A log record together with the module that wrote it. */
export interface LogLine extends LogRecord {
  readonly module: string;
}

const LONGEST_MESSAGE = 16 * 1024;

/** Reads what a module posted on its log port: whatever it is, it becomes one harmless record. */
export function readLogRecord(posted: unknown): LogRecord {
  const it: Record<string, unknown> = isMap(posted) ? posted : { message: typeof posted };
  const level = LOG_LEVELS.find((known) => known === it['level']) ?? ('info' satisfies LogLevel);
  const message = typeof it['message'] === 'string' ? it['message'] : typeof it['message'];
  const cut = `${message.slice(0, LONGEST_MESSAGE)}… (${message.length} characters)`;
  return {
    level,
    time: typeof it['time'] === 'number' && Number.isFinite(it['time']) ? it['time'] : Date.now(),
    message: message.length > LONGEST_MESSAGE ? cut : message,
    fields: isMap(it['fields']) ? it['fields'] : undefined,
  };
}
