import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCode, messageOf, PhlowError } from '../../errors.js';
import { withClaim } from '../../sandbox/lock/claim.js';
import { visibleLine } from '../../visible-text.js';
import { KeptRun } from './kept-run.js';
import { beginWork, isAtWork, SELF } from './owner.js';
import type { JournalRecord, StartRecord } from './records.js';
import { RunFile, type Sync } from './run-file.js';

/** What follows the id of a run in the name of its journal. */
const ENDING = '.jsonl';
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** A run that was opened to go on. */
export interface OpenedRun {
  readonly kept: KeptRun;
  readonly file: RunFile;
}

/** A folder of journals: one file for each run, a line of JSON for each record. */
export class FileJournal {
  readonly folder: string;
  readonly #sync: Sync;

  constructor(folder: string, sync: Sync = 'process') {
    this.folder = resolve(folder);
    this.#sync = sync;
  }

  /** Begins the journal of a run. Throws PHLOW_RUN_EXISTS, PHLOW_JOURNAL_UNWRITABLE; PHLOW_OPTION_INVALID for an id that is no name of a file. */
  create(start: Omit<StartRecord, 't' | 'version' | 'by' | 'at'>): OpenedRun {
    const { id } = start;
    const path = this.#path(id, 'Cannot start a run');
    let file: number;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      file = openSync(path, 'ax', 0o600);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw unwritable(path, error);
      const message = `Cannot start the run ${id}: ${this.folder} has one of this id; give it another one, or resume that one`;
      throw new PhlowError('PHLOW_RUN_EXISTS', message, { details: { id } });
    }
    beginWork(path);
    const written = new RunFile(path, file, 0, this.#sync);
    const record: StartRecord = { t: 'run', version: 1, ...start, at: Date.now(), by: SELF };
    try {
      written.appendNow(record);
      if (this.#sync === 'power') syncFolder(this.folder);
    } catch (error) {
      written.close();
      throw error;
    }
    return { kept: KeptRun.of([record], path), file: written };
  }

  /**
   * Opens the journal of a run that nobody works on. `check` looks at what it says before anything is written, and returns what is to be written.
   *
   * @throws PHLOW_RUN_UNKNOWN, PHLOW_RUN_BUSY, PHLOW_JOURNAL_INVALID, PHLOW_JOURNAL_UNREADABLE, PHLOW_JOURNAL_UNWRITABLE, and what `check` throws.
   */
  async open(id: string, check: (kept: KeptRun) => readonly JournalRecord[]): Promise<OpenedRun> {
    const path = this.#path(id, 'Cannot resume a run');
    this.#text(id, path);
    const claim = join(this.folder, `.${id}.claim`);
    // Of two processes that ask at the same time, the second one reads that the first one works on it.
    return withClaim(claim, () => Promise.resolve(this.#open(id, path, check)));
  }

  #open(id: string, path: string, check: (kept: KeptRun) => readonly JournalRecord[]): OpenedRun {
    const { records, length } = parsed(this.#text(id, path), path);
    const kept = KeptRun.of(records, path);
    if (kept.end === undefined && isAtWork(kept.owner, path)) {
      const message = `Cannot resume the run ${id}: process ${kept.owner.pid} works on it`;
      throw new PhlowError('PHLOW_RUN_BUSY', message, { details: { id, pid: kept.owner.pid } });
    }
    const further: JournalRecord[] = [...check(kept), { t: 'resume', at: Date.now(), by: SELF }];
    let descriptor: number;
    try {
      descriptor = openSync(path, 'a', 0o600);
    } catch (error) {
      throw unwritable(path, error);
    }
    beginWork(path);
    const file = new RunFile(path, descriptor, length, this.#sync);
    try {
      // What the process did not come to the end of writing.
      ftruncateSync(descriptor, length);
      for (const record of further) file.appendNow(record);
    } catch (error) {
      file.close();
      throw error;
    }
    return { kept: KeptRun.of([...records, ...further], path), file };
  }

  /** What the journal of a run says. Throws as `open` does. */
  read(id: string): KeptRun {
    const path = this.#path(id, 'Cannot read a run');
    return KeptRun.of(parsed(this.#text(id, path), path).records, path);
  }

  /** The ids of all runs, in no order. Throws PHLOW_JOURNAL_UNREADABLE. */
  ids(): readonly string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => name.endsWith(ENDING))
        .map((name) => name.slice(0, -ENDING.length))
        .filter((id) => ID.test(id));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw unreadable(this.folder, error);
    }
  }

  /** Whether a process works on a run. */
  isBusy(id: string, { end, owner }: KeptRun): boolean {
    return end === undefined && isAtWork(owner, this.#path(id, 'Cannot read a run'));
  }

  /** The path of a run's journal. Throws PHLOW_OPTION_INVALID. */
  #path(id: string, attempt: string): string {
    if (ID.test(id)) return join(this.folder, `${id}${ENDING}`);
    const message = `${attempt}: its id must be 1 to 128 letters, digits, dots, dashes and underscores, a letter or digit first; found "${visibleLine(id)}"`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'id' } });
  }

  #text(id: string, path: string): Buffer {
    try {
      return readFileSync(path);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw unreadable(path, error);
      const message = `Cannot find the run ${id}: there is no ${path}; \`phlow runs ${this.folder}\` lists those there are`;
      throw new PhlowError('PHLOW_RUN_UNKNOWN', message, { details: { id } });
    }
  }
}

/** The records up to the last whole line, and where that ends. Throws PHLOW_JOURNAL_INVALID. */
function parsed(bytes: Buffer, path: string): { records: JournalRecord[]; length: number } {
  const length = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
  const records = lines.map((line, index) => {
    try {
      return JSON.parse(line) as JournalRecord;
    } catch (error) {
      const message = `Cannot read ${path}: line ${index + 1} is damaged: ${messageOf(error)}`;
      throw new PhlowError('PHLOW_JOURNAL_INVALID', message, {
        cause: error,
        details: { file: path, line: index + 1 },
      });
    }
  });
  return { records, length };
}

function syncFolder(folder: string): void {
  let file: number | undefined;
  try {
    file = openSync(folder, 'r');
    fsyncSync(file);
  } catch (error) {
    // Windows opens no folder; there the name is written with the file.
    if (process.platform !== 'win32') throw unwritable(folder, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function unwritable(path: string, error: unknown): PhlowError {
  const message = `Cannot write the journal ${path}: ${messageOf(error)}`;
  return new PhlowError('PHLOW_JOURNAL_UNWRITABLE', message, { cause: error, details: { file: path } });
}

function unreadable(path: string, error: unknown): PhlowError {
  const message = `Cannot read the journal ${path}: ${messageOf(error)}`;
  return new PhlowError('PHLOW_JOURNAL_UNREADABLE', message, { cause: error, details: { file: path } });
}
