import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { didYouMean } from '../../nearest.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { isTyped, readLines } from '../line-reader.js';
import { makeFiles } from '../made-files.js';
import { printNextSteps } from '../next-steps.js';
import { newFiles, newManifest } from '../templates/module-files.js';
import { MODULE_KINDS, type ModuleKind, type Wanted } from '../templates/template.js';
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
    'FOLDER must be new or empty; its last part is the name of the module, and a part before it that begins with @ the scope of the package. The code is TypeScript, or JavaScript with --js. On a terminal, what is left out',
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
    const name = await nameOf(folder);
    const wanted: Wanted = {
      name,
      packageName: packageNameOf(folder, name),
      kind,
      isTypeScript: options.js !== true,
    };
    const files = await create(folder, wanted);
    if (options.json === true) print.result(jsonText({ folder, name: wanted.name, kind, files }));
    else {
      print.result(`made ${visiblePath(target)}:\n${files.map((file) => `  ${file}`).join('\n')}`);
      if (!wanted.packageName.endsWith(name))
        print.note(
          `note: npm takes no name such as "${name}": to share the module, call it and its package something else, such as "${basename(wanted.packageName)}"`,
        );
      await printNextSteps(print, { target, folder, tools: wanted.isTypeScript }, ['npm test']);
    }
    return EXIT.ok;
  },
});

/** Asks for what was left out, where a person can answer. */
async function completed(given: readonly string[], signal: AbortSignal): Promise<readonly [string, string]> {
  const answers = [...given];
  if (answers.length < QUESTIONS.length && isTyped())
    for await (const line of readLines({ prompt: () => QUESTIONS[answers.length] ?? '', signal })) {
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

/** The name of the module in a folder. Throws PHLOW_USAGE for one by which it could not be used. */
async function nameOf(folder: string): Promise<string> {
  const name = basename(folder);
  const { moduleNameProblem } = await library();
  const problem = moduleNameProblem(name);
  if (problem !== undefined)
    throw usage(`A module cannot be called "${visibleLine(name)}": ${problem}; give the folder another name`);
  return name;
}

/** The folder above may be a scope: `@acme/greet`. Throws PHLOW_USAGE for one that npm does not take. */
function packageNameOf(folder: string, name: string): string {
  // A name of npm's has small letters and begins with no underscore.
  const own = name.toLowerCase().replace(/^_+/, '') || 'module';
  const scope = basename(dirname(folder));
  if (!scope.startsWith('@')) return own;
  if (!/^@[a-z0-9-][a-z0-9._-]*$/.test(scope))
    throw usage(
      `A package cannot have the scope "${visibleLine(scope)}": npm takes small letters, digits, ".", "_" and "-"; give the folder above another name`,
    );
  return `${scope}/${own}`;
}

/** Writes the files; none of them stays if one cannot be written. */
async function create(folder: string, wanted: Wanted): Promise<readonly string[]> {
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
    throw usage(
      `Cannot make a module in ${folder}: there is something already; name a folder that is new or empty`,
    );
  const paths = await makeFiles('a module', folder, async (made) => {
    made.write({ [MANIFEST_FILE]: newManifest(wanted) });
    const { moduleTypes } = await library();
    const { text } = await moduleTypes(['.'], { baseDir: folder });
    const namespace = /^export namespace (\w+)/m.exec(text)?.[1] ?? '';
    made.write({ ...(wanted.isTypeScript ? { [TYPES_FILE]: text } : {}), ...newFiles(wanted, namespace) });
  });
  return paths.toSorted();
}
