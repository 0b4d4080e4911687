import { isMap, textOf, type ValueMap } from '../../../src/values.js';

/** What there is for standard input to become. */
export type StdinUse = 'none' | 'text' | 'json' | 'lines';

/** The settings, as the manifest has checked them. */
export interface CliSettings extends ValueMap {
  readonly stdin: StdinUse;
}

/** One argument of the command. */
export interface Definition {
  /** The key in `main`. */
  readonly name: string;
  readonly long: string | undefined;
  readonly short: string | undefined;
  readonly help: string;
  readonly type: 'string' | 'number' | 'integer' | 'boolean';
  readonly isRequired: boolean;
  /** Read like words of the command line; undefined for none. */
  readonly defaults: readonly string[] | undefined;
  /** The place among the words that are no flags. */
  readonly index: number | undefined;
  /** The values that are allowed, as they are written; undefined for all. */
  readonly allowed: readonly string[] | undefined;
  /** True: its value is a list. */
  readonly isList: boolean;
}

/** What the command line is read by. */
export interface Settings {
  /** Undefined: none were given, and nothing is checked. `invalid`: what was given is no list. */
  readonly definitions: readonly Definition[] | 'invalid' | undefined;
  readonly allowsUnknownFlags: boolean;
  readonly stdin: StdinUse;
}

/** Reads the settings. Fields of another kind than the definitions have count as not given. */
export function settingsOf(given: CliSettings): Settings {
  const { args, additional_args: additional, stdin } = given;
  return {
    definitions: definitionsIn(args),
    allowsUnknownFlags: additional === true,
    stdin,
  };
}

function definitionsIn(args: unknown): Settings['definitions'] {
  if (args === undefined || args === null) return undefined;
  return Array.isArray(args) ? args.filter(isMap).map(definitionOf) : 'invalid';
}

function definitionOf(given: Readonly<Record<string, unknown>>): Definition {
  const { required, index, multiple, enum: allowed, default: fallback } = given;
  const type = given['type'];
  return {
    name: textOf(given['name']),
    long: optionalText(given['long']),
    short: optionalText(given['short']),
    help: optionalText(given['help']) ?? '',
    type: type === 'number' || type === 'integer' || type === 'boolean' ? type : 'string',
    isRequired: required === true,
    defaults: textsOf(fallback, multiple === true),
    index: typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : undefined,
    allowed: Array.isArray(allowed) ? allowed.map((value) => textOf(value)) : undefined,
    isList: multiple === true,
  };
}

/** Null is nothing: a variable that is not there arrives as null. */
function optionalText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : textOf(value);
}

function textsOf(value: unknown, isList: boolean): readonly string[] | undefined {
  if (isList && Array.isArray(value)) return value.map((item) => textOf(item));
  const text = optionalText(value);
  return text === undefined ? undefined : [text];
}
