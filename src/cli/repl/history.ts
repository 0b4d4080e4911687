import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { errorCode, messageOf } from '../../errors.js';
import { HISTORY_SIZE } from '../line-reader.js';

/** A longer line is not worth keeping. */
const MAX_LINE = 4_096;
/** Nobody has typed more than that. */
const MAX_BYTES = 2 * HISTORY_SIZE * MAX_LINE;

/** The lines of former sessions, in a file that only its user can read: the last 1 000. What cannot be kept is not, and `problem` says why. */
export class History {
  readonly #file: string;
  readonly #onProblem: (problem: string) => void;
  #count = 0;
  #isLost = false;

  /** @param onProblem is called once, when lines cannot be kept. */
  constructor(file: string, onProblem: (problem: string) => void) {
    this.#file = file;
    this.#onProblem = onProblem;
  }

  /** The lines, the newest first. */
  read(): readonly string[] {
    return this.#attempt(() => {
      const { lines, isPrivate } = this.#load();
      if (lines.length > HISTORY_SIZE || !isPrivate) this.#store(lines.slice(-HISTORY_SIZE));
      this.#count = Math.min(lines.length, HISTORY_SIZE);
      return lines.slice(-HISTORY_SIZE).reverse();
    }, []);
  }

  /** Keeps a line; one that begins with a blank is not for keeping. */
  add(line: string): void {
    if (/^\s|^$|\p{Cc}/u.test(line) || line.length > MAX_LINE) return;
    this.#attempt(() => {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      const file = openSync(this.#file, APPEND, 0o600);
      try {
        writeFileSync(file, `${line}\n`);
      } finally {
        closeSync(file);
      }
      // Other sessions may have written, too.
      if (++this.#count > 2 * HISTORY_SIZE) this.read();
    }, undefined);
  }

  #load(): { readonly lines: readonly string[]; readonly isPrivate: boolean } {
    let file: number;
    try {
      file = openSync(this.#file, constants.O_RDONLY | NO_LINKS);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return { lines: [], isPrivate: true };
      throw error;
    }
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new Error(`${this.#file} is no file`);
      const length = Math.min(stat.size, MAX_BYTES);
      const bytes = Buffer.alloc(length);
      const read = readSync(file, bytes, 0, length, stat.size - length);
      const text = bytes.toString('utf8', 0, read);
      const lines = text.split('\n').filter((line) => line !== '' && !/\p{Cc}/u.test(line));
      // Windows has no such bits; there the user's own folders are closed to others by default.
      return { lines, isPrivate: process.platform === 'win32' || (stat.mode & 0o077) === 0 };
    } finally {
      closeSync(file);
    }
  }

  /** Replaces the whole file, or leaves it as it was. */
  #store(lines: readonly string[]): void {
    const beside = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(beside, lines.map((line) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' });
      renameSync(beside, this.#file);
    } finally {
      rmSync(beside, { force: true });
    }
  }

  #attempt<T>(run: () => T, otherwise: T): T {
    if (this.#isLost) return otherwise;
    try {
      return run();
    } catch (error) {
      this.#isLost = true;
      this.#onProblem(messageOf(error));
      return otherwise;
    }
  }
}

/** A link would lead to a file that is not for lines. */
const NO_LINKS = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_LINKS;

/** Where lines are kept: below `XDG_STATE_HOME` where that is set, else below the user's own `.local/state`; undefined for a user without a home. */
export function historyFile(): string | undefined {
  const named = process.env['XDG_STATE_HOME'];
  if (named !== undefined && isAbsolute(named)) return join(named, 'phlow', 'repl_history');
  try {
    const home = homedir();
    return isAbsolute(home) ? join(home, '.local', 'state', 'phlow', 'repl_history') : undefined;
  } catch {
    // A user id without an account.
    return undefined;
  }
}
