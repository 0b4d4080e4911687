import { PhlowError } from '../errors.js';
import { drawAutopsy, performAutopsy, type Autopsy, type AutopsyOptions } from './autopsy.js';
import type { Life } from './life.js';

/** Looks into lives whose event loop does not turn, and ends them. Each life is examined once, however many callers complain. */
export class HangExaminer {
  readonly #name: string;
  readonly #options: AutopsyOptions | undefined;
  readonly #errors = new WeakMap<Life, Promise<PhlowError>>();
  readonly #autopsies = new WeakMap<Life, Autopsy>();

  constructor(name: string, options: AutopsyOptions | undefined) {
    this.#name = name;
    this.#options = options;
  }

  /** What was found, when the life was examined and could be paused. */
  autopsyOf(life: Life): Autopsy | undefined {
    return this.#autopsies.get(life);
  }

  /** Ends the life unless it answers after all. */
  async suspect(life: Life): Promise<void> {
    if (!this.#errors.has(life) && !(await life.isResponsive())) await this.examine(life);
  }

  /** Finds out where the life is, ends it, and resolves with the error for those who wait for it. */
  examine(life: Life): Promise<PhlowError> {
    let error = this.#errors.get(life);
    if (error === undefined) {
      error = this.#examine(life);
      this.#errors.set(life, error);
    }
    return error;
  }

  async #examine(life: Life): Promise<PhlowError> {
    const { threadId } = life.executor;
    const canPause = this.#options !== undefined && threadId !== undefined;
    const autopsy = canPause ? await performAutopsy(threadId, this.#options) : undefined;
    if (autopsy !== undefined) this.#autopsies.set(life, autopsy);
    const message = `Module "${this.#name}" hangs: its event loop does not turn; ${whereOf(autopsy)}`;
    const error = new PhlowError('PHLOW_MODULE_HUNG', message, { details: { module: this.#name, autopsy } });
    await life.executor.terminate(error);
    return error;
  }
}

function whereOf(autopsy: Autopsy | undefined): string {
  const frame = autopsy?.frames[0];
  if (autopsy === undefined || frame === undefined) return 'it could not be paused to see where';
  return `it was in ${frame.function} (${frame.file}:${frame.line}:${frame.column})\n${drawAutopsy(autopsy)}`;
}
