import { isPhlowError, PhlowError } from '../errors.js';
import { instanceName } from '../manifest/instance-name.js';
import type { Value } from '../values.js';
import { visibleLine } from '../visible-text.js';
import { CallTracer } from './call/call-tracer.js';
import type {
  AnyFunctionOptions,
  ApplicationFunction,
  FunctionOptions,
  ProvidedFunction,
} from './function-types.js';
import { HostEvents, type HostEvent } from './host-events.js';
import {
  readFilter,
  readFunctionOptions,
  readLoadEntry,
  readLoadOptions,
  readReplaceOptions,
  readServeOptions,
  type PendingFilter,
} from './option-rules.js';
import { inspectModule, type HostInspection } from './module/inspection.js';
import { LogOutlet } from './log/log-outlet.js';
import { filtered, levelFrom, type LogSink } from './log/log-sink.js';
import type { LoadEntry, LoadOptions, Module, StopReport } from './module-types.js';
import type { LoadArguments, ModuleName } from './typed-modules.js';
import { prometheusText } from './module/prometheus.js';
import { Ticker } from './ticker.js';
import { untilGivenUp } from './load/load-signal.js';
import { locateLoadError } from './load/locate-load-error.js';
import { prepareFunction } from './load/prepare-function.js';
import { VersionMaker } from './load/version-maker.js';
import { assertReplaceable, Replacing } from './load/replacing.js';
import { findProgram } from './load/flow-engine.js';
import { warningOnce } from './log/owner-callback.js';
import { Hops } from './call/call-contexts.js';
import { loadAll, type LoadedAll } from './load/load-all.js';
import type { HostOptions, ReplaceOptions, ServedModule, ServeOptions } from './host-options.js';
import { RemoteModule } from './remote/remote-module.js';
import { Remotes } from './remote/remotes.js';
import { isRemote } from '../nats/service-name.js';
import { WarmPool } from './executors/guest/warm-pool.js';
import { FunctionModule } from './module/function-module.js';
import { LoadedModule } from './module/loaded-module.js';
import { behaviourOf, type ModuleOptions } from './module/module-options.js';
import { ModuleTable } from './module/module-table.js';
import { stopOrder } from './load/start-order.js';
import { Telemetry } from './call/telemetry.js';
import type { Version } from './module/version.js';

/** How a module came to be loaded. */
interface Origin {
  readonly module: string;
  readonly options: LoadOptions;
  readonly hops: Hops;
}

/** Loads modules, each into a thread of its own, and calls them. */
export class Host {
  readonly #outlet: LogOutlet;
  readonly #sink: LogSink;
  readonly #modules = new ModuleTable();
  readonly #origins = new WeakMap<LoadedModule, Origin>();
  readonly #replacing = new Replacing();
  readonly #telemetry: Telemetry;
  readonly #events = new HostEvents();
  readonly #ticker = new Ticker();
  readonly #warmPool: WarmPool;
  readonly #versions: VersionMaker;
  readonly #closing = new AbortController();
  readonly #remotes: Remotes;

  constructor(options: HostOptions, outlet?: LogOutlet) {
    const logLevel = options.logLevel ?? levelFrom(process.env['PHLOW_LOG']);
    this.#warmPool = new WarmPool(options.warmPool ?? true);
    const { openTelemetry } = options;
    this.#telemetry = new Telemetry(openTelemetry && new CallTracer(openTelemetry));
    this.#outlet = outlet ?? new LogOutlet(options.log ?? process.stderr, logLevel);
    this.#sink = filtered(this.#outlet.write, logLevel);
    this.#remotes = new Remotes(options.nats, this.#ticker);
    this.#versions = new VersionMaker({
      logLevel,
      modules: this.#modules,
      warmPool: this.#warmPool,
      closing: this.#closing.signal,
      onCapability: warningOnce('onCapability', options.onCapability, (text) => this.#warn(text, 'phlow')),
      warn: (message, module) => this.#warn(message, module),
    });
  }

  /** The modules that are loaded, by name. */
  get modules(): ReadonlyMap<string, Module> {
    return this.#modules.all;
  }

  /**
   * Loads a module and resolves when it takes packages. Rejects with a PhlowError, leaving no thread behind: PHLOW_MODULE_NOT_FOUND,
   * PHLOW_MODULE_NAME_TAKEN, PHLOW_MANIFEST_INVALID, PHLOW_MANIFEST_UNREADABLE, PHLOW_ENGINE_UNSUPPORTED, PHLOW_WITH_INVALID, PHLOW_ENTRY_MISSING,
   * PHLOW_ENTRY_INVALID, PHLOW_LOAD_FAILED, PHLOW_LOAD_TIMED_OUT, PHLOW_LOAD_CANCELLED, PHLOW_HOST_CLOSED.
   * @param nameOrPath a built-in name, a folder, or the name of a folder under `phlow_packages`
   */
  load<const Name extends ModuleName>(nameOrPath: Name, ...args: LoadArguments<Name>): Promise<Module<Name>>;
  async load(nameOrPath: string, options?: LoadOptions): Promise<Module> {
    return this.#load(nameOrPath, readLoadOptions(nameOrPath, options), []);
  }

  /**
   * Loads several modules, each after those it needs, in parallel otherwise. Rejects, with nothing left loaded, when one that is not optional
   * fails, and with PHLOW_DEPENDENCY_CYCLE when they need each other in a circle.
   */
  async loadAll(entries: readonly LoadEntry[]): Promise<LoadedAll> {
    return loadAll(entries.map(readLoadEntry), {
      load: ({ module, ...options }, needs) => this.#load(module, options, needs),
      isLoaded: (name) => this.#modules.all.has(name),
    });
  }

  /**
   * Puts another version in the place of a loaded module without dropping a package: the new one is loaded beside the old, looked at by
   * `check`, gets all packages from then on, and the old one finishes what it has within its drain budget. What is not given stays as the
   * module was loaded. Rejects with PHLOW_LOAD_FAILED or the error of a bad manifest or settings; the old version then stays up.
   */
  async replace(name: string, options?: ReplaceOptions): Promise<void> {
    this.#assertOpen('replace', name);
    const { signal, ...change } = readReplaceOptions(name, options);
    const loaded = this.#modules.find(name);
    const origin = this.#origins.get(loaded);
    assertReplaceable(name, origin);
    await this.#replacing.during(name, loaded, () =>
      untilGivenUp('replace', name, signal, async (givenUp) => {
        const { module = origin.module, check, ...others } = change;
        const options = { ...origin.options, ...others };
        const source = { found: findProgram(module, options), options, hops: origin.hops, givenUp };
        await this.#versions.replace(loaded, source, check, this.#events);
        this.#origins.set(loaded, { ...origin, module, options });
      }),
    );
  }

  /**
   * Makes a function of the application a module of this host: for modules that are granted its name, for flows on this host, and for the application itself.
   * Rejects with PHLOW_MODULE_NAME_TAKEN, PHLOW_OPTION_INVALID for a name or a schema that is none, PHLOW_HOST_CLOSED.
   */
  provide<Input = Value, Output = Value, Given = Input, Reply = Output>(
    name: string,
    handler: ApplicationFunction<Input, Output>,
    options?: FunctionOptions<Input, Output, Given, Reply>,
  ): Promise<ProvidedFunction<Given, Reply>>;
  async provide(
    name: string,
    handler: ApplicationFunction<never>,
    given?: AnyFunctionOptions,
  ): Promise<FunctionModule> {
    const options = readFunctionOptions(name, handler, given);
    const assertFree = (): void => {
      this.#assertOpen('provide', name);
      this.#modules.assertFreeForFunction(name);
    };
    assertFree();
    const hops = new Hops();
    const version = await prepareFunction({
      name,
      handler,
      options,
      hops,
      ...this.#versions.servicesFor(name),
    });
    // Somebody may have taken the name while its schemas were checked.
    assertFree();
    const loaded = new FunctionModule(this.#partsOf(name, version, hops, options));
    this.#modules.add(loaded);
    await loaded.load(this.#closing.signal).catch((error: unknown) => {
      this.#modules.remove(name);
      throw error;
    });
    return loaded;
  }

  /** The loaded module with this name. Throws PHLOW_NAME_UNKNOWN. */
  module(name: string): Module {
    return this.#modules.find(name);
  }

  /**
   * Offers a loaded module, or a function of the application, to other hosts over NATS, where they load it as `nats:NAME`. Throws PHLOW_NAME_UNKNOWN,
   * PHLOW_OPTION_INVALID, PHLOW_NATS_FAILED, PHLOW_PEER_MISSING, PHLOW_HOST_CLOSED.
   */
  async serve(name: string, options?: ServeOptions): Promise<ServedModule> {
    this.#assertOpen('serve', name);
    const { as = name } = readServeOptions(name, options);
    const loaded = this.#modules.find(name);
    return this.#remotes.serve(loaded, as, this.#origins.get(loaded)?.options.with);
  }

  /** What happens to the modules from now on; ends when the host is closed. */
  events(): AsyncGenerator<HostEvent, void, undefined> {
    return this.#events.listen();
  }

  /** What each module is doing and what it has cost so far. */
  async inspect(): Promise<HostInspection> {
    const modules = await Promise.all(this.#modules.list.map((loaded) => inspectModule(loaded)));
    return { at: new Date().toISOString(), lostLogLines: this.#outlet.lost, modules };
  }

  /** The same figures in the Prometheus text format. */
  async metrics(): Promise<string> {
    return prometheusText(await this.inspect());
  }

  /** Rejects packages that wait for room or for a restart and pass the filter; returns how many that were. */
  cancelPending(filter?: PendingFilter): number {
    const { module, input } = readFilter(filter);
    const modules = this.#modules.list.filter(({ name }) => module === undefined || module === name);
    return modules.reduce((cancelled, loaded) => cancelled + loaded.cancelPending(input), 0);
  }

  /** Stops all modules and refuses what comes after: those that need others first, each within its drain and its stop budget. Reports what was cut off. */
  async close(): Promise<readonly StopReport[]> {
    this.#closing.abort();
    this.#warmPool.close();
    await this.#remotes.stopServing();
    const reports: StopReport[] = [];
    for (const names of stopOrder(this.#modules.needs())) {
      const modules = names.flatMap((name) => this.#modules.all.get(name) ?? []);
      reports.push(...(await Promise.all(modules.map((loaded) => loaded.close()))));
    }
    await this.#remotes.close();
    this.#events.close();
    return reports;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #load(module: string, given: LoadOptions, needs: readonly string[]): Promise<Module> {
    const { signal, ...options } = given;
    this.#assertOpen('load', module);
    return untilGivenUp('load', visibleLine(module), signal, async (givenUp) => {
      if (options.name === undefined) this.#modules.assertNotProvided(module);
      const found = isRemote(module) ? undefined : findProgram(module, options);
      const name = instanceName(options.name ?? found?.name ?? module, module);
      this.#modules.assertFree(name);
      const hops = new Hops();
      const version =
        found === undefined
          ? await this.#remotes.prepare({ name, module, options, givenUp })
          : await this.#versions.prepare({ name, found, options, hops, givenUp });
      try {
        givenUp.throwIfAborted();
        this.#assertOpen('load', module);
        this.#modules.assertFree(name);
      } catch (error) {
        await version.broker.close();
        throw error;
      }
      const Kind = found === undefined ? RemoteModule : LoadedModule;
      const loaded = new Kind(this.#partsOf(name, version, hops, options));
      this.#modules.add(loaded, needs);
      this.#origins.set(loaded, { module, options, hops });
      try {
        await loaded.load(givenUp);
        return loaded;
      } catch (error) {
        this.#modules.remove(name);
        // What was ended with the host before it was ready has not failed.
        if (isPhlowError(error) && error.details['reason'] === 'terminated') this.#assertOpen('load', module);
        throw found === undefined ? error : await locateLoadError(error, found.folder, version.entry);
      }
    });
  }

  #partsOf(name: string, version: Version, hops: Hops, options: LoadOptions): ModuleOptions {
    return {
      name,
      version,
      hops,
      ...behaviourOf(options, version.manifest),
      log: this.#sink,
      events: this.#events,
      ticker: this.#ticker,
      telemetry: this.#telemetry,
      onStopped: () => {
        this.#modules.remove(name);
        this.#remotes.onStopped(name);
      },
    };
  }

  #warn(message: string, module: string): void {
    this.#sink({ level: 'warn', time: Date.now(), module, message, fields: undefined });
  }

  #assertOpen(what: string, module: string): void {
    if (this.#closing.signal.aborted)
      throw new PhlowError('PHLOW_HOST_CLOSED', `Cannot ${what} module "${module}": the host is closed`);
  }
}
