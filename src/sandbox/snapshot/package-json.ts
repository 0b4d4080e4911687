import { dirname, join } from 'node:path';
import { PhlowError } from '../../errors.js';
import { isMap } from '../../values.js';
import { textNestsAtMost } from '../../wire/nesting.js';
import { isPackageName } from './look-up.js';
import { readHashed } from './read-verified.js';

/** A package.json is parsed in one step, which takes up to a tenth of a second for one of this size. */
export const MAX_PACKAGE_JSON_BYTES = 1_048_576;
export const PACKAGE_JSON = /(?:^|\/)package\.json$/;
/** Of a package, not of a folder in it that merely has such a file. */
export const OF_PACKAGE = /^(?:(?:[^]*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\/)?package\.json$/;
const MAX_NESTING = 64;
/** In each of its fields that names some. */
const MAX_DEPENDENCIES = 2_000;
/** Files and packages that `imports`, `browser`, `main` and `module` lead to. */
const MAX_MAPPED = 2_000;

/** What a package.json says about files outside of its folder. */
export interface PackageSays {
  /** Names of packages. */
  readonly dependencies: readonly string[];
  /** What names and files are mapped to: an own name (`#x`), a name or a file in a browser, the folder itself. Specifiers, under any condition. */
  readonly targets: readonly string[];
}

/**
 * Reads the package.json of a package. Throws PHLOW_LOAD_FAILED for the name of a dependency that is none: joined to a folder it could lead
 * anywhere; and for one that takes too long to read.
 */
function readPackageJson(content: Buffer, file: string): PackageSays {
  const data = parsed(content, file);
  return {
    dependencies: ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((key) =>
      namesIn(data[key], file),
    ),
    targets: mappedIn(data, file),
  };
}

/**
 * What a package.json says: that of a package as `readPackageJson`; one that lies deeper in a package maps names only, and one of these that cannot be
 * read says nothing.
 */
export function packageSays(content: Buffer, file: string, isOfPackage: boolean): PackageSays {
  if (isOfPackage) return readPackageJson(content, file);
  let data: Readonly<Record<string, unknown>> = {};
  try {
    data = parsed(content, file);
  } catch {
    // Using it reports what is wrong with it.
  }
  return { dependencies: [], targets: mappedIn(data, file) };
}

/** The folders of the modules inside of a package: each takes in what its own package.json declares. */
export function innerModuleFolders(names: readonly { readonly path: string }[]): ReadonlySet<string> {
  return new Set(names.flatMap(({ path }) => (path.endsWith('/phlow.yaml') ? dirname(path) : [])));
}

/** Throws PHLOW_LOAD_FAILED for the package.json of a package that is larger than any. */
export function assertReadable(file: string, bytes: number): void {
  if (bytes > MAX_PACKAGE_JSON_BYTES)
    throw refused(file, `has more than ${MAX_PACKAGE_JSON_BYTES / 1_048_576} MiB`);
}

/** What the nearest package.json above a folder says about the files below: whether `.js` is an ES module. */
export async function enclosingType(
  folder: string,
): Promise<{ readonly file: string; readonly type: string } | undefined> {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const file = join(at, 'package.json');
    const read = await readHashed(file, MAX_PACKAGE_JSON_BYTES, MAX_PACKAGE_JSON_BYTES);
    if (read?.content !== undefined) return { file, type: packageType(read.content, file) };
    if (dirname(at) === at) return undefined;
  }
}

/** What a package.json says about the files below it; empty where it says nothing of use. */
export function packageType(content: Buffer, file: string): string {
  const { type } = parsed(content, file);
  return type === 'module' || type === 'commonjs' ? type : '';
}

/** The own names (`#x`, `#x/*`) that a package.json maps; none when it cannot be read. */
export async function ownNamesIn(file: string): Promise<readonly string[]> {
  const read = await readHashed(file, MAX_PACKAGE_JSON_BYTES, MAX_PACKAGE_JSON_BYTES);
  const { imports } = read?.content === undefined ? {} : parsed(read.content, file);
  return isMap(imports) ? Object.keys(imports) : [];
}

function namesIn(declared: unknown, file: string): readonly string[] {
  if (!isMap(declared)) return [];
  const names = Object.keys(declared);
  if (names.length > MAX_DEPENDENCIES)
    throw refused(file, `names more than ${MAX_DEPENDENCIES} dependencies`);
  const odd = names.find((name) => !isPackageName(name));
  if (odd === undefined) return names;
  throw refused(
    file,
    `names the dependency ${JSON.stringify(odd.slice(0, 80))}, which is no name of a package`,
  );
}

function mappedIn(
  { imports, browser, main, module }: Readonly<Record<string, unknown>>,
  file: string,
): readonly string[] {
  // What the folder itself is mapped to is a file, whatever it looks like.
  const files = [main, module, browser].filter((file) => typeof file === 'string');
  const names = [imports, isMap(browser) ? browser : undefined].flatMap(textsIn);
  if (names.length > MAX_MAPPED)
    throw refused(file, `maps names to more than ${MAX_MAPPED} files and packages`);
  return [...new Set([...files.map((path) => `./${path}`), ...names])];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

function parsed(content: Buffer, file: string): Readonly<Record<string, unknown>> {
  const text = content.toString();
  if (!textNestsAtMost(text, MAX_NESTING)) throw refused(file, `nests more than ${MAX_NESTING} deep`);
  try {
    const data: unknown = JSON.parse(text);
    return isMap(data) ? data : {};
  } catch {
    // What is not JSON declares nothing; the loader complains about it itself.
    return {};
  }
}

function refused(file: string, why: string): PhlowError {
  const message = `Cannot look at what a module is made of: ${file} ${why}`;
  return new PhlowError('PHLOW_LOAD_FAILED', message, { details: { file } });
}
