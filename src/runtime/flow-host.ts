import { PhlowError } from '../errors.js';
import { openHost } from '../host/create-host.js';
import type { ApplicationFunctions } from '../host/function-types.js';
import { Host } from '../host/host.js';
import type { LogOutlet } from '../host/log/log-outlet.js';
import type { FunctionModule } from '../host/module/function-module.js';
import { functionOf } from './host-function.js';

/** What decides about the host of a flow. */
export interface FlowHostOptions {
  readonly host?: Host;
  readonly functions?: ApplicationFunctions;
}

/** The host that loads the modules of a flow: the caller's, or one of the flow's own. */
export class FlowHost {
  readonly #given: Host | undefined;
  readonly #outlet: LogOutlet;
  #own: Host | undefined;

  private constructor(given: Host | undefined, own: Host | undefined, outlet: LogOutlet) {
    this.#given = given;
    this.#own = own;
    this.#outlet = outlet;
  }

  /** Opens one of its own where there are functions for it. Rejects with PHLOW_OPTION_INVALID, and as `host.provide`. */
  static async open({ host, functions }: FlowHostOptions, outlet: LogOutlet): Promise<FlowHost> {
    if (functions === undefined) return new FlowHost(host, undefined, outlet);
    if (host === undefined) return new FlowHost(undefined, await openHost({ functions }, outlet), outlet);
    const message =
      'Cannot open a flow: its option functions is for a host of its own; provide them on the host that it is opened with';
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { option: 'functions' } });
  }

  /** The host; one of its own is made when it is first asked for. */
  get(): Host {
    // What is lost of the flow's own lines is counted with its host's.
    return this.#given ?? (this.#own ??= new Host({}, this.#outlet));
  }

  /** The function of the application that it has under this name. */
  provided(name: string): FunctionModule | undefined {
    return functionOf(this.#given ?? this.#own, name);
  }

  /** Closes it, unless it is the caller's. */
  async close(): Promise<void> {
    await this.#own?.close();
  }
}
