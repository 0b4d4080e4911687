import { PhlowError } from '../errors.js';
import { requireEngines } from '../manifest/engines.js';
import { readManifest } from '../manifest/read.js';
import { validateWith } from '../manifest/settings.js';
import type { ModuleCall } from '../sandbox/broker/broker.js';
import { createBroker } from '../sandbox/broker/create-broker.js';
import type { Manifest } from '../manifest/manifest.js';
import type { Value } from '../values.js';
import type { LogLevel } from '../wire/log-record.js';
import { HostEvents, type HostEvent } from './host-events.js';
import { inspectSlot, type HostInspection } from './inspection.js';
import { filtered, levelFrom, streamSink, type LogSink } from './log-sink.js';
import type { LoadOptions, Module, StopReport } from './module.js';
import { prometheusText } from './prometheus.js';
import { Pulse } from './pulse.js';
import { entryUrl, findModule, type Found } from './resolve.js';
import { Hops } from './hops.js';
import { launch } from './launch.js';
import { Spares } from './guest/spares.js';
import { Slot } from './slot.js';
import { behaviourOf } from './slot-options.js';

/** How a host behaves; everything is optional. */
export interface HostOptions {
  /** Lowest level that is written; default: the `PHLOW_LOG` variable, else `info`. */
  readonly logLevel?: LogLevel | 'off';
  /** Where log lines go; default: standard error, pretty on a terminal, JSON otherwise. */
  readonly log?: LogSink;
  /**
   * Whether a locked container waits for the next sandboxed or isolated module once there has been one of its kind: that one then starts in
   * milliseconds. Default true.
   */
  readonly warmSpares?: boolean;
}

/** Loads modules, each into a thread of its own, and calls them. */
export class Host {
  readonly #logLevel: LogLevel | 'off';
  readonly #sink: LogSink;
  readonly #slots = new Map<string, Slot>();
  readonly #events = new HostEvents();
  readonly #pulse = new Pulse();
  readonly #spares: Spares;
  #isClosed = false;

  constructor(options: HostOptions) {
    this.#logLevel = options.logLevel ?? levelFrom(process.env['PHLOW_LOG']);
    this.#spares = new Spares(options.warmSpares ?? true);
    this.#sink = filtered(options.log ?? streamSink(process.stderr), this.#logLevel);
  }

  /** The modules that are loaded, by name. */
  get modules(): ReadonlyMap<string, Module> {
    return this.#slots;
  }

  /**
   * Loads a module and resolves when it takes packages. Rejects with a PhlowError, leaving no thread behind:
   * PHLOW_MODULE_NOT_FOUND, PHLOW_MODULE_NAME_TAKEN, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE, PHLOW_ENGINE_UNSUPPORTED,
   * PHLOW_WITH_INVALID, PHLOW_ENTRY_MISSING, PHLOW_ENTRY_INVALID, PHLOW_LOAD_FAILED, PHLOW_LOAD_TIMED_OUT, PHLOW_HOST_CLOSED.
   *
   * @param nameOrPath a built-in name, a folder, or the name of a folder under `phlow_packages`
   */
  async load(nameOrPath: string, options: LoadOptions = {}): Promise<Module> {
    this.#assertOpen('load', nameOrPath);
    const found = findModule(nameOrPath, options.baseDir ?? process.cwd());
    const name = options.name ?? found.name;
    this.#assertFree(name);
    const manifest = await readManifest(found.manifestPath);
    requireEngines(manifest);
    this.#assertOpen('load', nameOrPath);
    this.#assertFree(name);
    const slot = await this.#createSlot(name, found, manifest, options);
    this.#assertOpen('load', nameOrPath);
    this.#assertFree(name);
    this.#slots.set(name, slot);
    try {
      await slot.load();
      return slot;
    } catch (error) {
      this.#slots.delete(name);
      throw error;
    }
  }

  /** The loaded module with this name. Throws PHLOW_NAME_UNKNOWN. */
  module(name: string): Module {
    const slot = this.#slots.get(name);
    if (slot !== undefined) return slot;
    const loaded = [...this.#slots.keys()].join(', ');
    throw new PhlowError(
      'PHLOW_NAME_UNKNOWN',
      `Cannot find a module named "${name}": loaded are ${loaded === '' ? 'none' : loaded}`,
    );
  }

  /** What happens to the modules from now on; ends when the host is closed. */
  events(): AsyncGenerator<HostEvent, void, undefined> {
    return this.#events.listen();
  }

  /** What each module is doing and what it has cost so far. */
  async inspect(): Promise<HostInspection> {
    const modules = await Promise.all([...this.#slots.values()].map((slot) => inspectSlot(slot)));
    return { at: new Date().toISOString(), modules };
  }

  /** The same figures in the Prometheus text format. */
  async metrics(): Promise<string> {
    return prometheusText(await this.inspect());
  }

  /** Rejects packages that wait for room or for a restart and pass the filter; returns how many that were. */
  cancelPending(
    filter: { readonly module?: string; readonly input?: (input: Value) => boolean } = {},
  ): number {
    let cancelled = 0;
    for (const slot of this.#slots.values()) {
      if (filter.module === undefined || filter.module === slot.name)
        cancelled += slot.cancelPending(filter.input);
    }
    return cancelled;
  }

  /** Stops all modules, each within its stop budget, and refuses what comes after. Tells what had to be cut off. */
  async close(): Promise<readonly StopReport[]> {
    this.#isClosed = true;
    this.#spares.close();
    const reports = await Promise.all([...this.#slots.values()].map((slot) => slot.close()));
    this.#events.close();
    return reports;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #createSlot(name: string, found: Found, manifest: Manifest, options: LoadOptions): Promise<Slot> {
    const baseDir = options.baseDir ?? process.cwd();
    const boot = {
      name,
      entry: entryUrl(found, manifest.entry),
      with: validateWith(manifest, options.with),
      input: manifest.input,
      output: options.checkOutput === true ? manifest.output : undefined,
      isInputOptional: manifest.inputOptional,
      isOutputOptional: manifest.outputOptional,
      isMain: options.dispatch !== undefined,
      clock: options.clock ?? 'real',
      logLevel: this.#logLevel,
      concurrency: manifest.concurrency ?? 0,
    };
    const launched = await launch({ found, manifest, boot, options, baseDir, spares: this.#spares });
    const hops = new Hops();
    const broker = createBroker(launched.effective, {
      callModule: (module, input, call) => this.#callFor(module, input, call),
      hops: () => hops.most,
    });
    return new Slot({
      name,
      manifest,
      level: launched.level,
      createExecutor: launched.createExecutor,
      broker,
      hops,
      ...behaviourOf(options, manifest),
      log: this.#sink,
      events: this.#events,
      pulse: this.#pulse,
      onStopped: () => this.#slots.delete(name),
    });
  }

  /** A package from one module to another, along a granted edge. */
  #callFor(name: string, input: Value, { hops, signal }: ModuleCall): Promise<Value> {
    const slot = this.#slots.get(name);
    if (slot !== undefined) return slot.callFor(hops, input, { signal });
    const message = `Cannot call module "${name}": no module of this name is loaded`;
    return Promise.reject(new PhlowError('PHLOW_NAME_UNKNOWN', message, { details: { module: name } }));
  }

  #assertOpen(what: string, module: string): void {
    if (this.#isClosed)
      throw new PhlowError('PHLOW_HOST_CLOSED', `Cannot ${what} module "${module}": the host is closed`);
  }

  #assertFree(name: string): void {
    if (!this.#slots.has(name)) return;
    const message = `Cannot load a second module as "${name}": the name is taken; pass another one with { name }`;
    throw new PhlowError('PHLOW_MODULE_NAME_TAKEN', message, { details: { module: name } });
  }
}

/** Opens a host. Close it with `host.close()` or `await using`. */
export function createHost(options: HostOptions = {}): Promise<Host> {
  return Promise.resolve(new Host(options));
}
