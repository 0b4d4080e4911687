import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { messageOf, PhlowError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import { shellText, visiblePath } from '../../visible-text.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { installPhlow } from '../install-phlow.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { isTyped } from '../line-reader.js';
import { newFiles, newManifest } from '../templates/module-files.js';
import { MODULE_KINDS, type Files, type ModuleKind, type Wanted } from '../templates/template.js';
import { TYPES_FILE } from './types.js';

const KINDS: Readonly<Record<ModuleKind, string>> = {
  step: 'answers the steps of flows and the calls of applications',
  main: 'starts runs of a flow',
  any: 'both',
};

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
    const wanted: Wanted = { name: await nameOf(folder), kind, isTyped: options.js !== true };
    const files = await create(folder, wanted);
    if (options.json === true) print.result(jsonText({ folder, name: wanted.name, kind, files }));
    else {
      print.result(`made ${visiblePath(target)}:\n${files.map((file) => `  ${file}`).join('\n')}`);
      const steps = [`cd ${shellText(target)}`, ...(await installPhlow(folder, wanted.isTyped)), 'npm test'];
      print.note(`Next:\n${steps.map((line) => `  ${line}`).join('\n')}`);
    }
    return EXIT.ok;
  },
});

/** Asks for what was left out, where a person can answer. */
async function completed(given: readonly string[], signal: AbortSignal): Promise<readonly [string, string]> {
  const [kind, folder] = given;
  if (kind !== undefined && folder !== undefined) return [kind, folder];
  if (!isTyped()) throw usage('Command "new" needs a kind and a folder: phlow new step|main|any FOLDER');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return [
      kind ??
        ((
          await lines.question(`What kind of module? ${MODULE_KINDS.join(', ')} [step] `, { signal })
        ).trim() ||
          'step'),
      folder ?? (await lines.question('In which folder? ', { signal })).trim(),
    ];
  } finally {
    lines.close();
  }
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
  if (!/^[A-Za-z_][\w-]{0,63}$/.test(name))
    throw usage(
      `A module cannot be called "${name}": a name begins with a letter and has up to 64 letters, digits, "_" and "-"; name the folder so`,
    );
  if (builtInNames().includes(name))
    throw usage(`A module should not be called "${name}": one that ships with phlow is; take another folder`);
  return name;
}

/** Writes the files; none of them stays if one cannot be written. */
async function create(folder: string, wanted: Wanted): Promise<readonly string[]> {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw usage(
      `Cannot make a module in ${folder}: there is something in it already; name a folder that is new or empty`,
    );
  const wasThere = existsSync(folder);
  try {
    const manifest = { 'phlow.yaml': newManifest(wanted) };
    write(folder, manifest);
    const { moduleTypes } = await library();
    const { text } = await moduleTypes(['.'], { baseDir: folder });
    const namespace = /^export namespace (\w+)/m.exec(text)?.[1] ?? '';
    const others: Files = {
      ...(wanted.isTyped ? { [TYPES_FILE]: text } : {}),
      ...newFiles(wanted, namespace),
    };
    write(folder, others);
    return Object.keys({ ...manifest, ...others }).sort();
  } catch (error) {
    undo(folder, wasThere);
    if (error instanceof PhlowError) throw error;
    throw new PhlowError('PHLOW_USAGE', `Cannot make a module in ${folder}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Takes back what was written; a folder that cannot be cleared has nothing of ours, or keeps it. */
function undo(folder: string, wasThere: boolean): void {
  try {
    if (wasThere) for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    else rmSync(folder, { recursive: true, force: true });
  } catch {
    // The error that led here says why.
  }
}

function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  }
}
