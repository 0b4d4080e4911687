import type { Readable } from 'node:stream';
import type { LogLevel, LogRecord } from '../../wire/log-record.js';

const MAX_LINE_LENGTH = 16 * 1024;
/** What is read of a second's output: a log is for people. What comes beyond costs nothing but counting its characters. */
const MAX_LINES = 2_000;
const MAX_CHARACTERS = 1_048_576;
const WINDOW_MS = 1_000;

/**
 * Turns what a module prints into log records, a line each, so that it neither disturbs the host's output nor gets lost. What is more than
 * anybody reads is left out and counted.
 */
export function captureStream(
  stream: Readable,
  level: LogLevel,
  write: (record: LogRecord) => void,
  now = () => performance.now(),
): void {
  let rest = '';
  let windowStart = -WINDOW_MS;
  let lines = 0;
  let characters = 0;
  let dropped = 0;
  const emit = (message: string): void => {
    write({ level, time: Date.now(), message, fields: undefined });
  };
  const report = (): void => {
    if (dropped > 0) emit(`${dropped} characters of output were dropped: too many in a second`);
    dropped = 0;
  };
  const isTooMuch = (): boolean => lines >= MAX_LINES || characters >= MAX_CHARACTERS;
  const print = (line: string): void => {
    const message = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (message === '') return;
    lines++;
    characters += message.length;
    emit(message);
  };
  const take = (text: string): void => {
    let at = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
      // An empty line is not written, but it was looked for.
      characters++;
      if (isTooMuch()) {
        dropped += text.length - at;
        rest = '';
        return;
      }
      print(text.slice(at, end));
      at = end + 1;
    }
    rest = text.slice(at);
    if (rest.length <= MAX_LINE_LENGTH) return;
    print(rest);
    rest = '';
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const at = now();
    if (at - windowStart >= WINDOW_MS) {
      windowStart = at;
      lines = 0;
      characters = 0;
      report();
    }
    if (isTooMuch()) dropped += chunk.length;
    else take(rest + chunk);
  });
  stream.once('end', () => {
    report();
    print(rest);
  });
}
