import { statSync } from 'node:fs';
import { PhlowError } from '../../errors.js';
import { usage, type OptionSpecs, type OptionValues, milliseconds, pathArgument } from '../args.js';
import { defineCommand } from '../command.js';
import { filesBelow, SKIPPED_FOLDERS } from '../files-below.js';
import { FLOW_HOLD_OPTIONS, heldBy } from '../hold-options.js';
import { library } from '../library.js';
import { REPORTERS, reporterOf } from '../reporters/table.js';
import { testFlows, type CoverageRequest } from '../test-flows.js';

const TEST_OPTIONS = {
  filter: { kind: 'text', value: 'TEXT', help: 'run only cases whose full title contains the text' },
  jobs: {
    kind: 'text',
    value: 'N',
    help: 'test this many files at once; default: the number of processors',
  },
  ...FLOW_HOLD_OPTIONS,
  timeout: { kind: 'text', value: 'MS', help: 'a case that takes longer fails; default 60000' },
  reporter: {
    kind: 'text',
    value: 'NAME',
    help: `one of ${Object.keys(REPORTERS).join(', ')}; default pretty`,
  },
  json: { kind: 'flag', help: 'the same as --reporter json' },
  coverage: { kind: 'flag', help: 'report which steps, branches and asserts were reached' },
  'coverage-dir': { kind: 'text', value: 'DIR', help: 'write DIR/lcov.info' },
  min: { kind: 'text', value: 'PERCENT', help: 'fail if less was reached, or if no case ran' },
  watch: { kind: 'flag', help: 'run again after each change to a flow, its includes or its local modules' },
} as const satisfies OptionSpecs;

/** Runs the test cases that stand in flows. */
export const test = defineCommand({
  name: 'test',
  parameters: 'PATH...',
  summary: 'run the test cases of flows',
  details: [
    'PATH is a flow, or a folder: then every .phlow file below it that has tests, except those in folders called',
    `${SKIPPED_FOLDERS.join(', ')}; to test the files in such a folder, name the folder itself.`,
    'In a GitHub workflow, failures are also shown at their lines. Exits with 1 if a case failed, a file could not be',
    'tested, or coverage is below --min; with 2 if --isolation or --grant cannot be applied to a flow.',
  ].join('\n'),
  positionals: { least: 1, most: Infinity },
  options: TEST_OPTIONS,
  run: ({ options, positionals }, context) =>
    testFlows(
      () => filesOf(positionals.map(pathArgument)),
      {
        filter: options.filter,
        reporter: reporterOf(options),
        jobs: options.jobs === undefined ? undefined : jobsOf(options.jobs),
        timeoutMs: options.timeout === undefined ? undefined : milliseconds(options.timeout),
        coverage: coverageOf(options),
        held: heldBy(options),
        watch: options.watch === true ? positionals.map(pathArgument) : undefined,
      },
      context,
    ),
});

async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const { hasTests } = await library();
  return [...new Set(paths.flatMap((path) => filesAt(path, hasTests)))];
}

function filesAt(path: string, hasTests: (file: string) => boolean): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const files = filesBelow(path, (name) => name.endsWith('.phlow')).filter(hasTests);
  if (files.length > 0) return files;
  throw new PhlowError(
    'PHLOW_FLOW_UNREADABLE',
    `Cannot test ${path}: it contains no .phlow file with tests`,
    {
      details: { file: path },
    },
  );
}

type Options = OptionValues<typeof TEST_OPTIONS>;

function jobsOf(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1) return jobs;
  throw usage(`Option --jobs needs a whole number from 1 on: found "${text}"`);
}

function coverageOf(options: Options): CoverageRequest | undefined {
  const { coverage, min } = options;
  const dir = options['coverage-dir'];
  if (coverage !== true && dir === undefined && min === undefined) return undefined;
  return { dir, min: min === undefined ? undefined : percentIn(min) };
}

function percentIn(text: string): number {
  const percent = Number(text);
  if (text.trim() !== '' && percent >= 0 && percent <= 100) return percent;
  throw usage(`Option --min needs a number of percent from 0 to 100: found "${text}"`);
}
