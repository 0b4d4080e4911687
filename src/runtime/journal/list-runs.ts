import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isPhlowError } from '../../errors.js';
import { FileJournal } from './file-journal.js';
import type { KeptRun } from './kept-run.js';

/** What a run has come to. Times are milliseconds since 1970. */
export interface RunInfo {
  readonly id: string;
  /** The file of its flow, or what its text was called. */
  readonly flow: string | undefined;
  /**
   * `running`: a process works on it. `interrupted`: its process has ended, or its flow was closed under it. `damaged`: its journal cannot be read; `message`
   * says why.
   */
  readonly state: 'running' | 'interrupted' | 'failed' | 'done' | 'damaged';
  /** Where the step that was left last is in the flow. */
  readonly step: string | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Why it failed. */
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** The runs whose journals are in a folder, the oldest first. None for a folder that does not exist. Throws PHLOW_JOURNAL_UNREADABLE. */
export function listRuns(folder: string): readonly RunInfo[] {
  const journal = new FileJournal(folder);
  const infos = journal.ids().map((id) => infoOf(journal, id));
  return infos.toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.id < b.id ? -1 : 1));
}

/**
 * Removes the journals of runs that are done or have failed, and did so at least `ageMs` ago. Returns their ids. Throws PHLOW_JOURNAL_UNREADABLE.
 */
export function pruneRuns(folder: string, ageMs: number): readonly string[] {
  const before = Date.now() - ageMs;
  const old = listRuns(folder).filter(
    ({ state, endedAt }) => (state === 'done' || state === 'failed') && (endedAt ?? Infinity) <= before,
  );
  for (const { id } of old) rmSync(join(folder, `${id}.jsonl`), { force: true });
  return old.map(({ id }) => id);
}

function infoOf(journal: FileJournal, id: string): RunInfo {
  let kept: KeptRun;
  try {
    kept = journal.read(id);
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    const { code, message } = error;
    return {
      id,
      flow: undefined,
      state: 'damaged',
      step: undefined,
      startedAt: undefined,
      endedAt: undefined,
      code,
      message,
    };
  }
  const { start, end, lastStep } = kept;
  return {
    id,
    flow: start.flow,
    state: end?.state ?? (journal.isBusy(id, kept) ? 'running' : 'interrupted'),
    step: lastStep,
    startedAt: start.at,
    endedAt: end?.at,
    code: end?.error?.code,
    message: end?.error?.message,
  };
}
