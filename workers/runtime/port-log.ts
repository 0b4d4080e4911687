import type { Log } from '../../src/sdk/context.js';
import { textOf, type ValueMap } from '../../src/values.js';
import { droppedLines, passes, type LogLevel, type LogRecord } from '../../src/wire/log-record.js';
import { LogWindow, type LogWindowOptions } from './log-window.js';

/** What leaves in a second: the host cuts a log at a fraction of that, and has to read what it cuts. */
const MAX_LINES = 10_000;
const MAX_CHARACTERS = 4 * 1_048_576;

/** A message as text; what a module passes may be cyclic, or throw when it is read. */
function described(message: unknown): string {
  try {
    return textOf(message);
  } catch {
    return '[cannot be described]';
  }
}

/** A timer of the thread's own, whatever a module does to the global functions, that keeps nothing alive. */
const { setTimeout } = globalThis;
const unrefedTimer = (ms: number, call: () => void): unknown => setTimeout(call, ms).unref();

/** The log of a module, and what reports the lines of it that were dropped so far. */
export interface OpenLog {
  readonly log: Log;
  readonly flush: () => void;
}

/** A log whose lines leave through `post`; lines below `from` cost a comparison and nothing else. Never throws. */
export function createLog(
  from: LogLevel | 'off',
  post: (record: LogRecord) => void,
  later: LogWindowOptions['later'] = unrefedTimer,
): OpenLog {
  const window = new LogWindow({
    maxLines: MAX_LINES,
    maxCharacters: MAX_CHARACTERS,
    now: () => performance.now(),
    later,
    dropped: (lines) => post(droppedLines(lines)),
  });
  const writer = (level: LogLevel): Log['info'] => {
    if (!passes(level, from)) return () => undefined;
    return (message: unknown, fields?: ValueMap) => {
      const text = described(message);
      if (!window.admits(text.length)) return;
      const record: LogRecord = { level, time: Date.now(), message: text, fields };
      try {
        post(record);
      } catch {
        // Fields that cannot cross are not worth losing the line for.
        post({ ...record, fields: { lost: 'the fields cannot be copied' } });
      }
    };
  };
  const log: Log = {
    trace: writer('trace'),
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    isEnabled: (level) => passes(level, from),
  };
  return { log, flush: () => window.flush() };
}
