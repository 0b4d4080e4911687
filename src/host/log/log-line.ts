import { isMap } from '../../values.js';
import { cutText, isWithin, type ValueBounds } from '../../wire/bounded-value.js';
import { droppedLines, LOG_LEVELS, type LogLevel, type LogRecord } from '../../wire/log-record.js';

/** A log record together with the module that wrote it. */
export interface LogLine extends LogRecord {
  readonly module: string;
}

const MAX_MESSAGE_LENGTH = 16 * 1024;
/** More lines than a thread can drop in the second or two that a record of them is about. */
const MAX_DROPPED = 100_000_000;
/** What the fields of one line may hold. */
export const MAX_FIELDS: ValueBounds = Object.freeze({ values: 2_000, characters: 64 * 1024 });
/** What stands in the place of fields that are more than a line can show. */
const CUT_FIELDS = Object.freeze({
  cut: `fields of more than ${MAX_FIELDS.values} values or ${MAX_FIELDS.characters} characters`,
});

/** Reads what a module posted on its log port: whatever it is, it becomes one harmless record. */
export function readLogRecord(posted: unknown): LogRecord {
  const it: Record<string, unknown> = isMap(posted) ? posted : { message: typeof posted };
  const level = LOG_LEVELS.find((known) => known === it['level']) ?? ('info' satisfies LogLevel);
  const dropped = Object.hasOwn(it, 'dropped') ? it['dropped'] : undefined;
  if (Number.isInteger(dropped) && (dropped as number) > 0)
    return droppedLines(Math.min(dropped as number, MAX_DROPPED));
  const message = typeof it['message'] === 'string' ? it['message'] : typeof it['message'];
  const { fields } = it;
  return {
    level,
    time: typeof it['time'] === 'number' && Number.isFinite(it['time']) ? it['time'] : Date.now(),
    message: cutText(message, MAX_MESSAGE_LENGTH),
    fields: !isMap(fields) ? undefined : isWithin(fields, MAX_FIELDS) ? fields : CUT_FIELDS,
  };
}
