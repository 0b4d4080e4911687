import type { Log } from '../../src/sdk/context.js';
import { textOf, type ValueMap } from '../../src/values.js';
import { passes, type LogLevel, type LogRecord } from '../../src/wire/log-record.js';

/** What leaves in a second: the host cuts a log at a fraction of that, and has to read what it cuts. */
const MAX_LINES = 10_000;
const MAX_CHARACTERS = 4 * 1_048_576;
const WINDOW_MS = 1_000;

/** A message as text; what a module passes may be cyclic, or throw when it is read. */
function described(message: unknown): string {
  try {
    return textOf(message);
  } catch {
    return '[cannot be described]';
  }
}

/** A log whose lines leave through `post`; lines below `from` cost a comparison and nothing else. Never throws. */
export function createLog(from: LogLevel | 'off', post: (record: LogRecord) => void): Log {
  let windowStart = 0;
  let lines = 0;
  let characters = 0;
  let dropped = 0;
  /** True for a line that is one too many; the others are counted and reported with the first one of the next second. */
  const isTooMuch = (length: number): boolean => {
    const now = performance.now();
    if (now - windowStart >= WINDOW_MS) {
      windowStart = now;
      lines = 0;
      characters = 0;
      const message = `${dropped} log lines were dropped: too many in a second`;
      if (dropped > 0) post({ level: 'warn', time: Date.now(), message, fields: undefined });
      dropped = 0;
    }
    lines++;
    characters += length;
    if (lines <= MAX_LINES && characters <= MAX_CHARACTERS) return false;
    dropped++;
    return true;
  };
  const writer = (level: LogLevel): Log['info'] => {
    if (!passes(level, from)) return () => undefined;
    return (message: unknown, fields?: ValueMap) => {
      const text = described(message);
      if (isTooMuch(text.length)) return;
      const record: LogRecord = { level, time: Date.now(), message: text, fields };
      try {
        post(record);
      } catch {
        // Fields that cannot cross are not worth losing the line for.
        post({ ...record, fields: { lost: 'the fields cannot be copied' } });
      }
    };
  };
  return {
    trace: writer('trace'),
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    isEnabled: (level) => passes(level, from),
  };
}
