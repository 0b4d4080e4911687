import { messageOf } from '../../errors.js';
import { callOwner } from './owner-callback.js';
import type { LogLine } from './log-line.js';
import { jsonLine, prettyLine, type LogSink } from './log-sink.js';

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Streams whose failures end nothing any more. */
const held = new WeakSet<Stream>();

/**
 * Where a host's log lines leave it. A function of the owner's that throws or rejects, or a stream on a full disk, ends nothing: lines that got
 * lost are counted, and the failure is reported once.
 */
export class LogOutlet {
  readonly write: LogSink;
  #lost = 0;
  /** Of the lost ones those that were not reported. */
  #untold = 0;
  #isReported = false;

  /** @param to a function of the owner's, or a stream: pretty on a terminal, one JSON object a line otherwise */
  constructor(to: LogSink | Stream) {
    this.write = typeof to === 'function' ? this.#intoFunction(to) : this.#intoStream(to);
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  #intoFunction(sink: LogSink): LogSink {
    const onFailure = (error: unknown): void => {
      this.#lost++;
      if (this.#isReported) return;
      this.#isReported = true;
      const message = `The log function of a phlow host fails, which is reported once: ${messageOf(error)}; host.inspect() counts the lines that it loses`;
      process.emitWarning(message, 'PhlowWarning');
    };
    return (line) => callOwner(sink, line, onFailure);
  }

  #intoStream(stream: Stream): LogSink {
    const draw = stream.isTTY === true ? prettyLine : jsonLine;
    // Without a listener, a stream that fails ends the process.
    if (!held.has(stream)) stream.on('error', () => undefined);
    held.add(stream);
    const put = (text: string, lines: number): void => {
      const onWritten = (error?: Error | null): void => {
        if (error === undefined || error === null) return;
        this.#lost += lines;
        this.#untold += lines;
      };
      try {
        stream.write(`${text}\n`, onWritten);
      } catch (error) {
        onWritten(error instanceof Error ? error : new Error(messageOf(error)));
      }
    };
    return (line) => {
      const { lost, untold } = { lost: this.#lost, untold: this.#untold };
      put(draw(line), 1);
      // Reported as soon as the stream takes lines again, which a file and a terminal say at once.
      if (untold === 0 || this.#lost !== lost) return;
      this.#untold = 0;
      put(draw(lostLine(line, untold)), 0);
    };
  }
}

function lostLine({ time, module }: LogLine, lines: number): LogLine {
  return {
    level: 'warn',
    time,
    module,
    message: `${lines} log lines of the host could not be written`,
    fields: undefined,
  };
}
