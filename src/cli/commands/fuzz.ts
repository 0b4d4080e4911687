import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../../errors.js';
import type { FuzzOptions, FuzzReport } from '../../index.js';
import { shellText, visibleJson, visibleLine, visiblePath } from '../../visible-text.js';
import { milliseconds, moduleArgument, usage, type OptionSpecs, type OptionValues } from '../args.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { heldBy, MODULE_HOLD_OPTIONS } from '../hold-options.js';
import { jsonArgument } from '../json-argument.js';
import { jsonText } from '../json-text.js';
import { library } from '../library.js';

const FUZZ_OPTIONS = {
  runs: { kind: 'text', value: 'N', help: 'send at least as many inputs; default 500' },
  seed: {
    kind: 'text',
    value: 'N',
    help: 'make the same inputs again; default: a new one, which is printed',
  },
  path: { kind: 'text', value: 'PATH', help: 'with --seed: only the sequence that a failure named' },
  action: { kind: 'text', value: 'NAME', help: 'only the inputs of one action' },
  only: {
    kind: 'text',
    value: 'SCHEMA',
    help: 'JSON Schema that allowed inputs have to meet as well, to keep waits short or data small',
  },
  with: { kind: 'text', value: 'JSON', help: "the module's settings" },
  timeout: { kind: 'text', value: 'MS', help: 'a call that takes longer hangs; default 2000' },
  'allow-errors': { kind: 'flag', help: 'an error that the module throws is an answer' },
  ...MODULE_HOLD_OPTIONS,
  out: {
    kind: 'text',
    short: 'o',
    value: 'FILE',
    help: 'where a failure is written; default NAME.fuzz.phlow',
  },
  json: { kind: 'flag', help: 'print one line of JSON' },
} as const satisfies OptionSpecs;

/** Tries a module with inputs that are made from its manifest. */
export const fuzz = defineCommand({
  name: 'fuzz',
  parameters: 'MODULE',
  summary: 'try a module with inputs that are made from its manifest',
  details: [
    'Sends inputs that the manifest allows, those at its edges among them, and inputs that are nearly allowed or hostile, in sequences of up to 16 calls, each to a',
    'new instance. What the manifest allows must be answered in time with a reply that it allows; everything else must be refused; the module must stay up. An error',
    'that the module throws for an allowed input is a failure unless --allow-errors is given.',
    'The first failure is made as small as it gets and written as the test of a flow, which fails for as long as the module does: phlow test FILE. The same --seed',
    'makes the same inputs. The module does what its inputs say: give one that changes something a place of its own.',
    'Exits with 0 if nothing broke, 1 for a failure, or if no input could be made that the manifest allows, 2 for wrong usage, 3 for an invalid file, 4 for a module that does not load.',
    `Example: phlow fuzz ./counter --only '{"properties":{"by":{"maximum":100}}}'`,
  ].join('\n'),
  positionals: { least: 1, most: 1 },
  options: FUZZ_OPTIONS,
  async run({ options, positionals: [module = ''] }, { print, signal }) {
    const { fuzzModule, flowCase } = await library();
    const how = readOptions(options);
    const report = await fuzzModule(moduleArgument(module), { ...how, signal });
    const file = options.out ?? `${report.module}.fuzz.phlow`;
    const command = again(module, report, options);
    const text = flowCase(report, { ...how, module: moduleArgument(module), file, command });
    const whyNot = text === undefined ? 'JSON has no word for this input' : writeCase(file, text);
    if (options.json === true)
      print.result(jsonText({ ...report, file: whyNot === undefined ? resolve(file) : null }));
    else print.result(reportText(report, command, { file, whyNot }));
    return report.failure === undefined && report.valid > 0 ? EXIT.ok : EXIT.failed;
  },
});

type Options = OptionValues<typeof FUZZ_OPTIONS>;

function readOptions(options: Options): FuzzOptions {
  const { runs, seed, path, action, only } = options;
  if (path !== undefined && seed === undefined)
    throw usage('Option --path needs the --seed that it was found with');
  return {
    ...(runs === undefined ? {} : { runs: wholeNumber('runs', runs, 1, 1_000_000) }),
    ...(seed === undefined ? {} : { seed: wholeNumber('seed', seed, 0, 2 ** 31 - 1) }),
    ...(path === undefined ? {} : { path: pathOf(path) }),
    ...(action === undefined ? {} : { action }),
    ...(only === undefined ? {} : { only: jsonArgument('--only', only) }),
    ...(options.with === undefined ? {} : { with: jsonArgument('--with', options.with) }),
    ...(options.timeout === undefined ? {} : { timeoutMs: milliseconds(options.timeout) }),
    ...(options['allow-errors'] === true ? { allowErrors: true } : {}),
    ...heldBy(options),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw usage(`Option --${option} must be a whole number from ${least} to ${most}: found "${text}"`);
}

function pathOf(text: string): string {
  if (/^\d+(?::\d+)*$/.test(text)) return text;
  throw usage(
    `Option --path must be numbers with colons between them, as a failure prints it: found "${text}"`,
  );
}

/** What finds a failure again. */
function again(module: string, { seed, failure }: FuzzReport, options: Options): string {
  const more = (['action', 'only', 'with', 'timeout', 'isolation', 'grant'] as const).flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name} ${shellText(value)}`];
  });
  return [
    `phlow fuzz ${shellText(module)} --seed ${seed}`,
    ...(failure === undefined ? [] : [`--path ${failure.path}`]),
    ...more,
    ...(options['allow-errors'] === true ? ['--allow-errors'] : []),
  ].join(' ');
}

function reportText(report: FuzzReport, command: string, written: WrittenCase): string {
  const { module, level, inputs, sequences, seed, tookMs, failure } = report;
  return [
    `${visibleLine(module)} at ${level}: ${inputs} inputs in ${sequences} sequences, ${(tookMs / 1_000).toFixed(1)} s, seed ${seed}`,
    ...actionLines(report),
    outcomesLine(report),
    ...notes(report),
    ...(failure === undefined
      ? ['every call ended as the manifest says']
      : failureLines(failure, command, written)),
  ].join('\n');
}

function outcomesLine({ answered, refused, declined, failed }: FuzzReport): string {
  return [
    `${answered} answered`,
    `${refused} refused`,
    ...(declined > 0 ? [`${declined} not allowed and answered by the module`] : []),
    ...(failed > 0 ? [`${failed} answered with an error`] : []),
  ].join(', ');
}

function actionLines({ actions }: FuzzReport): readonly string[] {
  const width = Math.max(6, ...actions.map(({ action }) => visibleLine(action).length));
  return [
    `  ${'action'.padEnd(width)}  inputs  allowed by the manifest`,
    ...actions.map(({ action, inputs, valid }) => {
      const share = inputs === 0 ? '-' : `${((100 * valid) / inputs).toFixed(0)} %`;
      return `  ${visibleLine(action).padEnd(width)}  ${String(inputs).padStart(6)}  ${share}`;
    }),
  ];
}

function notes({ unsupported, impossible, discarded, valid }: FuzzReport): readonly string[] {
  return [
    ...(unsupported.length === 0
      ? []
      : [
          `without a generator, so values were made and then checked: ${visibleLine(unsupported.join(', '))}`,
        ]),
    ...(impossible.length === 0 ? [] : [`no value could be made for: ${visibleLine(impossible.join(', '))}`]),
    ...(discarded === 0 ? [] : [`${discarded} inputs were made and not sent: not allowed after all`]),
    ...(valid === 0
      ? ['no input could be made that the manifest allows: nothing is known of the module']
      : []),
  ];
}

/** The file of a failure, or why there is none. */
interface WrittenCase {
  readonly file: string;
  readonly whyNot: string | undefined;
}

const KINDS = {
  crash: 'the module ended',
  hang: 'no reply in time',
  reply: 'a reply that the manifest does not allow',
  error: 'an error for an input that the manifest allows',
  refusal: 'refused, although the manifest allows it',
} as const;

function failureLines(
  { kind, message, calls, shrinks }: NonNullable<FuzzReport['failure']>,
  command: string,
  { file, whyNot }: WrittenCase,
): readonly string[] {
  return [
    `failed: ${KINDS[kind]}: ${visibleLine(message, 1_000)}`,
    ...calls.map(
      ({ input, outcome }, i) =>
        `  ${i + 1}. ${visibleLine(inputText(input), 500)}${outcome === undefined ? '' : `  ${outcome}`}`,
    ),
    `made smaller ${shrinks} times; again: ${command}`,
    whyNot !== undefined
      ? `no flow was written: ${whyNot}`
      : `wrote ${visiblePath(file)}; it fails for as long as the module does: phlow test ${shellText(file)}`,
  ];
}

function inputText(input: unknown): string {
  return input === undefined ? 'no input' : visibleJson(JSON.stringify(input));
}

/** Writes a case where there is nothing, or another case; returns why not. */
function writeCase(file: string, text: string): string | undefined {
  try {
    const [header = ''] = text.split('\n');
    if (existsSync(file) && !readFileSync(file, 'utf8').startsWith(`${header}\n`))
      return `${visiblePath(file)} is a file of somebody's own; name another one with --out`;
    writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return visibleLine(messageOf(error));
  }
}
