import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Esbuild from 'esbuild';
import { codeFrame, type SourceLocation } from '../../code-frame.js';
import { currentFolder } from '../../current-folder.js';
import { isPhlowError, messageOf, PhlowError } from '../../errors.js';
import { readManifest } from '../../host/load/read-manifest.js';
import { entryUrl, findModule } from '../../host/load/resolve.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { bundleModule } from '../../sandbox/bundle/bundle-module.js';
import { sdkFile } from '../../sandbox/bundle/builtins.js';
import { plainReason } from '../../sandbox/bundle/complaint.js';
import { LEVELS } from '../../sandbox/levels.js';
import { isInside } from '../../sandbox/snapshot/inside.js';
import { isMap } from '../../values.js';
import { BUILT_ENTRY, builtManifest } from './built-manifest.js';
import { nodeBuiltins } from './node-builtins.js';

/** Public code that any bundle may hold. */
const SDK = dirname(sdkFile());

// Not a static import: it starts a program, and nobody else needs it in the host's own process.
const require = createRequire(import.meta.url);

/** How a module is built. */
export interface BuildOptions {
  readonly baseDir?: string;
  /** The folder in which each module has its own, by its name. Default `dist`. */
  readonly outDir?: string;
  readonly minify?: boolean;
  /**
   * True: of packages the builds for browsers are taken, as at the levels with a compartment. Default: where the manifest asks for such a level. Otherwise
   * those for Node.
   */
  readonly forCompartment?: boolean;
  /** The file with the code, where it is not the one that the manifest leads to. */
  readonly entry?: string;
  /**
   * True: files outside of the module's folder may go in. Default: only those of packages (below a node_modules folder) may: the others are what nobody
   * sees who reviews, locks or packs the folder.
   */
  readonly allowOutside?: boolean;
}

/** A module that was built. */
export interface BuiltModule {
  readonly name: string;
  /** The folder of the result. */
  readonly folder: string;
  readonly files: readonly BuiltFile[];
  /** Files that went in and lie outside of the module's folder, relative to it. */
  readonly outside: readonly string[];
  /** Why it does not run at the levels with a compartment; undefined where it does. */
  readonly compartmentProblem: string | undefined;
  readonly warnings: readonly string[];
}

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Bundles a module with everything that it imports into one ES module with a source map, beside a copy of its manifest: a folder that is a module by itself. It runs
 * where the source runs, and says if that does not include compartments. Rejects with PHLOW_BUILD_FAILED and the place in the author's file, PHLOW_MODULE_NOT_FOUND, PHLOW_ENTRY_MISSING
 * and the errors of the manifest.
 */
export async function buildModule(nameOrPath: string, options: BuildOptions = {}): Promise<BuiltModule> {
  const { baseDir = currentFolder(), outDir = 'dist' } = options;
  const found = findModule(nameOrPath, baseDir);
  const manifest = await readManifest(found.manifestPath);
  const { name } = manifest;
  const entry = options.entry ?? sourceOf(fileURLToPath(entryUrl(found, manifest.entry)), name, found.origin);
  const folder = options.entry === undefined ? found.folder : dirname(options.entry);
  const target = join(resolve(baseDir, outDir), name);
  assertApart(name, target, folder);
  const forCompartment =
    options.forCompartment ?? LEVELS[manifest.isolation ?? 'trusted'].code === 'compartment';
  const result = await bundle({
    name,
    folder,
    entry,
    target,
    minify: options.minify ?? false,
    forCompartment,
  });
  const outside = outsideOf(result.metafile, folder);
  if (options.allowOutside !== true) assertInside(name, outside);
  const texts = new Map(result.outputFiles.map(({ path, text }) => [basename(path), text]));
  // Whatever lies around the result: its code is an ES module.
  texts.set('package.json', `${JSON.stringify({ type: 'module' })}\n`);
  texts.set(MANIFEST_FILE, builtManifest(readFileSync(found.manifestPath, 'utf8'), found.manifestPath));
  write(name, target, texts);
  return {
    name,
    folder: target,
    files: [...texts]
      .map(([path, text]) => ({ path, bytes: Buffer.byteLength(text) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    outside,
    compartmentProblem: await compartmentProblem(name, target),
    warnings: result.warnings.map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`,
    ),
  };
}

/** The code of what ships with phlow is elsewhere. */
function sourceOf(entry: string, name: string, origin: string): string {
  if (origin !== 'builtin') return entry;
  throw new PhlowError(
    'PHLOW_USAGE',
    `Cannot build module "${name}": it ships with phlow, where npm run build:modules builds it; name a folder of your own by its path`,
  );
}

/** The result must not take the place of a source. */
function assertApart(name: string, target: string, folder: string): void {
  const manifest = join(target, MANIFEST_FILE);
  const isSource =
    relative(target, resolve(folder)) === '' || !relative(target, resolve(folder)).startsWith('..');
  const isOther = existsSync(manifest) && !existsSync(join(target, BUILT_ENTRY));
  if (!isSource && !isOther) return;
  throw new PhlowError(
    'PHLOW_USAGE',
    `Cannot build module "${name}" into ${target}: ${isSource ? 'its source is there' : 'there is another module'}; name another folder with --out`,
  );
}

interface BundleRequest {
  readonly name: string;
  readonly folder: string;
  readonly entry: string;
  readonly target: string;
  readonly minify: boolean;
  readonly forCompartment: boolean;
}

async function bundle({
  name,
  folder,
  entry,
  target,
  minify,
  forCompartment,
}: BundleRequest): Promise<Esbuild.BuildResult<{ write: false; metafile: true }>> {
  const { build } = require('esbuild') as typeof Esbuild;
  try {
    return await build({
      entryPoints: [entry],
      outfile: join(target, BUILT_ENTRY),
      absWorkingDir: folder,
      bundle: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
      format: 'esm',
      platform: forCompartment ? 'browser' : 'node',
      target: 'node20',
      charset: 'utf8',
      sourcemap: 'linked',
      sourcesContent: false,
      minify,
      // Errors and stacks show names.
      keepNames: minify,
      // An ES module has neither.
      define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
      plugins: [nodeBuiltins(folder)],
    });
  } catch (error) {
    throw buildError(name, folder, error);
  }
}

function buildError(name: string, folder: string, error: unknown): PhlowError {
  const errors: unknown = isMap(error) ? error['errors'] : undefined;
  const [first] = Array.isArray(errors) ? (errors as readonly Esbuild.Message[]) : [];
  const reason = first === undefined ? messageOf(error) : plainReason(first.text).message;
  const place =
    first?.location === undefined || first.location === null ? undefined : placeOf(folder, first.location);
  return new PhlowError('PHLOW_BUILD_FAILED', `Cannot build module "${name}": ${reason}`, {
    cause: error,
    place,
    details: { module: name },
  });
}

function placeOf(folder: string, { file, line, column, length }: Esbuild.Location): SourceLocation {
  const path = resolve(folder, file);
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // The place stands without its frame.
  }
  return {
    file: path,
    line,
    column: column + 1,
    frame: text === '' ? '' : codeFrame(text, line, column + 1, length),
  };
}

/** Each file is written aside and renamed: nobody loads half of one. */
function write(name: string, target: string, texts: ReadonlyMap<string, string>): void {
  const aside = join(target, `.phlow-build-${process.pid}`);
  try {
    mkdirSync(aside, { recursive: true });
    for (const [path, text] of texts) writeFileSync(join(aside, path), text);
    for (const path of texts.keys()) renameSync(join(aside, path), join(target, path));
  } catch (error) {
    const message = `Cannot build module "${name}": ${messageOf(error)}; name a folder that you may write to with --out`;
    throw new PhlowError('PHLOW_USAGE', message, { cause: error });
  } finally {
    if (existsSync(aside)) rmSync(aside, { recursive: true });
  }
}

function outsideOf({ inputs }: Esbuild.Metafile, folder: string): readonly string[] {
  return Object.keys(inputs)
    .filter((path) => !/^[a-z-]+:/.test(path))
    .map((path) => relative(folder, resolve(folder, path)).split(sep).join('/'))
    .filter((path) => path.startsWith('../') && !isInside(SDK, resolve(folder, path)))
    .sort();
}

function assertInside(name: string, outside: readonly string[]): void {
  const others = outside.filter((path) => !path.split('/').includes('node_modules'));
  if (others.length === 0) return;
  const message = `Cannot build module "${name}": it takes in ${others.join(', ')} from outside of its folder, where phlow pack would not find ${others.length === 1 ? 'it' : 'them'}; move ${others.length === 1 ? 'it' : 'them'} into the folder, or pass --allow-outside (allowOutside: true). Nothing was written`;
  throw new PhlowError('PHLOW_BUILD_FAILED', message, { details: { module: name, outside: others } });
}

/** Bundles the result as a compartment does, and says what keeps it from that. */
async function compartmentProblem(module: string, folder: string): Promise<string | undefined> {
  try {
    await bundleModule({ module, folder, entry: join(folder, BUILT_ENTRY), cacheFolder: false });
    return undefined;
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return error.message.replace(/^Cannot load module "[^"]*": /, '');
  }
}
