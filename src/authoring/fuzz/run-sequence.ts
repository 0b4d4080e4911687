import type { Module } from '../../host/module-types.js';
import type { FuzzTally } from './fuzz-tally.js';
import type { FuzzInput, InputPlan } from './input-plan.js';
import { endedProblem, judgeError, judgeReply, type FuzzOutcome, type FuzzProblem } from './judge-call.js';

/** A sequence that shows what is wrong, as small as it got. */
export interface FuzzFailure extends FuzzProblem {
  /** The last one breaks something, after the others. */
  readonly calls: readonly FuzzCall[];
  /** Leads the generator to this sequence, together with the seed. */
  readonly path: string;
  /** How many smaller sequences showed it too. */
  readonly shrinks: number;
}

/** One input that was sent. */
export interface FuzzCall {
  readonly input: unknown;
  /** Whether the manifest allows it. */
  readonly isValid: boolean;
  /** What it came to; undefined for the one that broke something. */
  readonly outcome: FuzzOutcome | undefined;
}

interface RunnerOptions {
  readonly load: () => Promise<Module>;
  readonly plan: InputPlan;
  readonly tally: FuzzTally;
  readonly timeoutMs: number;
  readonly mayFail: boolean;
  /** Inputs to send; then every sequence passes unsent. */
  readonly runs: number;
  readonly signal: AbortSignal | undefined;
}

/** Sequences that are tried after the first one that failed. */
const MAX_SHRINKS = 500;
/** Those among them that fail too; each one that hangs takes the whole deadline. */
const MAX_HANGS = 30;

/** Sends sequences of inputs, each to a new instance of the module, and keeps the last one that failed. */
export class SequenceRunner {
  readonly #options: RunnerOptions;
  #failure: (FuzzProblem & Pick<FuzzFailure, 'calls'>) | undefined;
  #tries = 0;
  #hangs = 0;
  #broken: { readonly error: unknown } | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get failure(): (FuzzProblem & Pick<FuzzFailure, 'calls'>) | undefined {
    return this.#failure;
  }

  /** Throws what kept a sequence from being run, and is none of the module's doing. */
  assertRan(): void {
    if (this.#broken !== undefined) throw this.#broken.error as Error;
  }

  /** Rejects when the sequence fails. Once enough was sent, or tried, everything passes: the search then comes to its end. */
  async run(inputs: readonly FuzzInput[]): Promise<void> {
    const { plan, tally, runs, signal } = this.#options;
    if (this.#broken !== undefined || signal?.aborted === true) return;
    const isSearching = this.#failure === undefined;
    if (isSearching && tally.inputs >= runs) return;
    if (!isSearching && (++this.#tries > MAX_SHRINKS || this.#hangs > MAX_HANGS)) return;
    const wanted = inputs.filter((one) => plan.isWanted(one.input));
    if (isSearching) tally.discard(inputs.length - wanted.length);
    if (wanted.length === 0) return;
    let problem: FuzzProblem | undefined;
    try {
      problem = await this.#send(wanted, isSearching);
    } catch (error) {
      this.#broken = { error };
      return;
    }
    if (problem?.kind === 'hang') this.#hangs++;
    if (problem !== undefined) throw new Error(problem.message);
  }

  async #send(inputs: readonly FuzzInput[], isSearching: boolean): Promise<FuzzProblem | undefined> {
    const { load, tally } = this.#options;
    const module = await load();
    if (isSearching) tally.begin();
    const calls: FuzzCall[] = [];
    try {
      for (const one of inputs) {
        const isValid = this.#options.plan.isValid(one.input) === true;
        if (isSearching) tally.send(one, isValid);
        const outcome = await this.#call(module, one.input, isValid);
        const problem = typeof outcome === 'object' ? outcome : endOf(module);
        if (problem !== undefined) {
          this.#failure = {
            ...problem,
            calls: [...calls, { input: one.input, isValid, outcome: undefined }],
          };
          return problem;
        }
        if (typeof outcome !== 'object') {
          calls.push({ input: one.input, isValid, outcome });
          if (isSearching) tally.end(outcome);
        }
      }
      return undefined;
    } finally {
      await module.close();
    }
  }

  async #call(module: Module, input: unknown, isValid: boolean): Promise<FuzzOutcome | FuzzProblem> {
    const { timeoutMs, mayFail, signal } = this.#options;
    try {
      await module.call(input, { timeoutMs, signal });
      return judgeReply(isValid);
    } catch (error) {
      return judgeError(error, isValid, mayFail);
    }
  }
}

function endOf(module: Module): FuzzProblem | undefined {
  return module.state === 'ready' ? undefined : endedProblem(module.name, module.state);
}
