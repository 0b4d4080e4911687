import type { MainContext } from '../../../src/sdk/index.js';
import type { Value } from '../../../src/values.js';
import type { Entry } from './entries.js';

const ENDING_CODES: readonly string[] = ['PHLOW_FLOW_CANCELLED', 'PHLOW_MODULE_DOWN'];

/** A run that is due. */
export interface DueRun {
  /** The time for which it was scheduled, in milliseconds since 1970. */
  readonly at: number;
  /** True when it also stands for runs before it that were not started. */
  readonly isMissed: boolean;
}

/** Most runs of one schedule that wait for the one before them. */
const MAX_WAITING = 100;

/** The runs of one schedule: starts those that are due, as its `overlap` says. */
export class Runs {
  readonly #entry: Entry;
  readonly #context: Pick<MainContext, 'dispatch' | 'log' | 'signal'>;
  readonly #waiting: DueRun[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(entry: Entry, context: Pick<MainContext, 'dispatch' | 'log' | 'signal'>) {
    this.#entry = entry;
    this.#context = context;
  }

  /** Starts a run, or has it wait, or leaves it out. */
  start(due: DueRun): void {
    const { name, overlap } = this.#entry;
    if (overlap === 'parallel' || this.#running.size === 0) {
      this.#begin(due);
    } else if (overlap === 'queue' && this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(due);
    } else {
      const why =
        overlap === 'queue' ? `${MAX_WAITING} runs are already waiting` : 'the run before it has not ended';
      this.#context.log.warn(`Schedule "${name}" left out the run of ${dateText(due.at)}: ${why}`);
    }
  }

  /** Resolves when no run is in progress or waits. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(due: DueRun): void {
    const running = this.#run(due).finally(() => {
      this.#running.delete(running);
      const next = this.#context.signal.aborted ? undefined : this.#waiting.shift();
      if (next !== undefined) this.#begin(next);
    });
    this.#running.add(running);
  }

  async #run({ at, isMissed }: DueRun): Promise<void> {
    const { name, input } = this.#entry;
    const { dispatch, log } = this.#context;
    const main: Value = input === undefined ? { name, at: dateText(at), missed: isMissed } : input;
    try {
      await dispatch(main);
      log.debug(`Schedule "${name}" has done the run of ${dateText(at)}`);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const message = `Schedule "${name}" failed at the run of ${dateText(at)}: ${said}`;
      const code = codeOf(error);
      // What ends with the flow is no failure of the run.
      if (code !== undefined && ENDING_CODES.includes(code)) log.debug(message);
      else log.error(message, { code: code ?? null });
    }
  }
}

/** A time as people and programs read it. */
export function dateText(at: number): string {
  return new Date(at).toISOString();
}

/** The host gives the errors of runs their codes. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
