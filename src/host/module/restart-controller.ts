import { PhlowError } from '../../errors.js';
import type { HangReport } from '../diagnostics/hang-inspection.js';
import type { ModuleMetrics } from '../diagnostics/module-metrics.js';
import { causeOf } from '../executors/read-posted.js';
import type { ExecutorExit, ReplicaChange } from '../executors/executor.js';
import { formatExitReport, makeReport, type ExitReport, type Lost } from '../diagnostics/exit-report.js';
import type { Instance } from './instance.js';
import type { ModuleLog } from '../log/module-log.js';
import type { ModuleOptions } from './module-options.js';
import type { ModuleLifecycle } from './module-lifecycle.js';
import { RestartStrategy } from './restart-strategy.js';
import type { Circuit, ModuleState } from '../module-types.js';
import { Timer } from '../../timer.js';

/** What a recovery leads to. */
export interface RestartEvents {
  /** It is time for the next try. */
  revive(): void;
  /** There is none any more. */
  givenUp(): void;
}

/** What follows an end that nobody asked for: the report, then a restart in due time, or none any more. */
export class RestartController {
  readonly #options: ModuleOptions;
  readonly #state: ModuleLifecycle;
  readonly #log: ModuleLog;
  readonly #events: RestartEvents;
  readonly #strategy: RestartStrategy;
  #lastReport: ExitReport | undefined;
  /** Why it is not restarted any more. */
  #givenUp: string | undefined;
  #timer: Timer | undefined;
  #circuit: Circuit = 'closed';

  constructor(options: ModuleOptions, state: ModuleLifecycle, log: ModuleLog, events: RestartEvents) {
    this.#options = options;
    this.#state = state;
    this.#log = log;
    this.#events = events;
    this.#strategy = new RestartStrategy(options.restart);
  }

  get count(): number {
    return this.#strategy.restarts;
  }

  get circuit(): Circuit {
    return this.#circuit;
  }

  /** The error for callers of a module that does not take packages. */
  down(): PhlowError {
    const facts = { report: this.#lastReport, givenUp: this.#givenUp };
    return downError(this.#options.name, this.#state.now, facts);
  }

  /** Notes why an instance ended, for later errors. */
  record(instance: Instance, exit: ExecutorExit, lost: Lost, hangReport: HangReport | undefined): ExitReport {
    this.#lastReport = makeReport(exit, lost, {
      module: this.#options.name,
      startedAt: instance.startedAt,
      vitals: instance.executor.vitals(),
      count: this.count,
      lastLines: this.#log.takeLastLines(),
      hangReport,
    });
    return this.#lastReport;
  }

  /** Reports why an instance ended. */
  report(report: ExitReport): void {
    this.#log.say('error', formatExitReport(report));
    this.#options.events.emit({ type: 'ended', module: this.#options.name, report });
  }

  /** One of several threads has ended and is replaced: the module stays up, and the restart counts. */
  noteReplica(change: ReplicaChange, metrics: ModuleMetrics): void {
    const { name: module, events } = this.#options;
    const { kind, place: replica } = change;
    if (kind === 'ready') {
      events.emit({ type: 'replica_ready', module, replica, threadId: change.threadId });
      return;
    }
    metrics.replicaRestarts++;
    events.emit({ type: 'replica_ended', module, replica, because: causeOf(change.exit) });
  }

  /** Decides what comes next. */
  decide(exit: ExecutorExit): void {
    const { name, events } = this.#options;
    if (this.#circuit === 'half_open') {
      this.#open('it ended again when it was started on trial');
      return;
    }
    const verdict = this.#strategy.decide(exit);
    if (verdict.kind === 'give_up') {
      if (verdict.because === 'policy') this.#giveUp('its restart policy says so');
      else this.#open('quarantined, it ended too often in a short time');
      return;
    }
    const { delayMs } = verdict;
    if (this.#state.is('ready')) this.#state.transition('restarting');
    events.emit({ type: 'restarting', module: name, delayMs, count: this.count });
    this.#log.say('warn', `restarting in ${delayMs} ms (restart ${this.count}); its state is lost`);
    this.#timer = new Timer(delayMs, () => this.#events.revive());
  }

  /** Somebody has looked at a module that was given up: it gets all tries again. */
  reset(): void {
    this.#timer?.clear();
    this.#strategy.reset();
    this.#givenUp = undefined;
    this.#circuit = 'closed';
  }

  /** The module takes packages: one that was on trial has passed it. */
  noteReady(): void {
    if (this.#circuit !== 'half_open') return;
    this.reset();
    this.#options.events.emit({ type: 'recovered', module: this.#options.name });
    this.#log.say('warn', 'takes packages again after its trial start');
  }

  /** No restart that was ordered happens any more. */
  cancel(): void {
    this.#timer?.clear();
  }

  /** Gives it up until it has cooled down. */
  #open(because: string): void {
    const { coolDownMs } = this.#options.restart;
    this.#circuit = 'open';
    this.#giveUp(coolDownMs === Infinity ? because : `${because}; it is tried again in ${coolDownMs} ms`);
    // A module that is down is no reason for the process to stay.
    this.#timer = new Timer(coolDownMs, () => this.#try()).unref();
  }

  #try(): void {
    const { name, events } = this.#options;
    this.#circuit = 'half_open';
    this.#strategy.noteTrial();
    this.#state.transition('restarting');
    events.emit({ type: 'half_open', module: name });
    this.#log.say('warn', 'started on trial after its cool-down');
    this.#events.revive();
  }

  #giveUp(because: string): void {
    this.#state.transition('failed');
    this.#givenUp = because;
    this.#options.events.emit({ type: 'failed', module: this.#options.name, because });
    this.#log.say('error', `given up: ${because}`);
    this.#events.givenUp();
  }
}

/** Why a module takes no packages, as far as it is known. */
interface DownFacts {
  /** Of its last end. */
  readonly report: ExitReport | undefined;
  /** Why it is not restarted any more. */
  readonly givenUp: string | undefined;
}

/** The error for a package that comes when its module takes none; with the report of its end, if that is why. */
function downError(module: string, state: ModuleState, { report, givenUp }: DownFacts): PhlowError {
  const end = report === undefined || state !== 'failed' ? `it is ${state}` : `it ended: ${report.cause}`;
  const advice = givenUp === undefined ? '' : ` (${givenUp}); call restart() on it once the cause is gone`;
  return new PhlowError('PHLOW_MODULE_DOWN', `Cannot call module "${module}": ${end}${advice}`, {
    details: { module, state, ...(report === undefined ? {} : { report, givenUp }) },
  });
}

/** The error for a package that finds no room. */
export function busyError(module: string, inFlight: number, maxInFlight: number): PhlowError {
  const message = `Cannot call module "${module}": ${inFlight} packages are in flight, the limit is ${maxInFlight}; wait for replies, raise maxInFlight, or load it with whenFull: 'wait'`;
  return new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module, inFlight, maxInFlight } });
}

/** The error for a package that waited when its host was asked to let such ones go. */
export function withdrawnError(module: string): PhlowError {
  const message = `Cancelled a waiting call to module "${module}": cancelPending() was called`;
  return new PhlowError('PHLOW_CALL_CANCELLED', message, { details: { module } });
}

/** The error for a restart of a module that has not been given up. */
export function notFailedError(module: string, state: ModuleState): PhlowError {
  const message = `Cannot restart module "${module}": it is ${state}, not failed`;
  return new PhlowError('PHLOW_OPTION_INVALID', message);
}
