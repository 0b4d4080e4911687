import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, posix, resolve, sep } from 'node:path';
import { currentFolder } from '../../current-folder.js';
import { errorCode, messageOf, PhlowError } from '../../errors.js';
import { hasManifest, MANIFEST_FILE } from '../../manifest-file.js';
import { shellText, visiblePath } from '../../visible-text.js';
import { usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { filesBelow } from '../files-below.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';

/** Where it writes. */
export const TYPES_FILE = 'phlow-modules.d.ts';

/** Writes what manifests say of settings, inputs and outputs as TypeScript. */
export const types = defineCommand({
  name: 'types',
  parameters: '[MODULE...]',
  summary: 'write the types of modules for TypeScript, from their manifests',
  details: [
    'MODULE is a name, or the path by which the application loads it: write ./counter where it says host.load("./counter"). Without modules: everything',
    `below phlow_packages, every npm package here and every folder below this one with a phlow.yaml. The file (${TYPES_FILE}) makes host.load, module.call and the rest of the`,
    'library know what a module takes and replies, and has a namespace with the types for its own code. Modules that ship with phlow need no file.',
    'With --check, exits with 1 if the file is not what would be written.',
  ].join('\n'),
  positionals: { least: 0, most: Infinity },
  options: {
    out: {
      kind: 'text',
      short: 'o',
      value: 'FILE',
      help: `where to write (default ${TYPES_FILE}); - prints it`,
    },
    check: { kind: 'flag', help: 'for CI: compare and write nothing' },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals }, { print }) {
    const file = options.out ?? TYPES_FILE;
    if (file === '-' && (options.check === true || options.json === true))
      throw usage('Options --check and --json need a file: --out - prints its text');
    const { moduleTypes } = await library();
    const named = positionals.length > 0 ? positionals.map(asLoaded) : await modulesHere();
    const { text, modules } = await moduleTypes(named);
    if (file === '-') {
      print.result(text.trimEnd());
      return EXIT.ok;
    }
    // A checkout may have other line ends.
    const isCurrent = existing(file)?.replaceAll('\r\n', '\n') === text;
    if (options.check !== true && !isCurrent) write(file, text);
    if (options.json === true) print.result(jsonText({ file: resolve(file), modules, isCurrent }));
    else
      print.result(
        options.check === true && !isCurrent
          ? toUpdate(file, positionals)
          : said(file, modules.length, isCurrent),
      );
    return options.check === true && !isCurrent ? EXIT.failed : EXIT.ok;
  },
});

/** As an application names it: a path begins with ./ or ../ there, and has neither backslashes nor a slash at its end. */
function asLoaded(module: string): string {
  // Elsewhere than on Windows, a name may hold a backslash.
  const path = sep === '\\' || !existsSync(module) ? module.replaceAll('\\', '/') : module;
  const isRelative = /^\.{1,2}(\/|$)/.test(path);
  const isFolder = path.includes('/') && !path.startsWith('@') && hasManifest(path);
  if (!isRelative && !isFolder) return module;
  const normal = posix.normalize(path).replace(/(?<=[^/])\/+$/, '');
  return /^\.{1,2}(\/|$)/.test(normal) || isAbsolute(normal) ? normal : `./${normal}`;
}

/** The packages, and every module in a folder below this one. */
async function modulesHere(): Promise<readonly string[]> {
  const { listModules } = await library();
  const packages = (await listModules(currentFolder())).filter(
    ({ origin, isFlow }) => origin === 'package' && !isFlow,
  );
  const folders = filesBelow('.', (name) => name === MANIFEST_FILE).map((path) => dirname(path));
  return [
    ...packages.map(({ name }) => name),
    ...folders.map((folder) => (folder === '.' ? folder : `./${folder.split(sep).join('/')}`)),
  ];
}

function said(file: string, count: number, isCurrent: boolean): string {
  const modules = `${count} module${count === 1 ? '' : 's'}`;
  return isCurrent
    ? `${visiblePath(file)} is what the manifests say (${modules})`
    : `wrote ${visiblePath(file)} (${modules})`;
}

function toUpdate(file: string, modules: readonly string[]): string {
  const out = file === TYPES_FILE ? [] : ['--out', file];
  const command = ['phlow types', ...[...modules, ...out].map(shellText)].join(' ');
  return `${visiblePath(file)} is not what the manifests say: run ${command}, and keep the file with them`;
}

function existing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new PhlowError('PHLOW_USAGE', `Cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const message = `Cannot write ${file}: ${messageOf(error)}; is ${dirname(file)} a folder that you may write to?`;
    throw new PhlowError('PHLOW_USAGE', message, { cause: error });
  }
}
