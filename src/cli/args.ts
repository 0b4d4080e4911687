import { parseArgs } from 'node:util';
import { PhlowError } from '../errors.js';
import { hasManifest } from '../manifest-file.js';
import { didYouMean } from '../nearest.js';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A module as named on the command line; a path may be written without `./` here, as people do. */
export function moduleArgument(module: string): string {
  return /[\\/]/.test(module) && hasManifest(module) ? resolve(module) : module;
}

/** A module of one's own, named by its folder: also one of the current folder, which is nobody's package. */
export function folderArgument(module: string): string {
  const isFolder = existsSync(join(module, 'phlow.yaml'));
  return isFolder && !/^(?:\.{1,2}$|\.{0,2}[\\/])|^[A-Za-z]:/.test(module) ? `./${module}` : module;
}

/**
 * The path that a command on files was given; a name that is no file here is that of a package, which `call` finds by it too: its folder or its script
 * under phlow_packages.
 */
export function pathArgument(path: string): string {
  if (existsSync(path) || !/^(@[\w.-]+\/)?[\w.-]+$/.test(path)) return path;
  const named = join('phlow_packages', path);
  return [named, `${named}.phlow`].find((place) => existsSync(place)) ?? path;
}

/** One option of a command. */
export interface OptionSpec {
  /** `flag` takes no value, `text` takes one; `refused` explains why there is no such option here, in `help`. */
  readonly kind: 'flag' | 'text' | 'refused';
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

/** The options of a command, by their long name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What was given for a set of options: `true` for a flag, the text otherwise; nothing where an option was left out. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]?: Specs[Name]['kind'] extends 'text' ? string : true;
};

/** A command line after its command. */
export interface Arguments<Specs extends OptionSpecs = OptionSpecs> {
  readonly options: OptionValues<Specs>;
  /** The words that are no options; everything behind `--` is one. */
  readonly positionals: readonly string[];
  /** What belongs to the flow that is run, not to phlow; absent where all words are phlow's. */
  readonly words?: readonly string[];
}

/**
 * Reads options and positionals in any order; `--` ends the options.
 *
 * @throws PhlowError PHLOW_USAGE for an option that is unknown, lacks its value, or has one it does not take.
 */
export function parseArguments<Specs extends OptionSpecs>(
  argv: readonly string[],
  specs: Specs,
): Arguments<Specs> {
  const options: Record<string, true | string> = {};
  const positionals: string[] = [];
  for (const token of tokensOf(argv, specs)) {
    if (token.kind === 'option') options[token.name] = optionValue(token, specs);
    else if (token.kind === 'positional') positionals.push(bare(token.value));
  }
  return { options: options as OptionValues<Specs>, positionals };
}

/** Where the first word is that is no option and no value of one; undefined where there is none. */
export function firstPositional(argv: readonly string[], specs: OptionSpecs): number | undefined {
  return tokensOf(argv, specs).find(({ kind }) => kind === 'positional')?.index;
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function tokensOf(argv: readonly string[], specs: OptionSpecs): readonly Token[] {
  return parseArgs({
    args: argv.map(shielded),
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        {
          type: spec.kind === 'text' ? ('string' as const) : ('boolean' as const),
          ...(spec.short === undefined ? {} : { short: spec.short }),
        },
      ]),
    ),
    // Its own complaints cannot name the nearest option: the tokens are judged here.
    strict: false,
    tokens: true,
  }).tokens;
}

/** `-1` and `-(2 + 3)` are values, not options: a NUL, which no argument can hold, hides their sign from the reader of options. */
function shielded(word: string): string {
  return /^-[^A-Za-z-]/.test(word) ? `\0${word}` : word;
}

function bare(word: string): string {
  return word.startsWith('\0') ? word.slice(1) : word;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionValue(token: OptionToken, specs: OptionSpecs): true | string {
  const { name, rawName, value } = token;
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) {
    const known = Object.keys(specs).flatMap((long) => (specs[long]?.kind === 'refused' ? [] : `--${long}`));
    throw usage(`Unknown option ${rawName}.${didYouMean(rawName, known)}`);
  }
  if (spec.kind === 'refused') throw usage(`Option ${rawName} is not supported: ${spec.help}`);
  if (spec.kind === 'flag') {
    if (value !== undefined) throw usage(`Option ${rawName} takes no value: found "${value}"`);
    return true;
  }
  // `--main --json` forgot the value of --main; a value that begins like an option is written --main=VALUE.
  const isForgotten = value === undefined || (token.inlineValue !== true && /^--?[A-Za-z]/.test(value));
  if (isForgotten) throw usage(`Option ${rawName} needs a value: ${rawName}=${spec.value ?? 'VALUE'}`);
  return bare(value);
}

/** A complaint about how phlow was called. */
export function usage(message: string): PhlowError {
  return new PhlowError('PHLOW_USAGE', message);
}

/**
 * Reads the value of an option that is a length of time.
 *
 * @throws PhlowError PHLOW_USAGE for anything but a number above 0.
 */
export function milliseconds(text: string, option = 'timeout', mayBeZero = false): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && (value > 0 || (mayBeZero && value === 0))) return value;
  const range = mayBeZero ? 'from 0 on' : 'above 0';
  throw usage(`Option --${option} must be a number of milliseconds ${range}: found "${text}"`);
}
