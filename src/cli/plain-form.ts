import { existsSync } from 'node:fs';
import { didYouMean } from '../nearest.js';
import { usage, type OptionSpec } from './args.js';
import { defineCommand, type Command } from './command.js';
import { checkPaths } from './commands/check.js';
import { RUN_OPTIONS, runFlow, WATCH_OPTION } from './commands/run.js';
import { ownWordsOfRun } from './flow-words.js';
import { heldBy } from './hold-options.js';
import { library } from './library.js';
import { reporterOf } from './reporters/table.js';
import { testFlows } from './test-flows.js';

const refused = (help: string, short?: string): OptionSpec => ({
  kind: 'refused',
  help,
  ...(short === undefined ? {} : { short }),
});
const noDownload = 'modules are never downloaded; a module is a folder, put it under phlow_packages';
const noPackage = 'a module is a folder and needs no packaging';
const noText = 'a flow is not rewritten as text here, so there is nothing to print';
const noAnalyzer = 'use phlow check';

/** Options of the original that this engine has no use for, with what to do instead (docs/spec/runtime.md 1). */
const REFUSED_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  install: refused(noDownload, 'i'),
  download: refused(noDownload, 'd'),
  package: refused(noPackage),
  'package-target': refused(noPackage),
  tar: refused(noPackage),
  print: refused(noText, 'p'),
  output: refused(noText, 'o'),
  'var-pre': refused('it never had an effect'),
  analyzer: refused(noAnalyzer),
  files: refused(noAnalyzer),
  modules: refused('use phlow modules'),
  'total-steps': refused(noAnalyzer),
  'total-pipelines': refused(noAnalyzer),
  all: refused(noAnalyzer),
  inner: refused(noAnalyzer),
  text: refused(noAnalyzer),
};

const PLAIN_OPTIONS = {
  ...RUN_OPTIONS,
  ...WATCH_OPTION,
  'var-main': { kind: 'text', value: 'JSON', help: 'the same as --main' },
  'var-payload': { kind: 'text', value: 'JSON', help: 'the same as --payload' },
  'no-run': { kind: 'flag', short: 'n', help: 'check the flow, run nothing' },
  test: { kind: 'flag', short: 't', help: "run the flow's tests" },
  'test-filter': {
    kind: 'text',
    value: 'TEXT',
    help: 'with --test: only cases whose full title contains the text',
  },
  reporter: {
    kind: 'text',
    value: 'NAME',
    help: 'with --test: the same as for phlow test, see phlow test --help',
  },
} as const;

const plain = defineCommand({
  name: 'FILE',
  parameters: '',
  summary: 'run a flow and print its result (short for phlow run FILE)',
  positionals: { least: 0, most: 1 },
  options: PLAIN_OPTIONS,
  ownWords: ownWordsOfRun,
  run({ options, positionals, words }, context) {
    const target = positionals[0] ?? process.env['PHLOW_MAIN'] ?? '.';
    for (const name of ['test-filter', 'reporter'] as const) {
      if (options[name] !== undefined && options.test !== true)
        throw usage(`Option --${name} needs --test as well`);
    }
    if (options.test === true) {
      return testFlows(
        async () => [(await library()).flowFileOf(target)],
        { filter: options['test-filter'], reporter: reporterOf(options), held: heldBy(options) },
        context,
      );
    }
    if (options['no-run'] === true) return checkPaths([target], options, context);
    const main = options.main ?? options['var-main'];
    const payload = options.payload ?? options['var-payload'];
    return runFlow(target, { ...options, main, payload, words }, context);
  },
});

/** The original's `phlow FILE [options]`: what a command line means that begins with no command. */
export const plainForm: Command = { ...plain, options: { ...REFUSED_OPTIONS, ...plain.options } };

/**
 * Makes sure that a command line without a command can be meant as `phlow FILE`.
 *
 * @throws PhlowError PHLOW_USAGE when its first word is neither a file nor looks like one: then it is a misspelt command.
 */
export function assertPlainForm(argv: readonly string[], commands: readonly Command[]): void {
  const [first = ''] = argv;
  if (first.startsWith('-') || existsSync(first) || /[./\\]/.test(first)) return;
  const hint = didYouMean(
    first,
    commands.map(({ name }) => name),
  );
  throw usage(`Cannot run "${first}": it is neither a command nor a file.${hint} See phlow --help`);
}
