import type { Clock, Context, Emit, Log } from '../../src/sdk/context.js';
import type { Capabilities, CommandLine, Files, Network, OtherModule } from '../../src/sdk/capabilities.js';
import type { ValueMap } from '../../src/values.js';

/** What all packages of a module share. */
export interface ModuleSetting extends Capabilities {
  readonly name: string;
  readonly with: ValueMap;
  readonly log: Log;
  readonly clock: Clock;
  readonly emit: Emit;
  /** The capabilities as they are used because of one package. */
  capabilitiesFor(id: number): Capabilities;
}

/**
 * The context of one package. Its signal is made only when the handler asks for it or the caller cancels: most packages never need
 * one, and a controller costs more than the rest of the package.
 */
export class HandlerContext implements Context {
  readonly #setting: ModuleSetting;
  readonly #id: number;
  #controller: AbortController | undefined;
  #own: Capabilities | undefined;

  constructor(setting: ModuleSetting, id: number) {
    this.#setting = setting;
    this.#id = id;
  }

  get name(): string {
    return this.#setting.name;
  }
  get with(): ValueMap {
    return this.#setting.with;
  }
  get log(): Log {
    return this.#setting.log;
  }
  get clock(): Clock {
    return this.#setting.clock;
  }
  get emit(): Emit {
    return this.#setting.emit;
  }
  get fs(): Files {
    return this.#capabilities.fs;
  }
  get net(): Network {
    return this.#capabilities.net;
  }
  get terminal(): CommandLine {
    return this.#capabilities.terminal;
  }
  get env(): Readonly<Record<string, string>> {
    return this.#setting.env;
  }
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** A function of its own, not a method: handlers take members out of their context. */
  get module(): (name: string) => OtherModule {
    return (name) => this.#capabilities.module(name);
  }

  /** Most packages use none, and most modules that use some use few. */
  get #capabilities(): Capabilities {
    this.#own ??= this.#setting.capabilitiesFor(this.#id);
    return this.#own;
  }

  /** Aborts the handler's signal: nobody waits for its reply any more. */
  cancel(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
