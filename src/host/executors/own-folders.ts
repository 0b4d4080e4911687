import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled code by the name that it was loaded by: Node keeps a link in it where it was started with `--preserve-symlinks`. */
const SEEN = fileURLToPath(new URL('../../../', import.meta.url));
/** The compiled code, with a separator at its end. */
const CODE = realpathSync(SEEN) + sep;

/**
 * A file of ours that a thread starts with, by its real path: Node follows the links on the way to such a file within the thread, which may not
 * be allowed to look at them.
 */
export function startFile(name: string): string {
  return join(CODE, 'workers', 'runtime', name);
}

let found: { readonly files: readonly string[]; readonly looked: readonly string[] } | undefined;

/**
 * What phlow itself is made of and nothing else of the `node_modules` that it lies in: its compiled code, and the folders of the packages that it
 * depends on, by their real paths. Folders end with a separator.
 */
export function ownFiles(): readonly string[] {
  return (found ??= find()).files;
}

/** The same with each name that Node comes by when it looks these up: a link is asked for by the one and read by the other. */
export function ownNames(): readonly string[] {
  found ??= find();
  return [...found.files, ...found.looked];
}

/**
 * Every `node_modules` that phlow may look in, with all that others have put there, and phlow by each link by which a module in a folder finds it: in a
 * workspace it lies elsewhere than among the module's packages.
 */
export function foldersAround(module: string): readonly string[] {
  const own = dirname(CODE);
  const names = modulesAbove(module).map((modules) => join(modules, 'phlow'));
  return [
    ...modulesAbove(CODE).flatMap((modules) => [modules + sep, realpathSync(modules) + sep]),
    ...(SEEN === CODE ? [] : [dirname(SEEN) + sep]),
    ...names.filter((name) => existsSync(name) && realpathSync(name) === own).map((name) => name + sep),
  ];
}

function find(): { readonly files: readonly string[]; readonly looked: readonly string[] } {
  const own = dirname(CODE);
  const files = new Set([CODE]);
  const looked = new Set([join(own, 'package.json')]);
  const packages = new Set([own]);
  for (const folder of packages) {
    if (folder !== own) files.add(folder + sep);
    const above = modulesAbove(folder);
    for (const name of dependenciesOf(folder)) {
      const at = above.map((modules) => join(modules, name)).find((path) => existsSync(path));
      if (at === undefined) continue;
      looked.add(at + sep);
      packages.add(realpathSync(at));
    }
  }
  // A module looks for `phlow` itself, too.
  for (const modules of modulesAbove(own)) {
    const at = join(modules, 'phlow');
    if (existsSync(at) && realpathSync(at) === own)
      for (const name of ['dist' + sep, 'package.json']) looked.add(join(at, name));
  }
  return { files: [...files], looked: [...looked] };
}

function modulesAbove(folder: string): readonly string[] {
  const above: string[] = [];
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(modules)) above.push(modules);
  }
  return above;
}

function dependenciesOf(folder: string): readonly string[] {
  const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as Partial<Record<string, Readonly<Record<string, string>>>>;
  return [dependencies, optionalDependencies, peerDependencies].flatMap((names) => Object.keys(names ?? {}));
}
