import { parseArgs, type ParseArgsConfig } from 'node:util';
import { didYouMean } from '../src/nearest.js';
import { PhlowError } from '../src/errors.js';

/** One row per option: all that `--help`, the parser and the suggestions know. */
const OPTIONS = {
  scope: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    about: 'measure this scope; may be given several times (default: all)',
  },
  json: { type: 'boolean', about: 'print one JSON document' },
  quick: { type: 'boolean', about: 'few short rounds: for a look, not for a claim' },
  rounds: { type: 'string', value: 'N', about: 'rounds per case' },
  'round-ms': { type: 'string', value: 'MS', about: 'length of a round' },
  'warmup-ms': { type: 'string', value: 'MS', about: 'how long each case works before it is measured' },
  runs: { type: 'string', value: 'N', about: 'measure everything so many times; the bars show the range' },
  compare: {
    type: 'string',
    value: 'FILE',
    about: 'test against an earlier --out file; exit 1 on a regression',
  },
  threshold: {
    type: 'string',
    value: 'PERCENT',
    about: 'how much slower counts as a regression (default 10)',
  },
  out: { type: 'string', value: 'FILE', about: 'save the JSON document' },
  html: { type: 'string', value: 'FILE', about: 'save a report with plots as one page' },
  svg: { type: 'string', value: 'FILE', about: 'save the plot for a README' },
  help: { type: 'boolean', about: 'print this' },
} as const satisfies Record<
  string,
  { type: 'string' | 'boolean'; multiple?: boolean; value?: string; about: string }
>;

/** What the command line asked for. */
export interface BenchArgs {
  readonly scopes: readonly string[];
  readonly isJson: boolean;
  readonly isQuick: boolean;
  readonly isHelp: boolean;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmupMs: number;
  readonly runs: number;
  readonly thresholdPercent: number;
  readonly compare?: string;
  readonly out?: string;
  readonly html?: string;
  readonly svg?: string;
}

/** Reads the command line; throws `PHLOW_USAGE` with a suggestion for what it does not know. */
export function readArgs(argv: readonly string[], scopes: readonly string[]): BenchArgs {
  const { values, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS satisfies ParseArgsConfig['options'],
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw usage(
        `Cannot read the command line: unexpected "${token.value}". A scope is given as --scope ${token.value}.`,
      );
    }
    if (token.kind === 'option') checkOption(token.name, token.value);
  }
  const wanted = (values.scope ?? []).flatMap((value) => String(value).split(','));
  for (const scope of wanted) {
    if (!scopes.includes(scope)) {
      throw usage(
        `Cannot measure scope "${scope}": there is no such scope.${didYouMean(scope, scopes)} Known: ${scopes.join(', ')}.`,
      );
    }
  }
  const isQuick = values.quick === true;
  const rounds = numberOf('rounds', values.rounds, isQuick ? 3 : 9);
  return {
    scopes: wanted.length === 0 ? scopes : scopes.filter((scope) => wanted.includes(scope)),
    isJson: values.json === true,
    isQuick,
    isHelp: values.help === true,
    rounds,
    roundMs: numberOf('round-ms', values['round-ms'], isQuick ? 100 : 150),
    // Long enough for the engine to compile what a case runs: in a tenth of it flows are measured at half their speed.
    warmupMs: numberOf('warmup-ms', values['warmup-ms'], isQuick ? 300 : 1_000),
    runs: numberOf('runs', values.runs, 1),
    thresholdPercent: numberOf('threshold', values.threshold, 10),
    ...given('compare', values.compare),
    ...given('out', values.out),
    ...given('html', values.html),
    ...given('svg', values.svg),
  };
}

/** The text of `--help`. */
export function helpText(about: readonly { scope: string; about: string }[]): string {
  const options = Object.entries(OPTIONS).map(([name, option]): [string, string] => [
    `--${name}${'value' in option ? ` ${option.value}` : ''}`,
    option.about,
  ]);
  return [
    'Usage: npm run -s bench -- [OPTION]...',
    '',
    'Measures phlow beside its floor and its peers, all in one run, and prints a table.',
    '',
    'Options:',
    ...columns(options),
    '',
    'Scopes:',
    ...columns(about.map(({ scope, about: text }) => [scope, text])),
    '',
    'Exit code: 0 measured, 1 a case failed or a regression was found, 2 wrong usage.',
  ].join('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function checkOption(name: string, value: string | undefined): void {
  if (!Object.hasOwn(OPTIONS, name)) {
    throw usage(
      `Cannot read the command line: unknown option --${name}.${didYouMean(name, Object.keys(OPTIONS))}`,
    );
  }
  const { type } = OPTIONS[name as keyof typeof OPTIONS];
  if (type === 'string' && (value === undefined || value === '')) {
    throw usage(`Cannot read the command line: --${name} needs a value.`);
  }
  if (type === 'boolean' && value !== undefined) {
    throw usage(`Cannot read the command line: --${name} takes no value, got "${value}".`);
  }
}

function numberOf(name: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw usage(
      `Cannot read the command line: --${name} must be a whole number above 0, got ${JSON.stringify(value)}.`,
    );
  }
  return number;
}

function given<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  return typeof value === 'string' ? ({ [name]: value } as Record<K, string>) : {};
}

function usage(message: string): PhlowError {
  return new PhlowError('PHLOW_USAGE', message);
}
