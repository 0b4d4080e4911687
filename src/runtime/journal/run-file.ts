import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, writeSync } from 'node:fs';
import { messageOf, PhlowError } from '../../errors.js';
import { endWork } from './owner.js';
import type { JournalRecord } from './records.js';

/** What a journal survives, see `JournalOptions`. */
export type Sync = 'process' | 'power';

/** The journal of one run, open for writing. Nothing goes on after a record that could not be written. */
export class RunFile {
  readonly path: string;
  readonly #sync: Sync;
  readonly #file: number;
  #length: number;
  #isBroken = false;
  #isClosed = false;

  /** `length` is that of what is in the file, in bytes. */
  constructor(path: string, file: number, length: number, sync: Sync) {
    this.path = path;
    this.#file = file;
    this.#length = length;
    this.#sync = sync;
  }

  /** Writes a record; returns a promise for when the disk has it, where that is asked for. Throws, or rejects with, PHLOW_JOURNAL_UNWRITABLE. */
  append(record: JournalRecord): Promise<void> | undefined {
    this.write(record);
    return this.#sync === 'power' ? this.#synced() : undefined;
  }

  /** The same, and the disk has it when this returns. */
  appendNow(record: JournalRecord): void {
    this.write(record);
    if (this.#sync === 'power') this.#try(() => fdatasyncSync(this.#file));
  }

  /** Writes the last record. Nothing is written after it. */
  close(last?: JournalRecord): void {
    if (this.#isClosed) return;
    try {
      if (last !== undefined && !this.#isBroken) this.appendNow(last);
    } finally {
      this.#isClosed = true;
      closeSync(this.#file);
      endWork(this.path);
    }
  }

  /** Writes a record that may as well be lost with the machine: what is behind it is then repeated. Throws PHLOW_JOURNAL_UNWRITABLE. */
  write(record: JournalRecord): void {
    // A branch that was cancelled may still come to its end when the run has.
    if (this.#isClosed || this.#isBroken) throw this.#unwritable('it is closed');
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    this.#try(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    });
    this.#length += bytes.length;
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#isBroken = true;
      // A part of a line would stand before all that is written later.
      try {
        ftruncateSync(this.#file, this.#length);
      } catch {
        // It is cut off when the file is read.
      }
      throw this.#unwritable(messageOf(error), error);
    }
  }

  #synced(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#file, (error) => {
        if (error === null) resolve();
        else {
          this.#isBroken = true;
          reject(this.#unwritable(messageOf(error), error));
        }
      });
    });
  }

  #unwritable(problem: string, cause?: unknown): PhlowError {
    return new PhlowError('PHLOW_JOURNAL_UNWRITABLE', `Cannot write the journal ${this.path}: ${problem}`, {
      cause,
      details: { file: this.path },
    });
  }
}
