import type { JsonSchema } from '../../manifest/dialect.js';
import { isMap } from '../../values.js';
import type { Parts } from './schema-parts.js';

/** `if` with `then` and `else`, and the part that has them. */
export interface Condition {
  readonly of: JsonSchema;
  readonly test: JsonSchema;
  readonly yes: unknown;
  readonly no: unknown;
}

/** The conditions that parts have. */
export function conditionsOf(parts: Parts): readonly Condition[] {
  return parts.flatMap((part) => {
    const { if: test, then: yes = true, else: no = true } = part;
    return isMap(test) ? [{ of: part, test, yes, no }] : [];
  });
}

export function withoutCondition(part: JsonSchema): JsonSchema {
  return without(part, ['if', 'then', 'else']);
}

/** What `allOf` and references bring along is among the parts already, and would bring its conditions again. */
export function withoutReferences(part: JsonSchema): JsonSchema {
  return without(part, ['allOf', '$ref']);
}

/** A part without anything that has to be chosen. */
export function withoutChoices(part: JsonSchema): JsonSchema {
  return without(part, ['if', 'then', 'else', 'allOf', '$ref', 'anyOf', 'oneOf']);
}

function without(part: JsonSchema, keywords: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(part).filter(([keyword]) => !keywords.includes(keyword)));
}
