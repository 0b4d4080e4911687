import type { Log } from '../../../src/sdk/context.js';
import type { LogLevel, LogRecord } from '../../../src/wire/log-record.js';
import { createLog } from '../port-log.js';
import { describe } from './describe.js';

const MAX_LINE_LENGTH = 8_000;
const WINDOW_MS = 1_000;

/**
 * The log of a guest: lines are cut, and beyond this many bytes a second they are counted instead of sent, so that a module that logs without
 * end costs the host nothing. The next line that is sent carries the count.
 */
export function createGuestLog(
  from: LogLevel | 'off',
  bytesPerSecond: number,
  now: () => number,
  post: (text: string) => void,
): Log {
  // Of the monotonic clock: the wall clock may step back, and the log would be silent until it has caught up.
  let windowStart = now();
  let bytes = 0;
  let dropped = 0;
  return createLog(from, (record) => {
    const at = now();
    if (at - windowStart >= WINDOW_MS) {
      windowStart = at;
      bytes = 0;
      if (dropped > 0) post(JSON.stringify(droppedRecord(Date.now(), dropped)));
      dropped = 0;
    }
    const text = textOf(record);
    bytes += text.length;
    if (bytes > bytesPerSecond) dropped++;
    else post(text);
  });
}

function droppedRecord(time: number, count: number): LogRecord {
  return {
    level: 'warn',
    time,
    message: `${count} log lines were dropped: too many in a second`,
    fields: undefined,
  };
}

function textOf({ level, time, message, fields }: LogRecord): string {
  const line = { level, time, message: message.slice(0, MAX_LINE_LENGTH) };
  try {
    const text = JSON.stringify({ ...line, fields });
    if (text.length <= 2 * MAX_LINE_LENGTH) return text;
  } catch {
    // Fields of the module's own may throw when they are read, or be cyclic: the line is worth more.
  }
  return JSON.stringify({ ...line, fields: { cut: describe(fields).slice(0, MAX_LINE_LENGTH) } });
}
