import { didYouMean } from '../nearest.js';

/** What a sentence about a violation may speak of. */
export interface ViolationFacts {
  /** The place as text: `input.ttl`. */
  readonly name: string;
  /** The offending value, short, as text. */
  readonly found: string;
  /** The value itself. */
  readonly value: unknown;
  /** What the checker says about this keyword. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema's value of the keyword. */
  readonly expected: unknown;
  /** The names that the schema's `properties` knows. */
  readonly known: readonly string[];
  /** Sentences of the branches that were tried, for the keywords that try several. */
  readonly branches: readonly string[];
}

const MAX_FOUND_LENGTH = 60;
const MAX_LISTED = 12;

/** One clear sentence for a failed keyword: what must be, colon, what was found. */
export function violationText(keyword: string, facts: ViolationFacts): string {
  const rule = Object.hasOwn(RULES, keyword) ? RULES[keyword] : undefined;
  const say = rule ?? ((f: ViolationFacts) => `${f.name} breaks the rule "${keyword}": found ${f.found}`);
  return say(facts);
}

/** A value in a few characters: scalars as JSON, containers by their kind. */
export function shortText(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return value.length > MAX_FOUND_LENGTH
        ? `${JSON.stringify(value.slice(0, MAX_FOUND_LENGTH))}... (${value.length} characters)`
        : JSON.stringify(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
    default:
      return `a ${typeof value}`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

type Say = (facts: ViolationFacts) => string;

const atLeast = (unit: string): Say => must((f) => `have at least ${counted(f.params['limit'], unit)}`);
const atMost = (unit: string): Say => must((f) => `have at most ${counted(f.params['limit'], unit)}`);
const bound: Say = must((f) => `be ${String(f.params['comparison'])} ${String(f.params['limit'])}`);
const unknownName =
  (param: string): Say =>
  (f) => {
    const name = String(f.params[param]);
    const hint = didYouMean(name, f.known);
    const known = hint === '' && f.known.length > 0 ? `: known are ${listed(f.known)}` : '.';
    return `${f.name} has an unknown property ${JSON.stringify(name)}${known}${hint}`.replace(/\.$/, '');
  };
const needs: Say = (f) =>
  `${f.name} must have ${JSON.stringify(f.params['missingProperty'])} where it has ${JSON.stringify(f.params['property'])}`;

const RULES: Readonly<Record<string, Say>> = {
  absent: must(() => 'be given'),
  type: must((f) => `be ${typeNames(f.expected)}`),
  required: (f) => `${f.name} is required: found nothing`,
  enum: (f) => `${f.name} must be one of ${listed(asList(f.expected))}: found ${f.found}${hintIn(f)}`,
  const: must((f) => `be ${shortText(f.expected)}`),
  minimum: bound,
  maximum: bound,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  multipleOf: must((f) => `be a multiple of ${String(f.expected)}`),
  minLength: atLeast('character'),
  maxLength: atMost('character'),
  minItems: atLeast('item'),
  maxItems: atMost('item'),
  minProperties: atLeast('property'),
  maxProperties: atMost('property'),
  pattern: must((f) => `match the pattern ${String(f.expected)}`),
  format: must((f) => `be ${/^[aeio]/.test(String(f.expected)) ? 'an' : 'a'} ${String(f.expected)}`),
  uniqueItems: (f) =>
    `${f.name} must not repeat an item: found items ${String(f.params['j'])} and ${String(f.params['i'])} equal`,
  additionalProperties: unknownName('additionalProperty'),
  unevaluatedProperties: unknownName('unevaluatedProperty'),
  unevaluatedItems: atMost('item'),
  dependentRequired: needs,
  propertyNames: (f) =>
    `${f.name} has a property with a bad name, ${JSON.stringify(f.params['propertyName'])}${reasons(f)}`,
  contains: must((f) => `contain ${counted(f.params['minContains'] ?? 1, 'item')} of the described kind`),
  discriminator: (f) =>
    f.params['error'] === 'tag'
      ? `${f.name} must be a string that says which form it is: found ${f.found}`
      : `${f.name} names no known form: found ${f.found}`,
  anyOf: (f) => `${f.name} must have one of the allowed forms${reasons(f)}`,
  oneOf: (f) =>
    Array.isArray(f.params['passingSchemas'])
      ? `${f.name} must have exactly one of the allowed forms: found several that fit`
      : `${f.name} must have one of the allowed forms${reasons(f)}`,
  not: must(() => 'not have the refused form'),
  'false schema': (f) => `${f.name} must be left out: found ${f.found}`,
};

/** The keywords that a violation can name: those that a schema's `messages` may speak for. */
export const VIOLATED_KEYWORDS: readonly string[] = Object.keys(RULES);

function must(what: Say): Say {
  return (f) => `${f.name} must ${what(f)}: found ${f.found}`;
}

function typeNames(expected: unknown): string {
  return (Array.isArray(expected) ? expected : [expected])
    .map((type) => TYPE_NAMES[String(type)] ?? String(type))
    .join(' or ');
}

function counted(count: unknown, unit: string): string {
  if (count === 1) return `1 ${unit}`;
  return `${String(count)} ${unit.endsWith('y') ? `${unit.slice(0, -1)}ies` : `${unit}s`}`;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function listed(items: readonly unknown[]): string {
  const shown = items.slice(0, MAX_LISTED).map(shortText).join(', ');
  return items.length > MAX_LISTED ? `${shown}, ... (${items.length} in all)` : shown;
}

function hintIn(f: ViolationFacts): string {
  if (typeof f.value !== 'string') return '';
  const hint = didYouMean(
    f.value,
    asList(f.expected).filter((item) => typeof item === 'string'),
  );
  return hint === '' ? '' : `.${hint}`;
}

function reasons(f: ViolationFacts): string {
  return f.branches.length === 0 ? `: found ${f.found}` : `: ${f.branches.join('; or ')}`;
}
