import { basename } from 'node:path';
import type { Host, LoadOptions, Module, Value } from '../index.js';
import { errorText } from './error-text.js';
import { jsonArgument } from './json-argument.js';
import { readLines } from './line-reader.js';
import type { Printer } from './print.js';
import { resultText } from './json-text.js';
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
    const { folder, inputs, signal } = this.#options;
    let typed: Promise<void> | undefined;
    while (!signal.aborted) {
      const state = stateOf([folder]);
      if (await this.#load()) for (const input of inputs) await this.#call(input);
      // Lines that came earlier wait for the first load.
      typed ??= this.#answerLines();
      await hasChanged([folder], state, signal);
    }
    await typed;
  }

  /** Loads the module, or puts what its files are now in its place. False when that failed, which is reported. */
  async #load(): Promise<boolean> {
    const { host, folder, load, isInspected, print } = this.#options;
    const startedAt = performance.now();
    try {
      if (this.#module === undefined) {
        this.#module = await host.load(folder, { ...load, name: this.#name });
      } else {
        await host.replace(this.#name);
      }
    } catch (error) {
      if (!this.#options.signal.aborted) print.note(errorText(error, print));
      return false;
    }
    const { level } = this.#module;
    print.note(`loaded "${this.#name}" at level ${level} in ${since(startedAt)}`);
    if (isInspected && level !== 'trusted')
      print.note(
        `${print.alarm('warning')}: no debugger can attach: its phlow.yaml asks for isolation: ${level}; leave that out while you inspect it`,
      );
    return true;
  }

  async #call(input: Value): Promise<void> {
    const { print, signal } = this.#options;
    const startedAt = performance.now();
    try {
      const reply = await this.#module?.call(input, { signal });
      print.result(resultText(reply, true) ?? 'null');
      print.note(`answered in ${since(startedAt)}`);
    } catch (error) {
      if (!signal.aborted) print.note(errorText(error, print));
    }
  }

  async #answerLines(): Promise<void> {
    const { print, signal } = this.#options;
    for await (const line of readLines(() => '', signal)) {
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

function since(startedAt: number): string {
  return `${(performance.now() - startedAt).toFixed(1)} ms`;
}
