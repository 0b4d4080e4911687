import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What is done of a long check: a line of JSON each in a file, so that a check that was cut off goes on where it was. Without a file it forgets. */
export class Journal<T> {
  readonly #path: string | undefined;
  readonly #done: Map<string, T>;

  constructor(path: string | undefined) {
    this.#path = path;
    this.#done = new Map(path === undefined ? [] : readJournal<T>(path));
  }

  /** All that is done, by its key. */
  get all(): ReadonlyMap<string, T> {
    return this.#done;
  }

  get(key: string): T | undefined {
    return this.#done.get(key);
  }

  set(key: string, value: T): void {
    this.#done.set(key, value);
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify([key, value])}\n`);
  }
}

/** What stands in the file; nothing when there is none. */
export function readJournal<T>(path: string): [string, T][] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as [string, T]];
      } catch {
        // The line that was being written when the check was cut off.
        return [];
      }
    });
}
