import type { Readable } from 'node:stream';
import type { LogLevel, LogRecord } from '../../wire/log-record.js';

const LONGEST_LINE = 16 * 1024;

/** Turns what a module prints into log records, a line each, so that it neither disturbs the host's output nor gets lost. */
export function captureStream(stream: Readable, level: LogLevel, write: (record: LogRecord) => void): void {
  let rest = '';
  const emit = (message: string): void => {
    if (message !== '') write({ level, time: Date.now(), message, fields: undefined });
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
    if (rest.length > LONGEST_LINE) {
      emit(rest);
      rest = '';
    }
  });
  stream.once('end', () => emit(rest));
}
