import { createHash, randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { PhlowError } from '../../errors.js';
import { recording } from '../../flow/source/flow-files.js';
import type { Value } from '../../values.js';
import type { FoundFlow } from '../flow-source.js';
import { FileJournal, type OpenedRun } from './file-journal.js';
import { errorOf } from './error-record.js';
import type { KeptRun } from './kept-run.js';
import type { JournalRecord } from './records.js';
import { RunRecorder } from './run-recorder.js';
import { boxed, unboxed } from './value-box.js';

/** Where the runs of a flow are kept. */
export interface JournalOptions {
  readonly folder: string;
  /**
   * What the journal survives. `process`, the default: the end of the process, however it comes. `power`: also that of the machine; no step begins before
   * the disk has what the step before it came to.
   */
  readonly sync?: 'process' | 'power';
}

/** How a run goes on. */
export interface HowToResume {
  readonly again?: boolean | undefined;
  readonly done?: Value;
  /** `done` was given: undefined is a value. */
  readonly hasDone: boolean;
}

/** What one run of a flow with a journal works with. */
export interface KeptInput {
  readonly journal: RunRecorder;
  readonly main: Value;
  readonly payload: Value;
  readonly startStep: string | undefined;
}

/** Keeps the runs of one open flow. */
export class FlowJournal {
  readonly #journal: FileJournal;
  readonly #flow: string;
  readonly #files: Readonly<Record<string, string>>;

  /** `texts` are the files that the flow was read from, by their paths. */
  constructor({ folder, sync }: JournalOptions, found: FoundFlow, texts: Readonly<Record<string, string>>) {
    this.#journal = new FileJournal(folder, sync);
    const { origin, baseDir, file } = found;
    const own = origin.kind === 'value' ? JSON.stringify(origin.flow) : origin.text;
    const ownPath = file ?? (origin.kind === 'value' ? 'flow' : origin.path);
    this.#flow = ownPath;
    const all = Object.entries({ ...texts, [ownPath]: own });
    this.#files = Object.fromEntries(all.map(([path, text]) => [nameOf(path, baseDir), hashOf(text)]));
  }

  /** Begins a run. Throws as `FileJournal.create` does, and PHLOW_JOURNAL_VALUE. */
  start(given: {
    id?: string | undefined;
    main: Value;
    payload: Value;
    startStep?: string | undefined;
  }): KeptInput {
    const { id = randomUUID(), main, payload, startStep } = given;
    const opened = this.#journal.create({
      id,
      flow: this.#flow,
      files: this.#files,
      main: boxed(main, true),
      payload: boxed(payload, true),
      step: startStep,
    });
    return { journal: new RunRecorder(opened.file, opened.kept), main, payload, startStep };
  }

  /** Goes on with a run. Throws as `FileJournal.open` does, and PHLOW_RUN_CHANGED, PHLOW_RUN_UNCERTAIN, PHLOW_OPTION_INVALID. */
  async resume(id: string, how: HowToResume): Promise<KeptInput> {
    const opened: OpenedRun = await this.#journal.open(id, (kept) => {
      this.#assertSame(id, kept);
      return decided(id, kept, how);
    });
    const { start } = opened.kept;
    return {
      journal: new RunRecorder(opened.file, opened.kept),
      main: unboxed(start.main) as Value,
      payload: unboxed(start.payload) as Value,
      startStep: start.step,
    };
  }

  #assertSame(id: string, { start }: KeptRun): void {
    const names = new Set([...Object.keys(start.files), ...Object.keys(this.#files)]);
    const changed = [...names].filter((name) => start.files[name] !== this.#files[name]);
    if (changed.length === 0) return;
    const what = changed.toSorted().join(', ');
    const message = `Cannot resume the run ${id}: the flow is not the one that it was started with; changed: ${what}. Resume it with the files as they were, or start a new run`;
    throw new PhlowError('PHLOW_RUN_CHANGED', message, { details: { id, changed } });
  }
}

/** What is written about the steps marked `once` that may have taken place. Throws PHLOW_RUN_UNCERTAIN, PHLOW_OPTION_INVALID. */
function decided(id: string, kept: KeptRun, { again, done, hasDone }: HowToResume): readonly JournalRecord[] {
  const begun = [...kept.begun];
  const [first, second] = begun;
  if (hasDone) {
    if (first !== undefined && second === undefined)
      return [{ t: 'known', k: first[0], v: boxed(done, true) }];
    const found = first === undefined ? 'no step' : `${begun.length} steps`;
    const message = `Cannot resume the run ${id}: "done" is the output of the one step marked "once" that had begun, and ${found} had`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'done' } });
  }
  if (first === undefined) return [];
  if (again === true) return [{ t: 'again' }];
  const steps = begun.map(([, step]) => step);
  const failure = kept.end?.error;
  const why = failure === undefined ? 'the process ended' : `the run ended: ${failure.message}`;
  const message = `Cannot resume the run ${id}: ${steps.join(', ')} had begun and had not ended when ${why}; steps marked "once" are not repeated unless you say so. Find out whether it took place: if not, resume with --again ({ again: true }); if so, with --done JSON ({ done }), its output`;
  throw new PhlowError('PHLOW_RUN_UNCERTAIN', message, {
    cause: failure && errorOf(failure),
    details: { id, steps, keys: begun.map(([visit]) => `${id}:${visit}`) },
  });
}

/**
 * The flow to read in place of `found`, and what makes the journal of its runs once it has been read. Throws PHLOW_OPTION_INVALID for a flow that does not run in
 * the host's thread.
 */
export function openJournal(
  found: FoundFlow,
  given: string | JournalOptions | undefined,
): { readonly found: FoundFlow; readonly journal: (() => FlowJournal) | undefined } {
  if (given === undefined) return { found, journal: undefined };
  if (found.packageFolder !== undefined) {
    const message = `Cannot open a flow: ${found.file ?? 'it'} came with a package and runs in a thread of its own, where no journal is kept; journal a flow of your own that uses it as a module`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'journal' } });
  }
  const texts: Record<string, string> = {};
  const read = { ...found, files: recording(found.files, texts) };
  const options = typeof given === 'string' ? { folder: given } : given;
  return { found: read, journal: () => new FlowJournal(options, read, texts) };
}

/** The error of what needs a journal. */
export function withoutJournal(attempt: string): PhlowError {
  const message = `${attempt}: the flow has no journal; open it with \`journal\`, the folder for it`;
  return new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'journal' } });
}

function nameOf(path: string, baseDir: string): string {
  return relative(baseDir, path).replaceAll('\\', '/');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
