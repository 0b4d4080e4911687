import type { Value, ValueMap } from '../../../src/values.js';
import type { Definition, Settings } from './definitions.js';
import { flagsOf, type Words, wordsOf } from './words.js';

/** What a command line comes to. */
export interface Parsed {
  readonly wantsHelp: boolean;
  /** Unknown flags as they come, then what is wrong with the arguments in the order of their definitions. */
  readonly errors: readonly string[];
  /** The values; what was not given is absent. */
  readonly main: ValueMap;
}

/** Reads a command line: the flow's file and the words behind it. */
export function parseCommandLine(argv: readonly string[], settings: Settings): Parsed {
  const { definitions } = settings;
  if (definitions === 'invalid')
    return { ...parseCommandLine(argv, { ...settings, definitions: undefined }), errors: [NO_LIST] };
  const words = wordsOf(argv, definitions ?? []);
  const { wantsHelp } = words;
  if (definitions === undefined) return { wantsHelp, errors: [], main: {} };
  const errors = settings.allowsUnknownFlags ? [] : words.unknown.map(unknownFlag);
  const main: [string, Value][] = [];
  for (const definition of definitions) {
    const given = givenFor(definition, words);
    const value = given === undefined ? undefined : valueOf(definition, given);
    if (value === undefined) {
      if (definition.isRequired) errors.push(`Missing required argument: ${definition.name}`);
    } else if (value instanceof InvalidValue) errors.push(value.message);
    else main.push([definition.name, value]);
  }
  return { wantsHelp, errors, main: Object.fromEntries(main) };
}

const NO_LIST = 'Invalid input: schema must be an array.';

function unknownFlag(flag: string): string {
  return `Unknown flag: ${flag}. Use --help to see the available flags.`;
}

/** What was given for an argument: for its long flag, else for its short one, else in its place, else what stands for it. */
function givenFor(
  definition: Definition,
  { flags, positionals }: Words,
): readonly (string | true)[] | undefined {
  const { index, isList, defaults } = definition;
  const written = flagsOf(definition);
  if (isList) {
    const all = written.flatMap((flag) => flags.get(flag) ?? []);
    if (all.length > 0) return all;
    const rest = index === undefined ? [] : positionals.slice(index);
    return rest.length > 0 ? rest : defaults;
  }
  for (const flag of written) {
    const [first] = flags.get(flag) ?? [];
    if (first !== undefined) return [first];
  }
  const word = index === undefined ? undefined : positionals[index];
  return word === undefined ? defaults : [word];
}

class InvalidValue {
  readonly message: string;

  constructor({ name, allowed }: Definition, text: string) {
    const choice = allowed === undefined ? '' : `. Must be one of: ${allowed.join(', ')}`;
    this.message = `Invalid value for ${name}: ${text}${choice}`;
  }
}

function valueOf(definition: Definition, given: readonly (string | true)[]): Value | InvalidValue {
  const values: Value[] = [];
  for (const text of given) {
    const isAllowed = definition.allowed?.includes(String(text)) ?? true;
    const value = isAllowed ? converted(definition.type, text) : undefined;
    if (value === undefined) return new InvalidValue(definition, String(text));
    values.push(value);
  }
  return definition.isList ? values : values[0];
}

/** The value of a word; undefined where it is none of that type. */
function converted(type: Definition['type'], text: string | true): Value {
  if (type === 'boolean') return booleanOf(text);
  if (type === 'string') return String(text);
  const number = numberOf(String(text));
  return type === 'integer' && !Number.isInteger(number) ? undefined : number;
}

function booleanOf(text: string | true): boolean | undefined {
  if (text === true || text === '' || text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

/** Decimals, with an exponent if need be; nothing else that JavaScript takes for a number. */
function numberOf(text: string): number | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
