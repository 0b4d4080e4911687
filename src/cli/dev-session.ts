import { basename } from 'node:path';
import { isPhlowError } from '../errors.js';
import type { Host, LoadOptions, Module, Value } from '../index.js';
import { errorText } from './error-text.js';
import { jsonArgument } from './json-argument.js';
import { readLines } from './line-reader.js';
import type { Printer } from './print.js';
import { resultJson } from './json-text.js';
import { hasChanged, stateOf } from './watch.js';

/** What a session works on. */
export interface DevOptions {
  readonly host: Host;
  readonly folder: string;
  readonly inputs: readonly Value[];
  readonly load: LoadOptions;
  readonly isInspected: boolean;
  readonly print: Printer;
  readonly signal: AbortSignal;
}

/** One author at work on one module: loaded, called, and loaded again after each change. */
export class DevSession {
  readonly #options: DevOptions;
  readonly #name: string;
  #module: Module | undefined;

  constructor(options: DevOptions) {
    this.#options = options;
    this.#name = basename(options.folder);
  }

  /** Works until the signal aborts. */
  async run(): Promise<void> {
    const { folder, inputs, print, signal } = this.#options;
    let typed: Promise<void> | undefined;
    let locks: readonly string[] = [];
    while (!signal.aborted) {
      const state = stateOf([folder]);
      const paths = [folder, ...locks];
      const whole = stateOf(paths);
      const error = await this.#load();
      const lock = lockFileIn(error);
      if (lock !== undefined && !locks.includes(lock)) {
        // It is loaded when somebody accepts it, which may have happened since: look again, now that the state of the file is known.
        locks = [lock];
        continue;
      }
      if (error === undefined) for (const input of inputs) await this.#call(input);
      else if (!isAborted(signal)) print.note(`${errorText(error, print)}\nWaiting for a change...`);
      // Lines that came earlier wait for the first load.
      typed ??= this.#answerLines();
      if (error === undefined) locks = [];
      await (error === undefined ? hasChanged([folder], state, signal) : hasChanged(paths, whole, signal));
    }
    await typed;
  }

  /** Loads the module, or puts what its files are now in its place. Resolves with the error when that failed. */
  async #load(): Promise<unknown> {
    const { host, folder, load, isInspected, print } = this.#options;
    const startedAt = performance.now();
    try {
      if (this.#module === undefined) {
        this.#module = await host.load(folder, { ...load, name: this.#name });
      } else {
        await host.replace(this.#name);
      }
    } catch (error) {
      return error;
    }
    const { level } = this.#module;
    print.note(`loaded "${this.#name}" at level ${level} in ${since(startedAt)}`);
    if (isInspected && level !== 'trusted')
      print.note(
        `${print.alarm('warning')}: no debugger can attach: its phlow.yaml asks for isolation: ${level}; leave that out while you inspect it`,
      );
    return undefined;
  }

  async #call(input: Value): Promise<void> {
    const { print, signal } = this.#options;
    const startedAt = performance.now();
    try {
      const reply = await this.#module?.call(input, { signal });
      print.result(resultJson(reply));
      print.note(`answered in ${since(startedAt)}`);
    } catch (error) {
      if (!signal.aborted) print.note(errorText(error, print));
    }
  }

  async #answerLines(): Promise<void> {
    const { print, signal } = this.#options;
    for await (const line of readLines({ prompt: () => '', signal })) {
      if (line.trim() === '') continue;
      try {
        const input = jsonArgument('the line', line);
        if (this.#module === undefined) print.note('it is not loaded: fix the error above');
        else await this.#call(input);
      } catch (error) {
        print.note(errorText(error, print));
      }
    }
  }
}

/** The lock file that keeps a module from being loaded. */
function lockFileIn(error: unknown): string | undefined {
  if (!isPhlowError(error) || error.code !== 'PHLOW_LOCK_MISMATCH') return undefined;
  const file = error.details['lockFile'] ?? error.details['file'];
  return typeof file === 'string' ? file : undefined;
}

/** Asked again after every wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function since(startedAt: number): string {
  return `${(performance.now() - startedAt).toFixed(1)} ms`;
}
