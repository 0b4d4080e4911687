import type { LogLevel, LogRecord } from '../../../src/wire/log-record.js';
import { LogWindow } from '../log-window.js';
import { createLog, type OpenLog } from '../port-log.js';
import { describe } from './describe.js';
import type { Natives } from './web/natives.js';

const MAX_LINE_LENGTH = 8_000;

/**
 * The log of a guest: lines are cut, and beyond this many characters a second they are counted instead of sent, so that a module that logs
 * without end costs the host nothing.
 */
export function createGuestLog(
  from: LogLevel | 'off',
  maxCharacters: number,
  natives: Pick<Natives, 'now' | 'setTimer'>,
  post: (text: string) => void,
): OpenLog {
  const later = (ms: number, call: () => void): unknown => natives.setTimer(ms, false, call);
  // Their number alone: it is read at whatever rate the module writes.
  const dropped = (lines: number): void => post(String(lines));
  const window = new LogWindow({
    maxLines: Infinity,
    maxCharacters,
    now: () => natives.now(),
    later,
    dropped,
  });
  const send = (record: LogRecord): void => {
    if (record.dropped !== undefined) {
      dropped(record.dropped);
      return;
    }
    const text = textOf(record);
    if (window.admits(text.length)) post(text);
  };
  const { log, flush } = createLog(from, send, later);
  return {
    log,
    flush: () => {
      flush();
      window.flush();
    },
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
