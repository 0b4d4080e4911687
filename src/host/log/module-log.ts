import type { LogRecord } from '../../wire/log-record.js';
import { LogGate, type LogRate } from './log-gate.js';
import type { LogLine } from './log-line.js';

/** Log lines that are remembered for a report. */
const REMEMBERED_LINES = 20;

/** What a module's log is made of. */
export interface ModuleLogOptions {
  readonly name: string;
  readonly logRate: LogRate;
  readonly log: (line: LogLine) => void;
  /** Lines were cut: the module writes more than its rate allows. */
  readonly onCut: (lines: number) => void;
}

/** The log of one module: its own lines at a bounded rate, the last of them remembered, and what the host has to say about it. */
export class ModuleLog {
  readonly #options: ModuleLogOptions;
  readonly #gate: LogGate;
  readonly #last: LogLine[] = [];

  constructor(options: ModuleLogOptions) {
    this.#options = options;
    this.#gate = new LogGate(
      options.logRate,
      (record) => this.#remember(record),
      (lines) => {
        options.onCut(lines);
        this.say('warn', `${lines} log lines were cut: the module writes more than its rate allows`);
      },
    );
  }

  /** The module's last lines, oldest first, for a report on its end. They are forgotten: the next instance writes its own. */
  takeLastLines(): readonly LogLine[] {
    return this.#last.splice(0);
  }

  /** Takes a line of the module. */
  write(record: LogRecord): void {
    this.#gate.write(record);
  }

  /** Writes a line of the host about the module. */
  say(level: 'warn' | 'error', message: string): void {
    const { log, name } = this.#options;
    log({ level, time: Date.now(), message, fields: undefined, module: name });
  }

  /** Reports the lines that were cut so far. */
  flush(): void {
    this.#gate.flush();
  }

  #remember(record: LogRecord): void {
    const line: LogLine = { ...record, module: this.#options.name };
    if (this.#last.push(line) > REMEMBERED_LINES) this.#last.shift();
    this.#options.log(line);
  }
}
