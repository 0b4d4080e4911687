import { isPhlowError, PhlowError } from '../../errors.js';
import { NONE } from '../../flow/engine/none.js';
import type { RunJournal } from '../../flow/engine/run-journal.js';
import { pathOf, visitOf } from '../../flow/engine/run-key.js';
import type { RunState } from '../../flow/engine/run-state.js';
import type { Step } from '../../flow/plan/plan.js';
import type { PhsMap, PhsValue } from '../../phs/values/value.js';
import { errorOf, recordOf } from './error-record.js';
import type { KeptRun } from './kept-run.js';
import type { StepRecord } from './records.js';
import type { RunFile } from './run-file.js';
import { boxed, unboxed } from './value-box.js';

/** Writes what a run comes to, and brings it to where it was in the process before this one. */
export class RunRecorder implements RunJournal {
  readonly id: string;
  readonly endings: number;
  readonly #file: RunFile;
  readonly #kept: KeptRun;
  /** The variables that each body had when its last step was left: an error branch changes them. */
  readonly #locals = new WeakMap<RunState, PhsMap | undefined>();

  constructor(file: RunFile, kept: KeptRun) {
    this.id = kept.start.id;
    this.endings = kept.endings;
    this.#file = file;
    this.#kept = kept;
  }

  restore(run: RunState): void {
    for (const record of this.#kept.bodies.get(pathOf(run)) ?? []) this.#repeat(run, record);
    this.#locals.set(run, run.scope.locals);
  }

  #repeat(run: RunState, { s, n: [number, index], o, p, e, over }: StepRecord): void {
    const { plan } = run.env;
    const step = run.current();
    const pipeline = plan.pipelines[number];
    if (step === undefined || step.document.path !== s || pipeline === undefined) {
      const found = step === undefined ? 'its end' : step.document.path;
      const message = `Cannot resume the run ${this.id}: its journal goes on with ${s}, the flow with ${found}`;
      throw new PhlowError('PHLOW_JOURNAL_INVALID', message);
    }
    run.output = o === undefined ? NONE : unboxed(o);
    run.isOutputPlain = p === 1;
    run.target = { pipeline, index };
    if (over === 1) run.isOver = true;
    if (e !== undefined) run.scope.locals = { ...run.scope.locals, error: unboxed(e) };
    run.leave(step);
  }

  leave(run: RunState, step: Step): Promise<void> | undefined {
    const visit = visitOf(run);
    const { output, isOutputPlain } = run;
    const { locals } = run.scope;
    const hasNewError = locals !== this.#locals.get(run);
    if (hasNewError) this.#locals.set(run, locals);
    const out = output === NONE ? undefined : this.#boxed(output, isOutputPlain, step);
    run.leave(step);
    const { pipeline, index } = run.position;
    return this.#file.append({
      t: 'step',
      k: visit,
      s: step.document.path,
      n: [pipeline.number, index],
      ...(out && { o: out }),
      ...(out && isOutputPlain ? { p: 1 } : {}),
      ...(hasNewError && { e: boxed(locals?.['error'], false) }),
      ...(run.isOver ? { over: 1 } : {}),
    });
  }

  #boxed(output: PhsValue, isPlain: boolean, step: Step): ReturnType<typeof boxed> {
    try {
      return boxed(output, isPlain);
    } catch (error) {
      throw misfit(step, error);
    }
  }

  begin(run: RunState, step: Step): boolean {
    const visit = visitOf(run);
    if (this.#kept.known.has(visit)) {
      run.output = this.#kept.known.get(visit);
      run.isOutputPlain = true;
      return true;
    }
    this.#file.appendNow({ t: 'begin', k: visit, s: step.document.path });
    return false;
  }

  items(run: RunState, items: readonly PhsValue[]): readonly PhsValue[] {
    const visit = visitOf(run);
    const kept = this.#kept.items.get(visit);
    if (kept !== undefined) return kept;
    this.#file.write({ t: 'items', k: visit, v: boxed(items, false) });
    return items;
  }

  retry(run: RunState): void {
    // Only bodies have something that counts before the step is left.
    if (run.step?.work === undefined || run.step.work.kind === 'use') return;
    const visit = visitOf(run);
    this.#kept.forget(visit);
    this.#file.write({ t: 'retry', k: visit });
  }

  failure(run: RunState): { readonly error: unknown } | undefined {
    const kept = this.#kept.failures.get(pathOf(run));
    return kept && { error: errorOf(kept) };
  }

  failed(run: RunState, error: unknown): void {
    this.#file.write({ t: 'fail', k: pathOf(run), error: recordOf(error) });
  }

  /** The run is done. Throws PHLOW_JOURNAL_UNWRITABLE. */
  done(): void {
    this.#file.close({ t: 'end', state: 'done', at: Date.now() });
  }

  /** The run has failed, or its flow was closed under it. */
  fail(error: unknown, isClosed: boolean): void {
    const isInterrupted = isClosed && isPhlowError(error) && error.code === 'PHLOW_FLOW_CANCELLED';
    const state = isInterrupted ? 'interrupted' : 'failed';
    try {
      this.#file.close({ t: 'end', state, at: Date.now(), error: recordOf(error) });
    } catch {
      // The run has failed already, with something that says more.
    }
  }
}

/** What a step came to and a file cannot hold. The run can be resumed at that step. */
function misfit(step: Step, error: unknown): PhlowError {
  const { path } = step.document;
  const found = error instanceof Error ? error.message : '';
  return new PhlowError('PHLOW_JOURNAL_VALUE', `${found} (the output of ${path})`, { cause: error });
}
