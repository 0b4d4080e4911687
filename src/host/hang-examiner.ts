import { PhlowError } from '../errors.js';
import { drawAutopsy, performAutopsy, type Autopsy, type AutopsyOptions } from './autopsy.js';
import type { Part } from './executor.js';
import { isResponsive } from './is-responsive.js';

/** Looks into threads whose event loop does not turn, and ends them. Each is examined once, however many callers complain. */
export class HangExaminer {
  readonly #name: string;
  readonly #graceMs: number;
  readonly #options: AutopsyOptions | undefined;
  readonly #errors = new WeakMap<Part, Promise<PhlowError>>();
  readonly #autopsies = new WeakMap<Part, Autopsy>();

  constructor(name: string, graceMs: number, options: AutopsyOptions | undefined) {
    this.#name = name;
    this.#graceMs = graceMs;
    this.#options = options;
  }

  /** What was found, when the part was examined and could be paused. */
  autopsyOf(part: Part): Autopsy | undefined {
    return this.#autopsies.get(part);
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

  async #examine(part: Part): Promise<PhlowError> {
    const { threadId } = part;
    const canPause = this.#options !== undefined && threadId !== undefined;
    const autopsy = canPause ? await performAutopsy(threadId, this.#options) : undefined;
    if (autopsy !== undefined) this.#autopsies.set(part, autopsy);
    const message = `Module "${this.#name}" hangs: its event loop does not turn; ${whereOf(autopsy)}`;
    const error = new PhlowError('PHLOW_MODULE_HUNG', message, { details: { module: this.#name, autopsy } });
    await part.terminate(error);
    return error;
  }
}

function whereOf(autopsy: Autopsy | undefined): string {
  const frame = autopsy?.frames[0];
  if (autopsy === undefined || frame === undefined) return 'it could not be paused to see where';
  return `it was in ${frame.function} (${frame.file}:${frame.line}:${frame.column})\n${drawAutopsy(autopsy)}`;
}
