import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { PhlowError } from '../../errors.js';
import { isMap } from '../../values.js';
import { readHashed } from './read-verified.js';

const MAX_PACKAGE_JSON_BYTES = 4 * 1_048_576;
/** What npm takes for a name; neither a path nor a folder of dots can be spelled with it. */
const PACKAGE_NAME = /^(?:@[a-z0-9~_-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i;
const MAX_NAME_LENGTH = 214;

/** Where a look-up of a package ended. */
export interface FoundPackage {
  /** Where the look-up found it: `…/node_modules/NAME`. */
  readonly at: string;
  /** Where it really is. */
  readonly folder: string;
}

/** The folders that Node and the bundler look for packages in, nearest first. */
export function lookupFolders(from: string): readonly string[] {
  const folders: string[] = [];
  for (let at = from; ; at = dirname(at)) {
    if (basename(at) !== 'node_modules') folders.push(join(at, 'node_modules'));
    if (dirname(at) === at) return folders;
  }
}

/** The name of the package that a specifier asks for; undefined for a path, a URL, and what is no name at all. */
export function packageNameIn(specifier: string): string | undefined {
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  return name !== undefined && isPackageName(name) ? name : undefined;
}

/** What stands at `…/node_modules/NAME`; Node and the bundler go on to the next folder where nothing does. */
export async function lookUp(
  at: string,
): Promise<FoundPackage | 'nowhere' | { readonly at: string; readonly leadsTo: string }> {
  if ((await lstat(at).catch(() => undefined)) === undefined) return 'nowhere';
  const folder = await realpath(at).catch(() => undefined);
  return folder === undefined ? { at, leadsTo: 'nowhere' } : { at, folder };
}

/**
 * The packages that a package.json declares. Throws PHLOW_LOAD_FAILED for a name that is none: joined to a folder it could lead anywhere.
 */
export function declaredIn(content: Buffer, file: string): readonly string[] {
  const data = parsed(content);
  return ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) => {
    const declared = data[key];
    if (!isMap(declared)) return [];
    const names = Object.keys(declared);
    const odd = names.find((name) => !isPackageName(name));
    if (odd === undefined) return names;
    const message = `Cannot look at what a module is made of: ${file} names the dependency ${JSON.stringify(odd.slice(0, 80))}, which is no name of a package`;
    throw new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file } });
  });
}

/** What the nearest package.json above a folder says about the files below: whether `.js` is an ES module. */
export async function enclosingType(
  folder: string,
): Promise<{ readonly file: string; readonly type: string } | undefined> {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const file = join(at, 'package.json');
    const read = await readHashed(file, MAX_PACKAGE_JSON_BYTES, MAX_PACKAGE_JSON_BYTES);
    if (read?.content !== undefined) {
      const { type } = parsed(read.content);
      return { file, type: type === 'module' || type === 'commonjs' ? type : '' };
    }
    if (dirname(at) === at) return undefined;
  }
}

/** A path relative to the module's folder, spelled the same on every system. */
export function nameFrom(own: string, path: string): string {
  return relative(own, path).replaceAll(sep, '/');
}

function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && PACKAGE_NAME.test(name) && name !== 'node_modules';
}

function parsed(content: Buffer): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = JSON.parse(content.toString());
    return isMap(data) ? data : {};
  } catch {
    // What is not JSON declares nothing; the loader complains about it itself.
    return {};
  }
}
