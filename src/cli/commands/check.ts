import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { currentFolder } from '../../current-folder.js';
import { isPhlowError, PhlowError, type PhlowErrorCode } from '../../errors.js';
import type { Diagnostic } from '../../index.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { didYouMeanModule } from '../../nearest.js';
import { isMap, textOf } from '../../values.js';
import { visiblePath } from '../../visible-text.js';
import { pathArgument } from '../args.js';
import { defineCommand, type CommandContext } from '../command.js';
import { diagnosticText } from '../error-text.js';
import { EXIT, exitCodeOf } from '../exit-code.js';
import { filesBelow, SKIPPED_FOLDERS } from '../files-below.js';
import { FLOW_HOLD_OPTIONS, heldBy, type Hold, type HoldRequest } from '../hold-options.js';
import { library } from '../library.js';
import { jsonText } from '../json-text.js';
import type { Printer } from '../print.js';

/** What became of one file. */
interface Checked extends Found {
  readonly file: string;
}

interface Found {
  readonly diagnostics: readonly Diagnostic[];
  /** The code of the error with which the module was held back: its files are not what a load would take. */
  readonly heldBack?: PhlowErrorCode | undefined;
}

/** Checks manifests and flows without starting anything. */
export const check = defineCommand({
  name: 'check',
  parameters: 'PATH...',
  summary: 'check manifests and flows without starting anything',
  details:
    'PATH is a phlow.yaml, a flow, the name of a module, or a folder: then every phlow.yaml and .phlow file below it, except those in folders called\n' +
    `${SKIPPED_FOLDERS.join(', ')}; to check the files in such a folder, name the folder itself.\n` +
    'With --grant, it reports permissions that the modules of a package’s flow lack: the user of the package decides about them. Exits as a run would: 2 for wrong usage,\n' +
    '3 for an invalid file, 4 for a module that would not load, such as one that phlow.lock has not accepted as it is.',
  positionals: { least: 1, most: Infinity },
  options: { ...FLOW_HOLD_OPTIONS, json: { kind: 'flag', help: 'print one line of JSON' } },
  run: ({ options, positionals }, context) => checkPaths(positionals, options, context),
});

/** Checks every file that the paths stand for and says what was found. */
export async function checkPaths(
  paths: readonly string[],
  request: HoldRequest & { readonly json?: true | undefined },
  { print }: CommandContext,
): Promise<number> {
  const held = heldBy(request);
  const checked: Checked[] = [];
  for (const file of await withoutParts(await pathsOf(paths)))
    checked.push({ file, ...(await checkFile(file, held)) });
  if (request.json === true) {
    print.result(jsonText({ files: checked.map(asRecord) }));
  } else {
    const reported = new Set<string>();
    for (const { file, diagnostics } of checked) {
      for (const diagnostic of diagnostics)
        print.note(`${onceInFull(diagnostic, file, checked, reported, print)}\n`);
      if (isOk(diagnostics)) print.result(`ok ${visiblePath(file)}`);
    }
  }
  return exitOf(checked);
}

/** What is wrong with a module's manifest keeps many a flow from being loaded: it is reported in full once, with the manifest where that is checked too. */
function onceInFull(
  diagnostic: Diagnostic,
  file: string,
  checked: readonly Checked[],
  reported: Set<string>,
  print: Printer,
): string {
  const { severity, code, place } = diagnostic;
  const text = diagnosticText(diagnostic, print);
  const isOwn = placeFile(place) === resolve(file);
  const isElsewhere = checked.some(
    (one) =>
      basename(one.file) === MANIFEST_FILE &&
      resolve(one.file) === placeFile(place) &&
      // Another mistake of that file says nothing of this one.
      one.diagnostics.some((other) => other.code === code && other.place?.line === place?.line),
  );
  if (isOwn || !(reported.has(text) || isElsewhere)) {
    reported.add(text);
    return text;
  }
  const at = place === undefined ? 'above' : `${visiblePath(place.file)}:${place.line}:${place.column}`;
  const message = `Cannot check ${file}: see ${at}`;
  return diagnosticText({ severity, code, message, place: undefined }, print);
}

function placeFile(place: Diagnostic['place']): string | undefined {
  return place === undefined ? undefined : resolve(place.file);
}

/** The first mistake decides, as it would in a run. */
function exitOf(checked: readonly Checked[]): number {
  const wrong = checked.find(({ diagnostics }) => !isOk(diagnostics));
  const first = wrong?.diagnostics.find(isError);
  if (wrong === undefined || first === undefined) return EXIT.ok;
  if (wrong.heldBack !== undefined) {
    const exit = exitCodeOf(wrong.heldBack);
    return exit === EXIT.failed ? EXIT.loadFailed : exit;
  }
  // What is wrong with a manifest is so in that very file, whatever else it keeps from being loaded.
  const exit = basename(wrong.file) === MANIFEST_FILE ? EXIT.invalidFile : exitCodeOf(first.code);
  return exit === EXIT.failed ? EXIT.invalidFile : exit;
}

/** What the arguments stand for: files and folders, or the names of packages and of what ships with phlow. */
async function pathsOf(given: readonly string[]): Promise<readonly string[]> {
  const paths = given.map(pathArgument);
  if (paths.every((path) => existsSync(path))) return paths;
  const { listModules } = await library();
  const listed = await listModules(currentFolder());
  return paths.map((path) => {
    if (existsSync(path)) return path;
    const builtIn = listed.find(({ name, origin }) => name === path && origin === 'builtin');
    if (builtIn !== undefined) return builtIn.path;
    const names = listed.map(({ name }) => name);
    throw nothingAt(path, didYouMeanModule(path, names));
  });
}

function nothingAt(path: string, hint: string): PhlowError {
  const code = basename(path) === MANIFEST_FILE ? 'PHLOW_MANIFEST_UNREADABLE' : 'PHLOW_FLOW_UNREADABLE';
  const named = /[\\/]/.test(path)
    ? ''
    : ', and no module of that name, neither built in nor under phlow_packages';
  const end = hint === '' ? '' : `.${hint}`;
  return new PhlowError(code, `Cannot check ${path}: there is no such file or folder${named}${end}`, {
    details: { file: path },
  });
}

function filesAt(path: string): string[] {
  if (!existsSync(path)) throw nothingAt(path, '');
  if (!statSync(path).isDirectory()) return [path];
  const files = filesBelow(path, (name) => name === MANIFEST_FILE || name.endsWith('.phlow'));
  if (files.length > 0) return files;
  throw new PhlowError(
    'PHLOW_FLOW_UNREADABLE',
    `Cannot check ${path}: it contains no ${MANIFEST_FILE} and no .phlow file`,
    {
      details: { file: path },
    },
  );
}

/** Every file to check. Of those found in folders, parts that only make sense where other flows include them are left out. */
async function withoutParts(paths: readonly string[]): Promise<readonly string[]> {
  const files = [...new Set(paths.flatMap(filesAt))];
  const { flowSources, isFlow } = await library();
  const included = new Set<string>();
  for (const file of files) {
    if (basename(file) === MANIFEST_FILE) continue;
    for (const source of flowSources(file)) if (source !== resolve(file)) included.add(source);
  }
  return files.filter((file) => paths.includes(file) || !included.has(resolve(file)) || isFlow(file));
}

/** What keeps one file from being checked is a diagnostic too: the others are checked all the same. */
async function checkFile(file: string, held: Hold): Promise<Found> {
  const { checkFlow } = await library();
  try {
    return await (basename(file) === MANIFEST_FILE
      ? checkManifest(file)
      : { diagnostics: await checkFlow(file, held) });
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    return { diagnostics: problemsOf(error) };
  }
}

async function checkManifest(file: string): Promise<Found> {
  const { assertAccepted, assertLoadable, manifestWarnings, readManifest } = await library();
  const manifest = await readManifest(file);
  const { entry, name, placeOf } = manifest;
  const warnings = manifestWarnings(manifest).map(({ message, pointer }): Diagnostic => ({
    severity: 'warning',
    code: 'PHLOW_MANIFEST_INVALID',
    message,
    place: placeOf(pointer),
  }));
  if (entry === undefined || existsSync(join(dirname(file), entry)) || (await isBuiltIn(file))) {
    try {
      const folder = resolve(dirname(file));
      await assertAccepted(folder, currentFolder());
      await assertLoadable(folder, currentFolder());
    } catch (error) {
      if (!isPhlowError(error)) throw error;
      return { diagnostics: [...warnings, ...problemsOf(error)], heldBack: error.code };
    }
    return { diagnostics: warnings };
  }
  const message = `Cannot find the entry file of module "${name}": there is no ${entry} beside ${file}; name the file with "entry:"`;
  const missing: Diagnostic = {
    severity: 'error',
    code: 'PHLOW_ENTRY_MISSING',
    message,
    place: placeOf('/entry'),
  };
  return { diagnostics: [...warnings, missing], heldBack: missing.code };
}

/** The code of a built-in module is compiled to another folder. */
async function isBuiltIn(file: string): Promise<boolean> {
  const { listModules } = await library();
  const listed = await listModules(currentFolder());
  return listed.some(({ origin, path }) => origin === 'builtin' && resolve(path) === resolve(file));
}

/** A manifest's error lists all its problems; each is a diagnostic of its own. */
function problemsOf(error: PhlowError): readonly Diagnostic[] {
  const { code, message, place } = error;
  const problems: unknown = error.details['problems'];
  if (place === undefined || !Array.isArray(problems) || problems.length < 2) {
    return [{ severity: 'error', code, message, place }];
  }
  return problems.filter(isMap).map((problem) => ({
    severity: 'error',
    code,
    message: textOf(problem['message']),
    place: {
      file: place.file,
      line: Number(problem['line']),
      column: Number(problem['column']),
      frame: textOf(problem['frame']),
    },
  }));
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function isOk(diagnostics: readonly Diagnostic[]): boolean {
  return !diagnostics.some(isError);
}

function asRecord({ file, diagnostics }: Checked): Record<string, unknown> {
  return {
    file,
    ok: isOk(diagnostics),
    diagnostics: diagnostics.map(({ severity, code, message, place }) => ({
      severity,
      code,
      message,
      place: place === undefined ? null : { ...place },
    })),
  };
}
