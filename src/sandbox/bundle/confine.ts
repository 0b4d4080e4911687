import { existsSync, realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative } from 'node:path';
import type { Loader, OnLoadResult, OnResolveArgs, OnResolveResult, PartialMessage, Plugin } from 'esbuild';
import { readPlainFile } from '../../manifest/read-plain-file.js';
import { absentBuiltin } from './absent-builtin.js';
import { BrowserFields } from './browser-fields.js';
import { mapComment } from './own-map.js';
import { builtinHint, builtinName, sdkFile, polyfillFor, polyfillFolders } from './builtins.js';
import { builtinLimit, limitOf, type CompartmentLimit } from './compartment-limit.js';
import { packagesOn } from '../ownership.js';
import { shellText } from '../../visible-text.js';
import { isInside } from '../snapshot/inside.js';
import type { LaidOut } from './laid-out.js';

/** What a module's bundle may be made of. */
export interface Confinement {
  /** The module's folder first, then install roots; as they lie in the layout. */
  readonly roots: readonly string[];
  readonly files: LaidOut;
  readonly maxInputBytes: number;
}

const LOADERS: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.json': 'json',
  '.txt': 'text',
};

/** True for a file whose content can be part of a bundle, or decides what is; also for the map of one. */
export function isBundled(path: string): boolean {
  const name = path.endsWith('.map') ? path.slice(0, -'.map'.length) : path;
  return Object.hasOwn(LOADERS, extname(name).toLowerCase());
}

/** Paths of systems end there. */
const MAX_SPECIFIER_LENGTH = 4_096;

/** A file that a package switches off for browsers. */
const NOTHING: OnResolveResult = { path: 'nothing', namespace: 'phlow' };

/**
 * The bundler's plugin that keeps it inside the module's folder: every import is looked up first and refused when it leads out, every file
 * of the module comes from the snapshot and from nowhere else, and built-ins of Node become polyfills or clear errors.
 */
export function confine({ roots, files, maxInputBytes }: Confinement): Plugin {
  const [own = ''] = roots;
  const ownFolder = files.real(own);
  const polyfills = polyfillFolders();
  const browserFields = new BrowserFields();
  let inputBytes = 0;

  const isGuest = (path: string): boolean => roots.some((root) => isInside(root, path));
  const isPolyfill = (path: string): boolean => polyfills.some((folder) => isInside(folder, path));

  /** Refuses what leads out, where the import stands. Only what is plain from the import itself: `load` sees the file it really led to. */
  async function resolveImport(args: OnResolveArgs): Promise<OnResolveResult | undefined> {
    if (args.kind === 'entry-point') return undefined;
    if (args.path.length > MAX_SPECIFIER_LENGTH)
      return refuse(`it imports ${JSON.stringify(args.path.slice(0, 80))}…, which is longer than any path`);
    const isFromGuest = isGuest(args.importer);
    if (args.path === 'phlow/sdk' && isFromGuest) return { path: sdkFile() };
    if (/^[a-z][a-z0-9+.-]+:/i.test(args.path) && !args.path.startsWith('node:'))
      return refuse(`a module cannot import the URL ${JSON.stringify(args.path.slice(0, 80))}`);
    const builtin = builtinName(args.path);
    if (builtin !== undefined) {
      const mapped = await browserFields.ofName(args.path, args.resolveDir);
      if (mapped === false) return NOTHING;
      if (mapped === undefined) return resolveBuiltin(builtin, args, isFromGuest);
    }
    if (!isFromGuest) return undefined;
    if (isAbsolute(args.path)) return refuse(outside(args.path, ownFolder));
    if (/^\.{1,2}(?:\/|$)/.test(args.path)) {
      const path = join(args.resolveDir, args.path);
      return isGuest(path) && !files.leadsOut(path) ? undefined : refuse(outside(args.path, ownFolder));
    }
    const at = packageFolder(args.path, args.resolveDir, files.base);
    if (at !== undefined) return isGuest(at) ? undefined : refuse(outside(args.path, ownFolder));
    const unseen = packageFolder(args.path, files.real(args.resolveDir), undefined);
    if (unseen === undefined) return undefined;
    return refuse(
      roots.some((root) => isInside(files.real(root), unseen))
        ? unlisted(args.path)
        : outside(args.path, ownFolder),
    );
  }

  function resolveBuiltin(name: string, args: OnResolveArgs, isFromGuest: boolean): OnResolveResult {
    const file = polyfillFor(name);
    // Free of side effects, so that an injected global which nobody uses stays out.
    if (file !== undefined) return { path: file, sideEffects: false };
    const from = relative(own, args.importer).replaceAll('\\', '/');
    const isDependency = !isFromGuest || `/${from}`.includes('/node_modules/');
    // A package often guards what it requires, and imports more than it uses: there the error waits until it is really used.
    if (!isDependency && args.kind !== 'require-call')
      return refuse(
        `it imports the built-in "${args.path}" of Node.js${builtinHint(name)}`,
        builtinLimit(name),
      );
    const namespace = args.kind === 'require-call' ? 'phlow-absent' : 'phlow-lazy';
    return { path: `${name} in ${from}`, namespace, pluginData: { name, from } };
  }

  /** Gives a file of the snapshot, or one of ours. The bundler itself reads none. */
  async function load(path: string): Promise<OnLoadResult> {
    const mapped = await browserFields.ofFile(path);
    if (mapped === false) return { contents: '', loader: 'js' };
    if (mapped !== undefined && !isGuest(mapped)) return refuse(outside(files.real(mapped), ownFolder));
    const real = await realpath(path);
    if (!isGuest(real) && !isPolyfill(real)) return refuse(outside(files.real(path), ownFolder));
    const extension = extname(real).toLowerCase();
    const loader = Object.hasOwn(LOADERS, extension) ? LOADERS[extension] : undefined;
    if (extension === '.node')
      return refuse(`${relative(own, path)} is a native addon`, limitOf('native-addon', 'trusted'));
    if (loader === undefined) return refuse(unloadable(path, extension, own));
    const bytes = isPolyfill(real) ? await readPlainFile(real, maxInputBytes) : files.read(real);
    if (bytes === undefined) return refuse(unlisted(`./${relative(own, real)}`));
    const source = bytes.toString();
    inputBytes += source.length;
    if (inputBytes > maxInputBytes)
      return refuse(`the module has more than ${maxInputBytes} bytes of source`);
    // What was compiled, or bundled before, has a map beside it: places are those of the author's files then.
    const map = `/${relative(own, real)}`.includes('/node_modules/') ? undefined : files.read(`${real}.map`);
    const contents = withoutMapComments(source) + mapComment(map);
    return { contents, loader, resolveDir: dirname(real) };
  }

  return {
    name: 'phlow-confine',
    setup(build) {
      build.onResolve({ filter: /.*/ }, resolveImport);
      build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => load(path));
      build.onLoad({ filter: /.*/, namespace: 'phlow' }, () => ({ contents: '', loader: 'js' }));
      build.onLoad({ filter: /.*/, namespace: 'phlow-absent' }, ({ pluginData }) =>
        absent(pluginData, 'at once'),
      );
      build.onLoad({ filter: /.*/, namespace: 'phlow-lazy' }, ({ pluginData }) =>
        absent(pluginData, 'when used'),
      );
    },
  };
}

/** The real folder that the look-up of a package finds first, going up from `folder` to `top`; undefined when there is none. */
function packageFolder(specifier: string, folder: string, top: string | undefined): string | undefined {
  const [, name] = /^((?:@[^/]+\/)?[^/#@][^/]*)/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(path)) return realpathSync(path);
    if (at === top || dirname(at) === at) return undefined;
  }
}

/** A polyfill for what does not exist. */
function absent(data: unknown, when: 'at once' | 'when used'): OnLoadResult {
  const { name, from } = data as { readonly name: string; readonly from: string };
  return { contents: absentBuiltin(name, from, when), loader: 'js' };
}

/**
 * The bundler would read the file that such a comment names, wherever it is, so the comment becomes another one. Text in a string that looks
 * exactly like it changes too; its length does not.
 */
function withoutMapComments(source: string): string {
  return source.replace(/(\/[/*][#@][ \t]*)sourceMappingURL(?=[ \t]*=)/g, '$1sourceMappingRUL');
}

function outside(specifier: string, folder: string): string {
  const [, name] = /^((?:@[^/]+\/)?[^./\\@:][^/\\:]*)/.exec(specifier) ?? [];
  const help =
    name === undefined || /^[A-Za-z]:/.test(specifier) ? '' : `; install it ${placesFor(name, folder)}`;
  return `${JSON.stringify(specifier)} is outside of the module's folder, which is all that a module may be made of${help}`;
}

/** Where npm puts a package for a module to find it. Without `--prefix` npm looks for a package.json further up. */
function placesFor(name: string, folder: string): string {
  const install = (place: string): string => `npm install --prefix ${shellText(place)} ${shellText(name)}`;
  const own = `into the module's own folder (${install(folder)})`;
  const around = packagesOn(folder).at(-1);
  // What one package brings along inside of itself is for itself.
  if (around?.kind !== 'phlow_packages' || around.folder !== folder) return own;
  return `${own} or beside it, for all packages there (${install(around.shared)})`;
}

function unlisted(specifier: string): string {
  return `${JSON.stringify(specifier)} was not among the files of the module when they were looked at: it has just been put there, or its name is put together in the code; name it under "dependencies" in package.json`;
}

function unloadable(path: string, extension: string, folder: string): string {
  const name = relative(folder, path);
  const known = Object.keys(LOADERS).join(' ');
  return `${name} cannot be part of a module: ${extension === '' ? 'it has no extension' : `${extension} is none of ${known}`}`;
}

function refuse(text: string, limit?: CompartmentLimit): { readonly errors: PartialMessage[] } {
  return { errors: [{ text, detail: limit }] };
}
