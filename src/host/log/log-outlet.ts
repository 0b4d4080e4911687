import { messageOf } from '../../errors.js';
import { passes, type LogLevel } from '../../wire/log-record.js';
import { callOwner } from './owner-callback.js';
import type { LogLine } from './log-line.js';
import { filtered, jsonLine, prettyLine, type LogSink } from './log-sink.js';

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/**
 * Where a host's log lines leave it. A function of the owner's that throws or rejects, or a stream on a full disk, ends nothing: lines that got
 * lost are counted, and the failure is reported once.
 */
export class LogOutlet {
  readonly write: LogSink;
  #lost = 0;
  /** Of the lost ones those that no line has reported yet. */
  #unreported = 0;
  #isFailureReported = false;

  /**
   * @param to a function of the owner's, or a stream: pretty on a terminal, one JSON object a line otherwise
   * @param lowest the lowest level that is written, also of what the outlet itself has to say
   */
  constructor(to: LogSink | Stream, lowest: LogLevel | 'off' = 'trace') {
    const write = typeof to === 'function' ? this.#intoFunction(to) : this.#intoStream(to, lowest);
    this.write = filtered(write, lowest);
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  #intoFunction(sink: LogSink): LogSink {
    const onFailure = (error: unknown): void => {
      this.#lost++;
      if (this.#isFailureReported) return;
      this.#isFailureReported = true;
      const message = `The log function of a phlow host fails, which is reported once: ${messageOf(error)}; host.inspect() counts the lines that it loses`;
      process.emitWarning(message, 'PhlowWarning');
    };
    return (line) => void callOwner(sink, line, onFailure);
  }

  #intoStream(stream: Stream, lowest: LogLevel | 'off'): LogSink {
    const draw = stream.isTTY === true ? prettyLine : jsonLine;
    // Without a listener, a stream that fails ends the process. Another host, or another copy of this library, may have added it before.
    if (!stream.listeners('error').some(({ name }) => name === ignoreStreamFailure.name))
      stream.on('error', ignoreStreamFailure);
    const put = (text: string, lines: number): void => {
      const onWritten = (error?: Error | null): void => {
        if (error === undefined || error === null) return;
        this.#lost += lines;
        this.#unreported += lines;
      };
      try {
        stream.write(`${text}\n`, onWritten);
      } catch (error) {
        onWritten(error instanceof Error ? error : new Error(messageOf(error)));
      }
    };
    return (line) => {
      const { lost, unreported } = { lost: this.#lost, unreported: this.#unreported };
      put(draw(line), 1);
      // Reported once the stream takes lines again, which a file and a terminal say at once.
      if (unreported === 0 || this.#lost !== lost) return;
      this.#unreported = 0;
      const report = lostLine(line.time, unreported);
      if (passes(report.level, lowest)) put(draw(report), 0);
    };
  }
}

function ignoreStreamFailure(): void {
  // The callback of each write counts what it loses.
}

function lostLine(time: number, lines: number): LogLine {
  const what = lines === 1 ? '1 log line' : `${lines} log lines`;
  return {
    level: 'warn',
    time,
    module: 'phlow',
    message: `${what} of the host could not be written`,
    fields: undefined,
  };
}
