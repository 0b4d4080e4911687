import type { PhlowError } from '../../errors.js';
import type { Autopsy } from '../death/autopsy.js';
import type { ExecutorExit } from '../executor.js';
import { drawExitReport, makeReport, type ExitReport, type Lost } from '../death/exit-report.js';
import type { Life } from './life.js';
import { downError } from './slot-errors.js';
import type { SlotLog } from '../log/slot-log.js';
import type { SlotOptions } from './slot-options.js';
import type { SlotState } from './slot-state.js';
import { Supervisor } from './supervisor.js';

/** What a recovery leads to. */
export interface RecoveryEvents {
  /** It is time for the next try. */
  revive(): void;
  /** There is none any more. */
  givenUp(): void;
}

/** What follows an end that nobody asked for: the report, then a restart in due time, or none any more. */
export class Recovery {
  readonly #options: SlotOptions;
  readonly #state: SlotState;
  readonly #log: SlotLog;
  readonly #events: RecoveryEvents;
  readonly #supervisor: Supervisor;
  #lastReport: ExitReport | undefined;
  /** Why it is not restarted any more. */
  #givenUp: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SlotOptions, state: SlotState, log: SlotLog, events: RecoveryEvents) {
    this.#options = options;
    this.#state = state;
    this.#log = log;
    this.#events = events;
    this.#supervisor = new Supervisor(options.restart);
  }

  get restarts(): number {
    return this.#supervisor.restarts;
  }

  /** The error for whoever wants something of a module that does not take packages. */
  down(): PhlowError {
    const facts = { report: this.#lastReport, givenUp: this.#givenUp };
    return downError(this.#options.name, this.#state.now, facts);
  }

  /** Notes why a life ended, for later errors. */
  note(life: Life, exit: ExecutorExit, lost: Lost, autopsy: Autopsy | undefined): ExitReport {
    this.#lastReport = makeReport(exit, lost, {
      module: this.#options.name,
      startedAt: life.startedAt,
      vitals: life.executor.vitals(),
      restarts: this.restarts,
      lastLines: this.#log.takeLastLines(),
      autopsy,
    });
    return this.#lastReport;
  }

  /** Tells why a life ended. */
  tell(report: ExitReport): void {
    this.#log.say('error', drawExitReport(report));
    this.#options.events.emit({ type: 'ended', module: this.#options.name, report });
  }

  /** Decides what comes next. */
  decide(exit: ExecutorExit): void {
    const { name, events } = this.#options;
    const verdict = this.#supervisor.judge(exit);
    if (verdict.kind === 'give_up') {
      this.#giveUp(
        verdict.because === 'policy'
          ? 'its restart policy says so'
          : 'quarantined, it ended too often in a short time',
      );
      return;
    }
    const { delayMs } = verdict;
    if (this.#state.is('ready')) this.#state.become('restarting');
    events.emit({ type: 'restarting', module: name, delayMs, restarts: this.restarts });
    this.#log.say('warn', `restarting in ${delayMs} ms (restart ${this.restarts}); its state is lost`);
    this.#timer = setTimeout(() => this.#events.revive(), delayMs);
  }

  /** Somebody has looked at a module that was given up: it gets all tries again. */
  forgive(): void {
    this.#supervisor.forgive();
    this.#givenUp = undefined;
  }

  /** No restart that was ordered happens any more. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #giveUp(because: string): void {
    this.#state.become('failed');
    this.#givenUp = because;
    this.#options.events.emit({ type: 'failed', module: this.#options.name, because });
    this.#log.say('error', `given up: ${because}`);
    this.#events.givenUp();
  }
}
