import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { LoadEntry, Module } from '../module-types.js';
import { isRemote } from '../../nats/service-name.js';
import { readManifest } from './read-manifest.js';
import { findModule } from './resolve.js';
import { startOrder } from './start-order.js';
import { currentFolder } from '../../current-folder.js';

/** What came of a list of modules. */
export interface LoadedAll {
  /** The loaded modules, by name. */
  readonly modules: ReadonlyMap<string, Module>;
  /** Why optional modules are missing. */
  readonly failed: ReadonlyMap<string, PhlowError>;
}

/** A host, as far as loading a list needs it. */
interface Loader {
  load(entry: LoadEntry, needs: readonly string[]): Promise<Module>;
  isLoaded(name: string): boolean;
}

/**
 * Loads modules level by level, each level at once. What a manifest lists under `permissions.modules` counts like `after`. When a module that is
 * not optional fails, those already loaded are closed again, last ones first.
 *
 * @throws PHLOW_OPTION_INVALID for an unknown name in `after`, PHLOW_DEPENDENCY_CYCLE, PHLOW_MODULE_NAME_TAKEN, and what `load` rejects with.
 */
export async function loadAll(entries: readonly LoadEntry[], loader: Loader): Promise<LoadedAll> {
  const failed = new Map<string, PhlowError>();
  const modules = new Map<string, Module>();
  const named = new Map<string, LoadEntry>();
  const needs = new Map<string, readonly string[]>();
  for (const entry of entries) {
    const name = nameOf(entry);
    if (named.has(name)) {
      const message = `Cannot load two modules as "${name}": give one of them another name with { name }`;
      throw new PhlowError('PHLOW_MODULE_NAME_TAKEN', message, { details: { module: name } });
    }
    named.set(name, entry);
  }
  for (const [name, entry] of named) {
    assertKnown(name, entry.after ?? [], named, loader);
    needs.set(name, [...(entry.after ?? []), ...(await askedFor(entry)).filter((other) => other !== name)]);
  }
  const { levels, cycle } = startOrder(needs);
  if (cycle.length > 0) {
    const message = `Cannot order the modules: ${cycle.join(' needs ')}; drop one "after" or one of permissions.modules`;
    throw new PhlowError('PHLOW_DEPENDENCY_CYCLE', message, { details: { cycle } });
  }
  for (const level of levels) {
    const outcomes = await Promise.all(
      level.map(async (name) => {
        const entry = named.get(name) ?? { module: name };
        try {
          modules.set(name, await loader.load(entry, needs.get(name) ?? []));
          return undefined;
        } catch (error) {
          if (entry.optional !== true) return error;
          failed.set(name, asPhlowError(error));
          return undefined;
        }
      }),
    );
    const error = outcomes.find((outcome) => outcome !== undefined);
    if (error === undefined) continue;
    for (const loaded of levels.toReversed())
      await Promise.all(loaded.flatMap((name) => modules.get(name)?.close() ?? []));
    throw asPhlowError(error);
  }
  return { modules, failed };
}

function nameOf(entry: LoadEntry): string {
  if (entry.name !== undefined) return entry.name;
  if (isRemote(entry.module)) return entry.module;
  try {
    return findModule(entry.module, entry.baseDir ?? currentFolder()).name;
  } catch (error) {
    // It fails again, and is reported, when its turn to load comes.
    if (entry.optional === true) return entry.module;
    throw error;
  }
}

function assertKnown(
  name: string,
  after: readonly string[],
  named: ReadonlyMap<string, unknown>,
  loader: Loader,
): void {
  for (const other of after) {
    if (named.has(other) || loader.isLoaded(other)) continue;
    const message = `Cannot load module "${name}" after "${other}": the list has no module of this name${didYouMean(other, [...named.keys()])}`;
    throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module: name, after: other } });
  }
}

async function askedFor(entry: LoadEntry): Promise<readonly string[]> {
  try {
    // What it may call is decided where it runs.
    if (isRemote(entry.module)) return [];
    const { manifestPath } = findModule(entry.module, entry.baseDir ?? currentFolder());
    return (await readManifest(manifestPath)).permissions.modules;
  } catch (error) {
    // An unreadable manifest asks for nothing; loading the module reports what is wrong with it.
    if (!isPhlowError(error)) throw error;
    return [];
  }
}

function asPhlowError(error: unknown): PhlowError {
  return isPhlowError(error)
    ? error
    : new PhlowError('PHLOW_LOAD_FAILED', messageOf(error), { cause: error });
}
