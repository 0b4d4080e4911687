import type { Log } from '../src/sdk/context.js';
import { textOf, type ValueMap } from '../src/values.js';
import { passes, type LogLevel, type LogRecord } from '../src/wire/log-record.js';

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
  const writer = (level: LogLevel): Log['info'] => {
    if (!passes(level, from)) return () => undefined;
    return (message: unknown, fields?: ValueMap) => {
      const record: LogRecord = { level, time: Date.now(), message: described(message), fields };
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
