import { PhlowError } from '../../errors.js';
import { isBuiltIn } from '../../manifest/built-in-modules.js';
import type { ModuleCall } from '../../sandbox/broker/broker.js';
import type { Value } from '../../values.js';
import { FunctionModule } from './function-module.js';
import type { LoadedModule } from './loaded-module.js';

/** The modules of a host by their names, each of which is there once. */
export class ModuleTable {
  readonly #modules = new Map<string, LoadedModule>();
  readonly #after = new WeakMap<LoadedModule, readonly string[]>();

  get all(): ReadonlyMap<string, LoadedModule> {
    return this.#modules;
  }

  get list(): readonly LoadedModule[] {
    return [...this.#modules.values()];
  }

  /** @param after modules that it is loaded after, besides those that it may call */
  add(module: LoadedModule, after: readonly string[] = []): void {
    this.#modules.set(module.name, module);
    this.#after.set(module, after);
  }

  remove(name: string): void {
    this.#modules.delete(name);
  }

  /** The module with this name. Throws PHLOW_NAME_UNKNOWN. */
  find(name: string): LoadedModule {
    const loaded = this.#modules.get(name);
    if (loaded !== undefined) return loaded;
    const names = [...this.#modules.keys()].join(', ');
    const message = `Cannot find a module named "${name}": loaded are ${names === '' ? 'none' : names}`;
    throw new PhlowError('PHLOW_NAME_UNKNOWN', message);
  }

  /** A package from one module to another, along a granted edge. */
  callFor(name: string, input: Value, call: ModuleCall): Promise<Value> {
    const loaded = this.#modules.get(name);
    if (loaded !== undefined) return loaded.callFor(input, call);
    const message = `Cannot call module "${name}": no module of this name is loaded; load it as "${name}" with host.load() or in the flow, provide it with the functions of the host, or, in a test, with fakes`;
    return Promise.reject(new PhlowError('PHLOW_NAME_UNKNOWN', message, { details: { module: name } }));
  }

  /** What each of them needs, by name. */
  needs(): ReadonlyMap<string, readonly string[]> {
    return new Map(
      [...this.#modules].map(([name, loaded]) => [
        name,
        [...(this.#after.get(loaded) ?? []), ...loaded.manifest.permissions.modules],
      ]),
    );
  }

  /** Throws PHLOW_MODULE_NAME_TAKEN. */
  assertFree(name: string): void {
    if (!this.#modules.has(name)) return;
    const message = `Cannot load a second module as "${name}": the name is taken; pass another one with { name }`;
    throw new PhlowError('PHLOW_MODULE_NAME_TAKEN', message, { details: { module: name } });
  }

  /** A function is there without being loaded, and what would be loaded by its name is another module. Throws PHLOW_MODULE_NOT_FOUND. */
  assertNotProvided(name: string): void {
    if (!(this.#modules.get(name) instanceof FunctionModule)) return;
    const message = `Cannot load module "${name}": a function of this host has that name, and is there without being loaded; call it with host.module("${name}"), or load a folder by its path`;
    throw new PhlowError('PHLOW_MODULE_NOT_FOUND', message, { details: { module: name } });
  }

  /** The same for a function: it does not hide what flows know by that name either. */
  assertFreeForFunction(name: string): void {
    const isLoaded = this.#modules.has(name);
    if (!isLoaded && !isBuiltIn(name)) return;
    const owner = isLoaded ? 'a module or function of this host' : 'a built-in module';
    const message = `Cannot provide function "${name}": the name is that of ${owner}; provide it under another one`;
    throw new PhlowError('PHLOW_MODULE_NAME_TAKEN', message, { details: { module: name } });
  }
}
