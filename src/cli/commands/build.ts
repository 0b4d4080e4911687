import { dirname, resolve, sep } from 'node:path';
import type { BuiltModule } from '../../index.js';
import { MANIFEST_FILE } from '../../manifest-file.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { moduleArgument, usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { filesBelow } from '../files-below.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';

/** Bundles modules, each into a folder that is a module by itself. */
export const build = defineCommand({
  name: 'build',
  parameters: '[MODULE...]',
  summary: 'bundle a module into a folder: code in one file, its manifest, a source map',
  details: [
    'MODULE is the path of a folder, or the name of one under phlow_packages; without any, every module in a folder below this one. The result is DIR/NAME with module.js (an ES module with everything',
    'that the module imports, but the built-ins of Node.js), module.js.map and phlow.yaml. It is loaded as any module is: host.load("./dist/NAME").',
    'Says if the result does not run at sandboxed and isolated, and names the files outside of the module’s folder that went in: those of packages, and others only with --allow-outside. Without it nothing is written if there are any.',
    'Exits with 1 if a module cannot be bundled, 2 for wrong usage, 3 for a manifest that is wrong, 4 for a module or an entry file that is not there.',
  ].join('\n'),
  positionals: { least: 0, most: Infinity },
  options: {
    out: { kind: 'text', short: 'o', value: 'DIR', help: 'where the folders go; default dist' },
    minify: { kind: 'flag', help: 'make the code small; names in stacks stay' },
    compartment: {
      kind: 'flag',
      help: 'take the builds that packages have for browsers, as sandboxed and isolated do; without it where the manifest asks for such a level',
    },
    'allow-outside': {
      kind: 'flag',
      help: 'take in files that lie outside of the module’s folder, and not in a package below node_modules',
    },
    json: { kind: 'flag', help: 'print one line of JSON' },
  },
  async run({ options, positionals }, { print }) {
    const { buildModule } = await library();
    const modules = positionals.length > 0 ? positionals.map(moduleArgument) : modulesHere();
    if (modules.length === 0)
      throw usage('There is no module below this folder: name one, phlow build MODULE');
    const { out, minify, compartment } = options;
    const built: BuiltModule[] = [];
    for (const module of new Set(modules)) {
      const one = await buildModule(module, {
        ...(out === undefined ? {} : { outDir: out }),
        ...(minify === true ? { minify } : {}),
        ...(compartment === true ? { forCompartment: true } : {}),
        ...(options['allow-outside'] === true ? { allowOutside: true } : {}),
      });
      if (built.some(({ folder }) => folder === one.folder))
        throw usage(`Two modules are called "${one.name}": build them into different folders with --out`);
      built.push(one);
      if (options.json !== true) print.result(said(one));
      for (const note of notes(one)) print.note(note);
    }
    if (options.json === true) print.result(jsonText({ modules: built }));
    return EXIT.ok;
  },
});

function modulesHere(): readonly string[] {
  return filesBelow('.', (name) => name === MANIFEST_FILE).map((path) => {
    const folder = dirname(path);
    return folder === '.' ? folder : `./${folder.split(sep).join('/')}`;
  });
}

function said({ name, folder, files }: BuiltModule): string {
  const sizes = files.map(({ path, bytes }) => `${path} ${(bytes / 1_024).toFixed(1)} KiB`);
  return `built ${visibleLine(name)} into ${visiblePath(relativeTo(folder))}: ${sizes.join(', ')}`;
}

function relativeTo(folder: string): string {
  const here = resolve('.');
  return folder.startsWith(`${here}${sep}`) ? folder.slice(here.length + 1) : folder;
}

function notes({ name, outside, compartmentProblem, warnings }: BuiltModule): readonly string[] {
  return [
    ...warnings.map((text) => `warning: ${visibleLine(name)}: ${visibleLine(text, 1_000)}`),
    ...(outside.length === 0
      ? []
      : [
          `${visibleLine(name)} takes in ${outside.length} file${outside.length === 1 ? '' : 's'} from outside of its folder: ${visibleLine(outside.join(', '), 500)}`,
        ]),
    ...(compartmentProblem === undefined
      ? []
      : [
          `${visibleLine(name)} does not run at sandboxed and isolated: ${visibleLine(compartmentProblem, 1_000)}`,
        ]),
  ];
}
