import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';

/** The folders that packages are put into: what lies below one belongs to the author of a package, not to the owner of the application. */
const PACKAGES_FOLDERS = ['phlow_packages', 'node_modules'] as const;

/** More links than any system follows on one way; what is further away cannot be opened. */
const MAX_LINKS = 255;

/** One step up. */
const UP = '..';
/** What stands between two names; the other slash is part of a name on most systems. */
const BETWEEN = sep === '/' ? '/' : /[\\/]/;

/** One folder of packages on the way to a file, and the package below it. */
export interface PackagePlace {
  readonly kind: (typeof PACKAGES_FOLDERS)[number];
  /** The folder that the folder of packages lies in. */
  readonly home: string;
  /** The folder of packages: `…/phlow_packages`, `…/node_modules`. */
  readonly shared: string;
  /** The folder of the package: `…/node_modules/@scope/name`. */
  readonly folder: string;
  /** The names that lead from the folder of packages to the file. */
  readonly below: readonly string[];
}

/** A file or folder of a package. */
export interface OwnedByPackage {
  /** The folder of the package. */
  readonly folder: string;
  /** The absolute path below that folder; where links lead out of it again, the real path. */
  readonly path: string;
}

/**
 * The package that a file or folder belongs to; undefined for the application's own. This is the only place that decides so. Every name counts
 * that the system comes by on its way: the path as it is given, what each link on it says, one after the other, and the real path. Neither a link
 * of the owner's into a package nor a package that is itself a link makes the code the owner's.
 */
export function packageOf(path: string): OwnedByPackage | undefined {
  const named = resolve(path);
  for (const start of namesOf(named))
    for (const way of waysTo(start)) {
      // What stands before a step up is known once the step has been taken: it leads up from where a link leads to.
      const place = packagesOn(way).findLast(({ home }) => !namesIn(home).includes(UP));
      if (place !== undefined)
        return { folder: place.folder, path: place.below.includes(UP) ? realPathOf(named) : way };
    }
  return undefined;
}

/** The folders of packages on the way to an absolute path, outermost first, by its names alone. */
export function packagesOn(path: string): readonly PackagePlace[] {
  const { root } = parse(path);
  const names = namesIn(path.slice(root.length));
  const at = (end: number): string => root + names.slice(0, end).join(sep);
  return names.flatMap((name, i): readonly PackagePlace[] => {
    const kind = packagesFolder(name);
    const first = names[i + 1];
    if (kind === undefined || first === undefined || first === UP) return [];
    const second = names[i + 2];
    const isScoped = first.length > 1 && first.startsWith('@') && second !== undefined && second !== UP;
    const folder = at(i + (isScoped ? 3 : 2));
    return [{ kind, home: at(i), shared: at(i + 1), folder, below: names.slice(i + 1) }];
  });
}

/** The folder of the npm package that a path lies in, by the last `node_modules` on the way. */
export function packageAround(path: string): string | undefined {
  return packagesOn(path).findLast(({ kind }) => kind === 'node_modules')?.folder;
}

/** Which folder of packages a name stands for. */
function packagesFolder(name: string): PackagePlace['kind'] | undefined {
  const folded = foldedName(name);
  return PACKAGES_FOLDERS.find((kind) => foldedName(kind) === folded);
}

/**
 * One spelling for all that file systems may take for the same name of a file: other cases, letters that are equal when they are folded, signs that are
 * not seen, dots and spaces at the end.
 */
export function foldedName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/(?<=[^. ])[. ]+$/, '')
    .toUpperCase();
}

/** The names of a path: the system knows the current folder by its real path alone, a shell by the name that somebody went there. */
function namesOf(path: string): readonly string[] {
  const shell = process.env['PWD'];
  if (shell === undefined || !isAbsolute(shell)) return [path];
  const here = presentFolder();
  if (here === undefined || shell === here) return [path];
  const inside = relative(here, path);
  if (isAbsolute(inside) || namesIn(inside)[0] === UP || realPathOf(shell) !== here) return [path];
  return [path, join(shell, inside)];
}

/** The current folder; undefined where it has been removed. */
function presentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** The folders of packages on each way that links make of an absolute path, the path itself first. */
export function packagesOnWays(path: string): readonly (readonly PackagePlace[])[] {
  return [...waysTo(path)].map((way) => (namesIn(way).includes(UP) ? [] : packagesOn(way)));
}

/** The path, then what it says each time that a link on it has been put in its place, then the real path. */
function* waysTo(path: string): Generator<string> {
  yield path;
  const { root } = parse(path);
  let done = root;
  let left = namesIn(path.slice(root.length));
  for (let links = 0; links <= MAX_LINKS;) {
    const [name, ...rest] = left;
    if (name === undefined) break;
    left = rest;
    const at = name === UP ? dirname(done) : join(done, name);
    const target = name === UP ? undefined : linkAt(at);
    if (target === undefined) done = at;
    else {
      links++;
      const from = parse(target).root;
      if (from !== '') done = from;
      left = [...namesIn(target.slice(from.length)), ...rest];
    }
    if (target !== undefined || name === UP)
      yield [done.endsWith(sep) ? done.slice(0, -1) : done, ...left].join(sep);
  }
  // As the system writes it, which on some of them is another case, or a name in full.
  yield realPathOf(path);
}

function namesIn(path: string): readonly string[] {
  return path.split(BETWEEN).filter((name) => name !== '' && name !== '.');
}

/** What a link says; undefined for what is none. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The real path, also of what does not exist: links are followed as far as there is something. */
export function realPathOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPathOf(parent), path.slice(parent.length));
  }
}

/** What the package in a folder is called: the folder, with the scope that it lies in. */
export function packageNameOf(folder: string): string {
  const names = namesIn(folder);
  return names.slice(names.at(-2)?.startsWith('@') === true ? -2 : -1).join('/');
}
