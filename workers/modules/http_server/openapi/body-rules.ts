import { isMap, textOf } from '../../../../src/values.js';
import type { Problem } from '../refusals.js';
import { isEmail } from './email.js';

/** What is held to a pattern. */
export type PatternOf = (source: string) => { test(text: string): boolean };

type Schema = Readonly<Record<string, unknown>>;

/** What an operation says of its body, as far as it counts. */
export interface BodyRules {
  readonly isRequired: boolean;
  /** Whether it takes JSON. */
  readonly isJson: boolean;
  /** Of the JSON; undefined: none, or one that cannot be resolved. */
  readonly schema: Schema | undefined;
}

/** What is wrong with a body: one problem about it as a whole, or one for each member, in the order of the schema. */
export function bodyProblems(body: unknown, rules: BodyRules, patternOf: PatternOf): readonly Problem[] {
  if (body === undefined || body === null)
    return rules.isRequired ? [bodyProblem('Request body is required')] : [];
  if (typeof body === 'string' && body.trim() === '')
    return rules.isRequired ? [bodyProblem('Request body cannot be empty')] : [];
  if (!isMap(body)) return rules.isJson ? [bodyProblem('Invalid request body format')] : [];
  const properties = rules.schema?.['properties'];
  return rules.schema === undefined || !isMap(properties)
    ? []
    : memberProblems(body, rules.schema, properties, patternOf);
}

function bodyProblem(message: string): Problem {
  return { type: 'InvalidRequestBody', message, field: 'body' };
}

function memberProblems(
  body: Schema,
  schema: Schema,
  properties: Schema,
  patternOf: PatternOf,
): readonly Problem[] {
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly unknown[]) : [];
  const problems = Object.entries(properties).flatMap(([name, rule]): readonly Problem[] => {
    if (Object.hasOwn(body, name)) return isMap(rule) ? valueProblems(name, body[name], rule, patternOf) : [];
    if (!required.includes(name)) return [];
    return [{ type: 'MissingRequiredField', message: `Missing required field: ${name}`, field: name }];
  });
  if (schema['additionalProperties'] !== false) return problems;
  const additional = Object.keys(body).filter((name) => !Object.hasOwn(properties, name));
  return [
    ...problems,
    ...additional.map((name) => invalid(name, `Additional property '${name}' is not allowed`)),
  ];
}

function valueProblems(name: string, value: unknown, rule: Schema, patternOf: PatternOf): readonly Problem[] {
  switch (rule['type']) {
    case 'string':
      return typeof value === 'string'
        ? textProblems(name, value, rule, patternOf)
        : [wrongType(name, 'a string')];
    case 'integer':
    case 'number':
      return typeof value === 'number' ? numberProblems(name, value, rule) : [wrongType(name, 'a number')];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrongType(name, 'a boolean')];
    case 'array':
      return Array.isArray(value) ? listProblems(name, value, rule) : [wrongType(name, 'an array')];
    default:
      return [];
  }
}

function textProblems(name: string, value: string, rule: Schema, patternOf: PatternOf): readonly Problem[] {
  const problems: Problem[] = [];
  const { minLength, maxLength, pattern, format } = rule;
  const trimmed = value.trim();
  if (typeof minLength === 'number' && minLength > 0 && lengthOf(trimmed) < minLength) {
    problems.push(
      invalid(
        name,
        trimmed === ''
          ? `Field '${name}' cannot be empty or contain only whitespace`
          : `Field '${name}' must be at least ${textOf(minLength)} characters long`,
      ),
    );
  }
  if (typeof maxLength === 'number' && lengthOf(value) > maxLength)
    problems.push(invalid(name, `Field '${name}' must be at most ${textOf(maxLength)} characters long`));
  if (typeof pattern === 'string') problems.push(...patternProblems(name, value, pattern, patternOf));
  if (format === 'email' && !isEmail(value))
    problems.push(invalid(name, `Field '${name}' must be a valid email address`));
  return problems;
}

function patternProblems(
  name: string,
  value: string,
  pattern: string,
  patternOf: PatternOf,
): readonly Problem[] {
  try {
    return patternOf(pattern).test(value) ? [] : [invalid(name, `Field '${name}' format is invalid`)];
  } catch {
    return [invalid(name, `Field '${name}' has invalid validation pattern`)];
  }
}

function numberProblems(name: string, value: number, rule: Schema): readonly Problem[] {
  if (rule['type'] === 'integer' && !Number.isInteger(value))
    return [wrongType(name, 'an integer (no decimal places)')];
  const { minimum, maximum } = rule;
  return [
    ...(typeof minimum === 'number' && value < minimum
      ? [invalid(name, `Field '${name}' must be at least ${textOf(minimum)}`)]
      : []),
    ...(typeof maximum === 'number' && value > maximum
      ? [invalid(name, `Field '${name}' must be at most ${textOf(maximum)}`)]
      : []),
  ];
}

/** What items may be asked to be, and how a message names it. */
const ITEM_TYPES: Readonly<Record<string, readonly [type: string, words: string]>> = {
  string: ['string', 'a string'],
  number: ['number', 'a number'],
  integer: ['number', 'a number'],
  boolean: ['boolean', 'a boolean'],
};

function listProblems(name: string, value: readonly unknown[], rule: Schema): readonly Problem[] {
  const { items, minItems, maxItems } = rule;
  const itemType = isMap(items) && typeof items['type'] === 'string' ? items['type'] : '';
  const wanted = Object.hasOwn(ITEM_TYPES, itemType) ? ITEM_TYPES[itemType] : undefined;
  const problems = value.flatMap((item, i): readonly Problem[] =>
    wanted === undefined || typeof item === wanted[0]
      ? []
      : [
          {
            type: 'InvalidFieldType',
            message: `Array item at index ${i} must be ${wanted[1]}`,
            field: `${name}[${i}]`,
          },
        ],
  );
  if (typeof minItems === 'number' && value.length < minItems)
    problems.push(invalid(name, `Field '${name}' must have at least ${textOf(minItems)} items`));
  if (typeof maxItems === 'number' && value.length > maxItems)
    problems.push(invalid(name, `Field '${name}' must have at most ${textOf(maxItems)} items`));
  return problems;
}

function wrongType(name: string, words: string): Problem {
  return { type: 'InvalidFieldType', message: `Field '${name}' must be ${words}`, field: name };
}

function invalid(name: string, message: string): Problem {
  return { type: 'InvalidFieldValue', message, field: name };
}

/** In code points: each pair of surrogates is one. */
function lengthOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
