import { PhlowError } from '../../errors.js';
import {
  formatHangReport,
  inspectHang,
  type HangReport,
  type HangReportOptions,
  type Unseen,
} from './hang-inspection.js';
import type { Part } from '../executors/executor.js';
import { isDoneWithin, isResponsive } from '../waiting.js';

/** A thread that only waits cannot be paused: a hang report of it takes all of this. */
const LATE_LOAD_MS = 500;

/** Looks into threads with a blocked event loop and ends them. Each is examined once, however many callers complain. */
export class HangDetector {
  readonly #name: string;
  readonly #graceMs: number;
  readonly #options: HangReportOptions | undefined;
  readonly #errors = new WeakMap<Part, Promise<PhlowError>>();
  readonly #hangReports = new WeakMap<Part, HangReport>();

  constructor(name: string, graceMs: number, options: HangReportOptions | undefined) {
    this.#name = name;
    this.#graceMs = graceMs;
    this.#options = options;
  }

  /** What was found, when the part was examined and could be paused. */
  hangReportOf(part: Part): HangReport | undefined {
    return this.#hangReports.get(part);
  }

  /** Ends the part unless it answers after all. */
  async suspect(part: Part): Promise<void> {
    if (!this.#errors.has(part) && !(await isResponsive(part, this.#graceMs))) await this.examine(part);
  }

  /** Finds out where the part is, ends it, and resolves with the error for those who wait for it. */
  examine(part: Part): Promise<PhlowError> {
    let error = this.#errors.get(part);
    if (error === undefined) {
      error = this.#examine(part);
      this.#errors.set(part, error);
    }
    return error;
  }

  /** Adds to the error of a load that took too long where its thread was, when it was anywhere: it may also wait for what never comes. */
  async placeLateLoad(part: Part, error: unknown): Promise<unknown> {
    if (!(error instanceof PhlowError) || error.code !== 'PHLOW_LOAD_TIMED_OUT') return error;
    const found = await this.#find(part.threadId, LATE_LOAD_MS);
    if (!('frames' in found) || found.frames.length === 0) return error;
    const message = `${error.message}; ${whereOf(found)}`;
    return new PhlowError(error.code, message, { details: { module: this.#name, hangReport: found } });
  }

  async #examine(part: Part): Promise<PhlowError> {
    const found = await this.#find(part.threadId);
    const hangReport = 'frames' in found ? found : undefined;
    if (hangReport !== undefined) this.#hangReports.set(part, hangReport);
    const where = 'frames' in found ? whereOf(found) : found.missing;
    const message = `Module "${this.#name}" hangs: its event loop is blocked; ${where}`;
    const error = new PhlowError('PHLOW_MODULE_HUNG', message, {
      details: { module: this.#name, hangReport },
    });
    // A thread that is inside native code may take seconds to go: the callers are not to wait for that.
    await isDoneWithin(this.#graceMs, part.terminate(error));
    return error;
  }

  #find(threadId: number | undefined, most = Infinity): Promise<HangReport | Unseen> {
    if (this.#options === undefined)
      return Promise.resolve({ missing: 'where is not looked at (hangReport: false)' });
    if (threadId === undefined) {
      return Promise.resolve({
        missing: 'it runs in a process of its own, where it cannot be paused to see where',
      });
    }
    const timeoutMs = Math.min(most, this.#options.timeoutMs);
    return inspectHang(threadId, { ...this.#options, timeoutMs });
  }
}

function whereOf(hangReport: HangReport): string {
  const [frame] = hangReport.frames;
  if (frame === undefined) return 'no code of its own was running when it was paused';
  return `it was in ${frame.function} (${frame.file}:${frame.line}:${frame.column})\n${formatHangReport(hangReport)}`;
}
