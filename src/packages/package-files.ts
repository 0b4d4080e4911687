import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';
import { errorCode, isPhlowError, messageOf } from '../errors.js';
import { FOLDER_FLOWS } from '../host/load/package-folder.js';
import { checkManifest } from '../host/load/read-manifest.js';
import { DEFAULT_ENTRIES } from '../host/load/resolve.js';
import { MANIFEST_FILE } from '../manifest-file.js';
import type { Manifest } from '../manifest/manifest.js';
import { manifestText } from '../manifest/read.js';
import { readPlainFile } from '../manifest/read-plain-file.js';
import { importsIn, mayImport } from '../sandbox/snapshot/imports-in.js';
import { Pace } from '../sandbox/snapshot/list-tree.js';
import { candidatesOf, packageNameIn } from '../sandbox/snapshot/look-up.js';
import type { InnerModule } from '../sandbox/lock/inner-modules.js';
import { isMap } from '../values.js';
import { visibleLine } from '../visible-text.js';
import { matcherOf, unknownPattern, type PathMatch } from './file-patterns.js';
import { invalidPackage, missingEntry } from './package-error.js';
import { PACKAGE_FILE, type PackageJson } from './package-json.js';
import { TARBALL_LIMITS, type PackageFile } from './read-tarball.js';
import { walkFiles } from './walk-files.js';

/** What npm takes in as well, whatever `files` says. */
const ALWAYS = /^(?:readme|licen[cs]e|notice|copying)(?:\.[^/]*)?$/i;
const FLOW = /\.(?:phlow|phs)$/;
const TEST_FLOW = /\.test\.phlow$/;
/** Folders of which nothing is taken in unless something names it: what lies there is for authors. */
const FOR_AUTHORS = /(?:^|\/)(?:tests?|__tests__|fixtures|examples?|docs|bench)\//;

/** What a module is packed from. */
export interface ModuleFolder {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly own: PackageJson | undefined;
  /** For messages. */
  readonly shown: string;
}

/** What of a folder goes into the package. */
export interface ChosenFiles {
  readonly files: readonly PackageFile[];
  /** What lies there and is not packed. */
  readonly leftOut: readonly string[];
  /** The modules inside that are packed. */
  readonly inner: readonly InnerModule[];
  /** The npm packages that the packed code imports by name. */
  readonly imported: ReadonlySet<string>;
}

/**
 * Chooses the files of a package: those that `files` in its package.json names, else its manifest, its code with what that imports, its types, its
 * flows and the files that it asks to read; README and licence always. Throws PHLOW_PACKAGE_INVALID for a link among them, for code that takes in files
 * from outside of the folder, and for code that `files` leaves out.
 */
export async function chooseFiles(module: ModuleFolder): Promise<ChosenFiles> {
  return new Choice(module).choose();
}

class Choice {
  readonly #module: ModuleFolder;
  readonly #walked: ReadonlyMap<string, boolean>;
  readonly #never: readonly string[];
  readonly #chosen = new Map<string, PackageFile>();
  readonly #imported = new Set<string>();
  readonly #inner: InnerModule[] = [];
  readonly #pace = new Pace();
  /** Files whose imports have not been followed yet. */
  readonly #left: string[] = [];

  constructor(module: ModuleFolder) {
    this.#module = module;
    const { files, never } = walkFiles(module.folder);
    this.#walked = new Map(files.map(({ path, isFile }) => [path, isFile]));
    this.#never = never;
  }

  async choose(): Promise<ChosenFiles> {
    const { manifest, own } = this.#module;
    const patterns = this.#patterns();
    const isNamed = patterns && matcherOf(patterns);
    for (const path of this.#walked.keys())
      if (path === MANIFEST_FILE || ALWAYS.test(path) || (isNamed ?? this.#isByDefault(manifest))(path))
        await this.#add(path);
    for (const path of [...this.#walked.keys()].filter((one) => one.endsWith(`/${MANIFEST_FILE}`)))
      if (isNamed?.(path) ?? !FOR_AUTHORS.test(path)) await this.#addInner(path, isNamed !== undefined);
    await this.#addCode('', manifest);
    for (const path of pathsIn(own)) if (this.#walked.has(path)) await this.#add(path);
    await this.#followImports(isNamed);
    const files = [...this.#chosen.values()];
    const leftOut = [...this.#walked.keys(), ...this.#never].filter(
      (path) => !this.#chosen.has(path) && path !== PACKAGE_FILE,
    );
    return { files, leftOut, inner: this.#inner, imported: this.#imported };
  }

  #patterns(): readonly string[] | undefined {
    const files = this.#module.own?.['files'];
    if (files === undefined) return undefined;
    const isTexts = Array.isArray(files) && files.every((one) => typeof one === 'string');
    if (!isTexts) throw this.#invalid('files', `"files" in its ${PACKAGE_FILE} is no list of texts`);
    const odd = unknownPattern(files);
    if (odd === undefined) return files;
    const known = 'names of files and folders, "*", "?", "**", and "!" before what is left out';
    throw this.#invalid(
      'files',
      `"files" in its ${PACKAGE_FILE} has "${visibleLine(odd)}", and phlow pack knows ${known}`,
    );
  }

  /** Flows but their tests, and what the module asks to read of its own folder. */
  #isByDefault({ permissions }: Manifest): PathMatch {
    const read = permissions.fs.read.flatMap((target) => /^\.\/(.+?)\/?$/.exec(target)?.[1] ?? []);
    return (path) =>
      (FLOW.test(path) && !TEST_FLOW.test(path) && !FOR_AUTHORS.test(path)) ||
      read.some((folder) => path === folder || path.startsWith(`${folder}/`));
  }

  async #add(path: string): Promise<void> {
    // It is generated, with what the module asks for.
    if (path === PACKAGE_FILE || this.#chosen.has(path)) return;
    const at = join(this.#module.folder, path);
    if (this.#walked.get(path) !== true)
      throw this.#invalid(
        'symbolic-link',
        `${visibleLine(path)} is a link or no regular file; put the file in its place`,
      );
    try {
      const isExecutable = (lstatSync(at).mode & 0o100) !== 0;
      const content = await readPlainFile(at, TARBALL_LIMITS.fileBytes);
      this.#chosen.set(path, { path, content, isExecutable });
    } catch (error) {
      throw this.#invalid('unreadable', `${visibleLine(path)} cannot be read: ${messageOf(error)}`, error);
    }
    this.#left.push(path);
    await this.#pace.step();
  }

  async #addInner(path: string, isAskedFor: boolean): Promise<void> {
    await this.#add(path);
    const content = this.#chosen.get(path)?.content ?? Buffer.alloc(0);
    const at = join(this.#module.folder, path);
    try {
      const manifest = await checkManifest(manifestText(content, at), at);
      // What `phlow build` has made of this very module.
      if (manifest.name === this.#module.manifest.name && !isAskedFor) {
        this.#chosen.delete(path);
        return;
      }
      const folder = posix.dirname(path);
      this.#inner.push({ path: folder, manifest });
      await this.#addCode(`${folder}/`, manifest);
    } catch (error) {
      // Nothing loads a module whose manifest is none, or that has no code.
      if (!isPhlowError(error) || !/^PHLOW_(?:MANIFEST_|ENTRY_MISSING)/.test(error.code)) throw error;
    }
  }

  /** The entry of a module; one that is a flow has none. */
  async #addCode(prefix: string, manifest: Manifest): Promise<void> {
    const isThere = (name: string): boolean => this.#walked.has(posix.join(prefix, name));
    const candidates = manifest.entry === undefined ? DEFAULT_ENTRIES : [manifest.entry];
    const entry = candidates.find(isThere);
    if (entry !== undefined) await this.#add(posix.join(prefix, entry));
    else if (manifest.entry !== undefined || !FOLDER_FLOWS.some(isThere))
      throw missingEntry('pack', this.#module.shown, manifest);
  }

  async #followImports(isNamed: PathMatch | undefined): Promise<void> {
    for (let path = this.#left.pop(); path !== undefined; path = this.#left.pop()) {
      for (const beside of besides(path)) if (this.#walked.has(beside)) await this.#add(beside);
      const file = this.#chosen.get(path);
      if (file === undefined || !(mayImport(path) || isTypes(path))) continue;
      for await (const specifier of importsIn(file.content, this.#pace))
        await this.#follow(path, specifier, isNamed);
    }
  }

  async #follow(from: string, specifier: string, isNamed: PathMatch | undefined): Promise<void> {
    if (!/^\.{1,2}(?:\/|$)/.test(specifier)) {
      const name = isTypes(from) ? undefined : packageNameIn(specifier);
      if (name !== undefined && !specifier.includes(':')) this.#imported.add(name);
      return;
    }
    const path = posix.join(posix.dirname(from), specifier);
    const candidates = isTypes(from) ? [...typesOf(path), ...candidatesOf(path)] : candidatesOf(path);
    if (path.startsWith('../')) {
      // Words in a comment look like an import as well: only what is there counts.
      const there = candidates.find((one) => isFile(join(this.#module.folder, one)));
      if (there === undefined || isTypes(from)) return;
      throw this.#invalid(
        'outside',
        `${visibleLine(from)} imports ${visibleLine(specifier)}, which lies outside of the folder; move it in, or bundle the module into one file`,
      );
    }
    const found = candidates.find((one) => this.#walked.has(one));
    if (found === undefined) return;
    if (isNamed !== undefined && !isNamed(found) && !this.#chosen.has(found) && !isTypes(from))
      throw this.#invalid(
        'files',
        `${visibleLine(from)} imports ${visibleLine(found)}, which "files" in its ${PACKAGE_FILE} leaves out; add it there`,
      );
    await this.#add(found);
  }

  #invalid(rule: string, reason: string, cause?: unknown): Error {
    return invalidPackage('pack', this.#module.shown, reason, { rule, cause });
  }
}

function isTypes(path: string): boolean {
  return /\.d\.[cm]?ts$/.test(path);
}

function typesOf(path: string): readonly string[] {
  return [path.replace(/\.([cm]?)js$/, '.d.$1ts'), `${path}.d.ts`];
}

/** The types and the source map of a file of code. */
function besides(path: string): readonly string[] {
  return /\.[cm]?js$/.test(path) ? [path.replace(/\.([cm]?)js$/, '.d.$1ts'), `${path}.map`] : [];
}

function isFile(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** The files that a package.json maps names to. */
function pathsIn(own: PackageJson | undefined): readonly string[] {
  const texts = (value: unknown): readonly string[] =>
    typeof value === 'string' ? [value] : isMap(value) ? Object.values(value).flatMap(texts) : [];
  return ['main', 'module', 'types', 'typings', 'exports', 'imports', 'bin']
    .flatMap((key) => texts(own?.[key]))
    .map((path) => posix.normalize(path));
}
