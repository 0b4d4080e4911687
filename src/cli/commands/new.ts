import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, PhlowError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import { shellText, visiblePath } from '../../visible-text.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { installCommands } from '../install-commands.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { isTyped, readLines } from '../line-reader.js';
import { newFiles, newManifest } from '../templates/module-files.js';
import { MODULE_KINDS, type Files, type ModuleKind, type Wanted } from '../templates/template.js';
import { TYPES_FILE } from './types.js';

const KINDS: Readonly<Record<ModuleKind, string>> = {
  step: 'answers the steps of flows and the calls of applications',
  main: 'starts runs of a flow',
  any: 'both',
};

/** Asked in this order for what is left out. */
const QUESTIONS = [`What kind of module? ${MODULE_KINDS.join(', ')} [step] `, 'In which folder? '] as const;

/** Makes a module to begin with. */
export const newModule = defineCommand({
  name: 'new',
  parameters: 'step|main|any FOLDER',
  summary: 'make a module: manifest, code, tests and an example that work at once',
  details: [
    ...MODULE_KINDS.map((kind) => `${kind.padEnd(5)} ${KINDS[kind]}`),
    '',
    'FOLDER must be new or empty; its last part is the name of the module. The code is TypeScript, or JavaScript with --js. On a terminal, what is left out',
    'is asked for.',
    'Example: phlow new step ./modules/visits',
  ].join('\n'),
  positionals: { least: 0, most: 2 },
  options: {
    js: { kind: 'flag', help: 'JavaScript in the place of TypeScript' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals }, { print, signal }) {
    const [kindText, target] = await completed(positionals, signal);
    const kind = kindOf(kindText);
    const folder = resolve(target);
    const wanted: Wanted = { name: await nameOf(folder), kind, isTypeScript: options.js !== true };
    const files = await create(folder, wanted);
    if (options.json === true) print.result(jsonText({ folder, name: wanted.name, kind, files }));
    else {
      print.result(`made ${visiblePath(target)}:\n${files.map((file) => `  ${file}`).join('\n')}`);
      const steps = [
        `cd ${shellText(target)}`,
        ...(await installCommands(folder, wanted.isTypeScript)),
        'npm test',
      ];
      print.note(`Next:\n${steps.map((line) => `  ${line}`).join('\n')}`);
    }
    return EXIT.ok;
  },
});

/** Asks for what was left out, where a person can answer. */
async function completed(given: readonly string[], signal: AbortSignal): Promise<readonly [string, string]> {
  const answers = [...given];
  if (answers.length < QUESTIONS.length && isTyped())
    for await (const line of readLines(() => QUESTIONS[answers.length] ?? '', signal)) {
      answers.push(line.trim());
      if (answers.length === QUESTIONS.length) break;
    }
  const [kind, folder] = answers;
  if (kind === undefined || folder === undefined || folder === '')
    throw usage('Command "new" needs a kind and a folder: phlow new step|main|any FOLDER');
  return [kind === '' ? 'step' : kind, folder];
}

function kindOf(text: string): ModuleKind {
  const kind = MODULE_KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw usage(
    `There is no kind "${text}" of modules: it is step, main or any.${didYouMean(text, MODULE_KINDS)}`,
  );
}

/** The name of the module in a folder. Throws PHLOW_USAGE for one that a manifest may not have, or that leads to a module of phlow's. */
async function nameOf(folder: string): Promise<string> {
  const name = basename(folder);
  const { builtInNames } = await library();
  if (!/^[A-Za-z][\w-]{0,63}$/.test(name) || /^(?:null|true|false|yes|no|on|off|y|n)$/i.test(name))
    throw usage(
      `A module cannot be called "${name}": a name begins with a letter, has up to 64 letters, digits, "_" and "-", and is no word of YAML's such as true; name the folder so`,
    );
  if (builtInNames().includes(name))
    throw usage(`A module should not be called "${name}": one that ships with phlow is; take another folder`);
  return name;
}

/** Writes the files; none of them stays if one cannot be written. */
async function create(folder: string, wanted: Wanted): Promise<readonly string[]> {
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
    throw usage(
      `Cannot make a module in ${folder}: there is something already; name a folder that is new or empty`,
    );
  const made = new MadeFiles(folder);
  try {
    made.write({ 'phlow.yaml': newManifest(wanted) });
    const { moduleTypes } = await library();
    const { text } = await moduleTypes(['.'], { baseDir: folder });
    const namespace = /^export namespace (\w+)/m.exec(text)?.[1] ?? '';
    made.write({ ...(wanted.isTypeScript ? { [TYPES_FILE]: text } : {}), ...newFiles(wanted, namespace) });
    return made.paths;
  } catch (error) {
    made.undo();
    if (error instanceof PhlowError) throw error;
    throw new PhlowError(
      'PHLOW_USAGE',
      `Cannot make a module in ${folder}: ${messageOf(error)}; name a folder that you may write to`,
      {
        cause: error,
      },
    );
  }
}

/** Files that are written one after the other, and can all be taken back. */
class MadeFiles {
  readonly #folder: string;
  readonly #files: string[] = [];
  /** The outermost first. */
  readonly #folders: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  get paths(): readonly string[] {
    return this.#files.toSorted();
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.#folder, path);
      const outermost = mkdirSync(dirname(file), { recursive: true });
      const before = this.#folders.length;
      if (outermost !== undefined)
        for (let made = dirname(file); made.length >= outermost.length; made = dirname(made))
          this.#folders.splice(before, 0, made);
      writeFileSync(file, text, { flag: 'wx' });
      this.#files.push(path);
    }
  }

  undo(): void {
    try {
      for (const path of this.#files) rmSync(join(this.#folder, path), { force: true });
      // What somebody else has put there stays.
      for (const folder of this.#folders.toReversed()) if (existsSync(folder)) rmdirSync(folder);
    } catch {
      // The error that led here says why.
    }
  }
}
