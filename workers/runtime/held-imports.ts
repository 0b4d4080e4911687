import { readFileSync, realpathSync } from 'node:fs';
import nodeModule, { createRequire, syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PhlowError } from '../../src/errors.js';
import type { HeldBoot } from '../../src/wire/boot-data.js';

/** One import, and where Node has found it. URLs of files; anything else is not on the disk. */
export interface FoundImport {
  readonly specifier: string;
  readonly parent: string | undefined;
  readonly found: string;
}

/** What may be imported. Plain data, so that it may cross to another thread. */
export interface Held extends HeldBoot {
  /** What somebody else has put into the thread before, by a flag of Node: it goes on loading its own files. */
  readonly preloaded: Set<string>;
}

interface Context {
  readonly parentURL?: string | undefined;
}

type Next = (specifier: string, context: Context) => { readonly url: string };
type Load = (url: string, context: unknown, next: (url: string, context: unknown) => unknown) => unknown;
type Resolve = (specifier: string, context: Context, next: Next) => { readonly url: string };

/** What Node's `require` reads a file with that has been found, by the end of its name, and what packages call by themselves. */
interface WithReaders {
  readonly _extensions: Record<string, (module: unknown, file: unknown, ...rest: unknown[]) => unknown>;
}

/** What newer Nodes have, and the types of the oldest lack. */
interface WithHooks {
  registerHooks?: (hooks: { readonly resolve?: Resolve; readonly load?: Load }) => unknown;
}

/** What Node's `require` finds files with, undocumented and the same on every Node that has no hooks for it. */
interface WithResolver {
  _resolveFilename: (
    request: string,
    parent: { filename?: string } | undefined,
    ...rest: unknown[]
  ) => string;
}

/**
 * From now on nothing is imported in this thread but what is in the copy, Node's own modules and, by phlow alone, phlow's own files: however the
 * name is spelled or put together, and no matter which code asks for it. What counts is the file that Node has found.
 */
export function holdImports(boot: HeldBoot, isGuarded: boolean): Held {
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  const held: Held = {
    ...boot,
    folder: realPathOf(boot.folder),
    preloaded: new Set(loaded.filter((file) => !boot.own.some((own) => file.startsWith(own)))),
  };
  holdReaders(held);
  const loader = nodeModule as unknown as WithHooks;
  const { registerHooks } = loader;
  if (registerHooks !== undefined) {
    const checked: (resolve: Resolve) => Resolve = (resolve) => (specifier, context, next) => {
      const found = resolve(specifier, context, next);
      assertHeld({ specifier, parent: context.parentURL, found: found.url }, held);
      return found;
    };
    registerHooks({
      resolve: checked((specifier, context, next) => next(specifier, context)),
      // Hooks of the module may read another file than the one that was found.
      load: (url, context, next) => {
        assertReadable(url, held);
        return next(url, context);
      },
    });
    // Those of the module come before, and need not ask what comes behind them.
    loader.registerHooks = (hooks) =>
      registerHooks(hooks.resolve === undefined ? hooks : { ...hooks, resolve: checked(hooks.resolve) });
    holdRegister(held, false);
    syncBuiltinESMExports();
    return held;
  }
  const resolver = nodeModule as unknown as WithResolver;
  const original = resolver._resolveFilename;
  resolver._resolveFilename = (specifier, parent, ...rest) => {
    const found = original.call(nodeModule, specifier, parent, ...rest);
    const from = parent?.filename === undefined ? undefined : pathToFileURL(parent.filename).href;
    const url = found.startsWith(sep) || /^[A-Za-z]:/.test(found) ? pathToFileURL(found).href : found;
    assertHeld({ specifier, parent: from, found: url }, held);
    return found;
  };
  // A guarded thread may not start the one that these hooks run in. It reads the copy, phlow's own files and what was granted.
  if (isGuarded) return held;
  holdRegister(held, true);
  syncBuiltinESMExports();
  return held;
}

/** Hooks of the module that run in a thread of their own are held there, whose imports those of this thread do not see. */
function holdRegister(held: Held, isNow: boolean): void {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- newer Nodes are to lose it
  const register = nodeModule.register?.bind(nodeModule);
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- as above
  if (register === undefined) return;
  const registerOwn = (): void => register('./held-hooks.js', import.meta.url, { data: held });
  if (isNow) registerOwn();
  let isHeld = isNow;
  // The last ones come first, and the first ones last: those of the module are to be neither.
  nodeModule.register = (...args: readonly unknown[]) => {
    if (!isHeld) registerOwn();
    isHeld = true;
    Reflect.apply(register, undefined, args);
    registerOwn();
  };
}

/**
 * A module object, or what reads files for it, can be asked to load a file that nobody has looked up. Phlow's own files come by here too, with nobody
 * who asks for them.
 */
function holdReaders(held: Held): void {
  const { _extensions: readers } = nodeModule as unknown as WithReaders;
  for (const [end, read] of Object.entries(readers))
    readers[end] = function (this: unknown, module, file, ...rest) {
      const path = String(file);
      assertReadable(path, held);
      return read.call(this, module, path, ...rest);
    };
}

/** Throws PHLOW_LOCK_MISMATCH for a path, or a URL of a file, that is none of the copy and of no one who may have others. */
export function assertReadable(file: string, held: Held): void {
  if (!isReadable(file, held)) assertHeld({ specifier: file, parent: undefined, found: urlOf(file) }, held);
}

/** Whether somebody in this thread may have a file. */
export function isReadable(file: string, held: Held): boolean {
  const path = pathIn(urlOf(file));
  if (path === undefined || path.startsWith(held.folder + sep)) return true;
  return held.preloaded.has(path) || isOwn(path, held);
}

function urlOf(file: string): string {
  return /^[a-z][a-z+.-]+:/i.test(file) ? file : pathToFileURL(file).href;
}

/** Throws PHLOW_LOCK_MISMATCH for what is not in the copy; what phlow itself and what was there before imports is theirs. */
export function assertHeld({ specifier, parent, found }: FoundImport, held: Held): void {
  const to = pathIn(found);
  if (to === undefined || to.startsWith(held.folder + sep)) return;
  // Nobody asks for what a thread or a process begins with, nor, on the oldest Nodes, for CommonJS that an ES module imports.
  if (parent === undefined && isOwn(to, held)) return;
  const from = pathIn(parent);
  const isOfPhlow = from !== undefined && (isOwn(from, held) || isDoor(from, held));
  if (isOfPhlow && isOwn(to, held)) return;
  if (from !== undefined && held.preloaded.has(from)) {
    held.preloaded.add(to);
    return;
  }
  const name = JSON.stringify(specifier.slice(0, 200));
  const line = from === undefined ? undefined : lineThatSpells(specifier, from);
  const place = from ?? 'code that is no file';
  throw new PhlowError(
    'PHLOW_LOCK_MISMATCH',
    `${place}${line === undefined ? '' : `:${line}`}: it imports ${name}, which is found at ${to} and is not among the files that were accepted; put a copy of it into the module's folder, or name the package under "dependencies" in package.json`,
    { details: { specifier: specifier.slice(0, 200), found: to } },
  );
}

/** The files of the copy by which a module comes to phlow. */
function isDoor(file: string, { folder }: Held): boolean {
  return file.startsWith([folder, 'node_modules', 'phlow', ''].join(sep));
}

function isOwn(file: string, { own }: Held): boolean {
  return own.some((folder) => file.startsWith(folder));
}

/** Where a URL leads, past all links. */
function pathIn(url: string | undefined): string | undefined {
  if (url?.startsWith('file:') !== true) return undefined;
  return realPathOf(fileURLToPath(url));
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // There is no such file, or it may not be read: nothing comes of it.
    return path;
  }
}

const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|(\r?\n)|([^]))/gi;

/** The line, from 1, of the first text literal that is exactly this; undefined when it is put together, or spelled in an uncommon way. */
function lineThatSpells(specifier: string, file: string): number | undefined {
  const source = textOf(file);
  const decoded = source.replace(ESCAPE, (_all, ...groups: (string | undefined)[]) => {
    const [x, u, point, lineBreak, other = ''] = groups;
    const hex = x ?? u ?? point;
    if (lineBreak !== undefined) return '';
    return hex === undefined ? other : String.fromCodePoint(Math.min(parseInt(hex, 16), 0x10ffff));
  });
  for (const text of [source, decoded])
    for (let at = text.indexOf(specifier); at >= 0; at = text.indexOf(specifier, at + 1)) {
      const quote = text[at - 1] ?? '';
      if (/["'`]/.test(quote) && text[at + specifier.length] === quote)
        return text.slice(0, at).split('\n').length;
    }
  return undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
