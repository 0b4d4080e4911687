import { currentFolder } from '../../current-folder.js';
import { semver } from '../../semver-package.js';
import { shellText } from '../../visible-text.js';
import { folderArgument, usage } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';
import { recordOf, textOf } from './pack.js';

/** Options that are npm's own. */
const PASSED_ON = ['tag', 'access', 'otp'] as const;

/** Publishes a module by the user's npm. */
export const publish = defineCommand({
  name: 'publish',
  parameters: 'MODULE',
  summary: 'pack a module, check what a registry would refuse, and publish it with npm',
  details: [
    'With --dry-run nothing is published: it prints what would be, what a registry would refuse, and the commands that do it. Without, it runs npm publish with',
    'the registry and token of your .npmrc; scripts of the package do not run. A version that is there already is looked for if the registry can be reached.',
    'Exits with 1 if a registry would refuse it or npm does not publish it, otherwise as phlow pack.',
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: {
    'dry-run': { kind: 'flag', help: 'publish nothing' },
    tag: { kind: 'text', value: 'TAG', help: 'for npm: the tag of this version (default latest)' },
    access: { kind: 'text', value: 'public|restricted', help: 'for npm: who may get a package with a scope' },
    otp: { kind: 'text', value: 'CODE', help: 'for npm: a one-time password' },
    json: { kind: 'flag', help: 'with --dry-run: print one line of JSON' },
  },
  async run({ options, positionals: [module = ''] }, { print, signal }) {
    const isDryRun = options['dry-run'] === true;
    if (options.access !== undefined && !['public', 'restricted'].includes(options.access))
      throw usage(`Option --access is public or restricted: found "${options.access}"`);
    if (options.tag !== undefined && semver().validRange(options.tag) !== null)
      throw usage(
        `Option --tag is a word that is no version and no range, such as next: found "${options.tag}"`,
      );
    if (options.json === true && !isDryRun)
      throw usage('Option --json needs --dry-run: npm prints what it publishes');
    const { checkPublish, publishPackage } = await library();
    const npm = { cwd: currentFolder(), signal };
    const { packed, problems, warnings } = await checkPublish(folderArgument(module), {
      ...npm,
      access: options.access,
    });
    const words = PASSED_ON.flatMap((name) =>
      options[name] === undefined ? [] : [`--${name}=${options[name]}`],
    );
    const shown = words.filter((word) => !word.startsWith('--otp'));
    const commands = [
      `phlow pack ${shellText(module)}`,
      ['npm publish', shellText(`./${packed.fileName}`), '--ignore-scripts', ...shown.map(shellText)].join(
        ' ',
      ),
    ];
    if (isDryRun && options.json === true)
      print.result(jsonText({ ...recordOf(packed), problems, warnings, commands }));
    else {
      print.result(textOf(packed, undefined));
      for (const warning of warnings) print.note(`warning: ${warning}`);
      for (const problem of problems) print.note(`error: ${problem}`);
    }
    if (problems.length > 0) return EXIT.failed;
    if (!isDryRun) return (await publishPackage(packed, words, npm)) === 0 ? EXIT.ok : EXIT.failed;
    if (options.json !== true)
      print.note(`Nothing was published. To publish it:\n${commands.map((line) => `  ${line}`).join('\n')}`);
    return EXIT.ok;
  },
});
