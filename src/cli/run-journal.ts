import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { isPhlowError } from '../errors.js';
import type { Flow, FlowRunOptions, JournalOptions, Value } from '../index.js';
import { shellText, visibleLine } from '../visible-text.js';
import { usage, type OptionSpecs } from './args.js';
import { jsonArgument } from './json-argument.js';
import { library } from './library.js';
import type { Printer } from './print.js';

/** Options of a run that is kept. */
export const JOURNAL_OPTIONS = {
  journal: {
    kind: 'text',
    value: 'DIR',
    help: 'keep what the steps come to in this folder, so that the run can be resumed',
  },
  sync: {
    kind: 'text',
    value: 'LEVEL',
    help: 'what the journal survives: process (default), or power, which waits for the disk after each step',
  },
  id: { kind: 'text', value: 'ID', help: 'what the run is called in the journal; default: a random one' },
  resume: {
    kind: 'text',
    value: 'ID',
    help: 'resume this run at the step that it was in; main modules do not run then',
  },
  again: {
    kind: 'flag',
    help: 'with --resume: repeat steps marked once of which it is unknown whether they took place',
  },
  done: {
    kind: 'text',
    value: 'JSON',
    help: 'with --resume: such a step took place, and this is its output',
  },
  'resume-all': {
    kind: 'flag',
    help: 'resume all runs of the flow whose process has ended; a flow without main modules does nothing else then',
  },
} as const satisfies OptionSpecs;

/** The same, still as text. */
export interface JournalRequest {
  readonly journal?: string | undefined;
  readonly sync?: string | undefined;
  readonly id?: string | undefined;
  readonly resume?: string | undefined;
  readonly again?: true | undefined;
  readonly done?: string | undefined;
  readonly 'resume-all'?: true | undefined;
  readonly main?: string | undefined;
  readonly payload?: string | undefined;
  readonly step?: string | undefined;
  readonly watch?: true | undefined;
}

/** How the flow is opened for that. Throws PHLOW_USAGE for options that do not go together. */
export function journalOf(request: JournalRequest): { readonly journal?: JournalOptions } {
  const { journal, sync, resume } = request;
  const needing = (['sync', 'id', 'resume', 'again', 'done', 'resume-all'] as const).find(
    (name) => request[name] !== undefined,
  );
  if (journal === undefined) {
    if (needing !== undefined) throw usage(`Option --${needing} needs --journal as well`);
    return {};
  }
  if (resume === undefined && (request.again ?? request.done) !== undefined)
    throw usage('Options --again and --done need --resume as well');
  if (request.again !== undefined && request.done !== undefined)
    throw usage('Cannot use --again and --done together: either the step took place or not');
  const other = (['id', 'main', 'payload', 'step', 'watch', 'resume-all'] as const).find(
    (name) => request[name] !== undefined,
  );
  if (resume !== undefined && other !== undefined)
    throw usage(`Cannot use --${other} with --resume: the journal has what the run was started with`);
  if (sync !== undefined && sync !== 'process' && sync !== 'power')
    throw usage(`Option --sync must be process or power: found "${visibleLine(sync)}"`);
  return { journal: { folder: journal, ...(sync === undefined ? {} : { sync }) } };
}

/** Runs the flow, or goes on with a run of it. When that fails, says how the run can be resumed. */
export async function runOrResume(
  flow: Flow,
  target: string,
  request: JournalRequest,
  options: FlowRunOptions,
  print: Printer,
): Promise<Value> {
  const { journal, resume, again, done } = request;
  if (journal === undefined) return flow.run(options);
  const id = resume ?? request.id ?? randomUUID();
  const { signal, timeoutMs } = options;
  const how = done === undefined ? {} : { done: jsonArgument('--done', done) };
  try {
    return resume === undefined
      ? await flow.run({ ...options, id })
      : await flow.resume(resume, { signal, timeoutMs, again, ...how });
  } catch (error) {
    // Of these no run was begun, or it says itself what to do.
    const isOver = isPhlowError(error) && /^PHLOW_(?:RUN_|OPTION_)/.test(error.code);
    if (!isOver) print.note(`The run ${id} can be resumed: ${resumeCommand(target, journal, id)}`);
    throw error;
  }
}

/** Resumes the runs of the flow whose process has ended, one after the other, and prints what became of each. Resolves with false if one failed. */
export async function resumeAll(
  flow: Flow,
  target: string,
  folder: string,
  print: Printer,
  signal: AbortSignal,
): Promise<boolean> {
  let isFine = true;
  for (const id of await interruptedRuns(target, folder)) {
    if (signal.aborted) break;
    try {
      await flow.resume(id, { signal });
      print.note(`Resumed the run ${id}: done`);
    } catch (error) {
      isFine = false;
      print.note(
        `Resumed the run ${id}: ${isPhlowError(error) ? visibleLine(error.message) : String(error)}`,
      );
    }
  }
  return isFine;
}

/** Says which runs of the flow can be resumed, and how. */
export async function noteInterrupted(target: string, folder: string, print: Printer): Promise<void> {
  for (const id of await interruptedRuns(target, folder))
    print.note(`The run ${id} was interrupted: ${resumeCommand(target, folder, id)}`);
}

async function interruptedRuns(target: string, folder: string): Promise<readonly string[]> {
  const { flowFileOf, listRuns } = await library();
  const file = resolve(flowFileOf(target));
  return listRuns(folder)
    .filter(({ state, flow }) => state === 'interrupted' && flow === file)
    .map(({ id }) => id);
}

function resumeCommand(target: string, folder: string, id: string): string {
  return `phlow run ${shellText(target)} --journal ${shellText(folder)} --resume ${shellText(id)}`;
}
