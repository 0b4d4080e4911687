import { basename } from 'node:path';
import type { Host, InputShape, LoadOptions, Manifest, Module, Value } from '../../index.js';
import { moduleArgument } from '../args.js';
import type { Hold } from '../hold-options.js';
import { library } from '../library.js';

/** A module that lines may call. */
interface CallableModule {
  /** What the host loads it by. */
  readonly module: string;
  readonly parameters: Manifest['parameters'];
  readonly shape: InputShape;
}

/** The modules that a session may call by their names: those that can be found, loaded when they are called first, and those that it loads. */
export class ReplModules {
  readonly #known = new Map<string, CallableModule>();
  readonly #loaded = new Map<string, Module>();
  readonly #hold: Hold;
  #host: Host | undefined;

  /** @param hold how those are held that the session loads by their path or name */
  constructor(hold: Hold) {
    this.#hold = hold;
  }

  /** Finds the built-in modules and the packages below a folder. */
  async find(folder: string): Promise<void> {
    const { listModules } = await library();
    for (const { name, manifest } of await listModules(folder))
      if (manifest !== undefined && manifest.type !== 'main') await this.#add(name, name, manifest);
  }

  /** By the names that they have in expressions; others cannot be called there. */
  get known(): ReadonlyMap<string, CallableModule> {
    return this.#known;
  }

  /** Loads a module, again where one of its name is loaded already, and resolves with the name that calls it: the last part of its own, with `_` for what no name may hold. */
  async load(nameOrPath: string, settings: Value, signal: AbortSignal): Promise<string> {
    const module = moduleArgument(nameOrPath);
    const name = basename(module).replaceAll(/\W/g, '_');
    await this.#loaded.get(name)?.close();
    this.#loaded.delete(name);
    const { manifest } = await this.#loadAs(name, module, { with: settings, ...this.#hold, signal });
    await this.#add(name, module, manifest);
    return name;
  }

  /** Calls a module. Rejects as `host.load` and `module.call`. */
  async call(name: string, input: Value, signal: AbortSignal): Promise<Value> {
    const module =
      this.#loaded.get(name) ?? (await this.#loadAs(name, this.#known.get(name)?.module ?? name, { signal }));
    return module.call(input, { signal });
  }

  async close(): Promise<void> {
    await this.#host?.close();
  }

  async #loadAs(name: string, module: string, options: LoadOptions): Promise<Module> {
    const { createHost } = await library();
    this.#host ??= await createHost();
    const loaded = await this.#host.load(module, { name, ...options });
    this.#loaded.set(name, loaded);
    return loaded;
  }

  async #add(name: string, module: string, { parameters, input }: Manifest): Promise<void> {
    const { inputShape } = await library();
    if (/^[A-Za-z_]\w*$/.test(name)) this.#known.set(name, { module, parameters, shape: inputShape(input) });
  }
}
