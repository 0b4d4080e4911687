import { isMap } from '../../values.js';
import type { JsonSchema } from '../dialect.js';
import type { Part } from './check-order.js';
import { copyOf, flatten, include, mustBeGiven, type Condition, type FlatSchema } from './flat-schema.js';

/** The property whose value says what kind of input it is, such as `action`, and its values. */
export interface Discriminator {
  readonly name: string;
  readonly values: readonly string[];
  /** The value where the property is left out. */
  readonly whenAbsent: string | undefined;
}

/** One kind of input: the value of the discriminator, and what an input of that kind has to meet. */
export interface ActionMember {
  readonly value: string;
  readonly flat: FlatSchema;
}

/**
 * The property by which a schema tells kinds of input apart: a list of texts, always there or with a default, on which a condition depends (`if`). For one that
 * is called `action` it is enough that the descriptions of other properties refer to its values ("set, get: the key", "The key (for set, get actions)").
 */
export function discriminatorOf(flat: FlatSchema): Discriminator | undefined {
  for (const [name, parts] of flat.properties) {
    const { values } = flatten(parts);
    if (values === undefined || values.length < 2 || !values.every((value) => typeof value === 'string'))
      continue;
    const isAskedFor = flat.conditions.some((condition) => decides(condition, name, values));
    // Defaults are filled in after conditions have been looked at: without a value all of them hold.
    const whenAbsent = isAskedFor || mustBeGiven(flat, name) ? undefined : textOf(flat.defaults.get(name));
    if (!flat.required.has(name) && whenAbsent === undefined) continue;
    const others = [...flat.properties].filter(([other]) => other !== name);
    const isReferredTo =
      name === ACTION && others.some(([, other]) => actionsIn(other, values) !== undefined);
    if (isAskedFor || isReferredTo) return { name, values, whenAbsent };
  }
  return undefined;
}

/** The name of the property that descriptions may refer to. */
const ACTION = 'action';

/** What an input of each kind has to meet. A property that belongs to other kinds alone is not part of it. */
export function actionMembers(flat: FlatSchema, discriminator: Discriminator): readonly ActionMember[] {
  const { name, values } = discriminator;
  const whole = new Map(values.map((value) => [value, withConditions(flat, discriminator, value)]));
  const owners = new Map<string, ReadonlySet<string>>();
  for (const [property, parts] of flat.properties) {
    if (property === name) continue;
    const said = name === ACTION ? (actionsIn(parts, values) ?? []) : [];
    const needed = values.filter((value) => isNeeded(flat, discriminator, value, property));
    if (said.length + needed.length === 0) continue;
    // A kind whose conditions speak of it has it, too.
    const spoken = values.filter(
      (value) => (whole.get(value)?.properties.get(property)?.length ?? 0) > parts.length,
    );
    owners.set(property, new Set([...said, ...needed, ...spoken]));
  }
  return values.map((value) => {
    const member = whole.get(value) ?? copyOf(flat);
    for (const [property, ownedBy] of owners)
      if (!ownedBy.has(value) && !member.required.has(property)) member.properties.delete(property);
    return { value, flat: member };
  });
}

/** The description of a property without what it says of actions. */
export function withoutActions(description: string, values: readonly string[]): string {
  for (const pattern of [LEADING, IN_BRACKETS]) {
    const match = pattern.exec(description);
    if (match !== null && areActions(match[1] ?? '', values)) return description.replace(match[0], '').trim();
  }
  return description;
}

/** "set, get: the key" */
const LEADING = /^([\w-]+(?:, [\w-]+)*):\s/;
/** "The key (for set and get actions)" */
const IN_BRACKETS = /\s*\(for (?:the )?([\w-]+(?:(?:, | and |, and |\/| or )[\w-]+)*) actions?(?: only)?\)/;

/** The actions that the description of a property says it belongs to; undefined where it says nothing of them. */
export function actionsIn(
  parts: readonly Pick<Part, 'schema'>[],
  values: readonly unknown[],
): readonly string[] | undefined {
  for (const { schema } of parts) {
    const description = isMap(schema) ? schema['description'] : undefined;
    if (typeof description !== 'string') continue;
    for (const pattern of [LEADING, IN_BRACKETS]) {
      const words = pattern.exec(description)?.[1];
      if (words !== undefined && areActions(words, values)) return wordsOf(words);
    }
  }
  return undefined;
}

function areActions(words: string, values: readonly unknown[]): boolean {
  return wordsOf(words).every((word) => values.includes(word));
}

function wordsOf(words: string): readonly string[] {
  return words.split(/, and |, | and | or |\//);
}

/** The schema of one kind: conditions that depend on the kind alone are decided. */
function withConditions(flat: FlatSchema, { name }: Discriminator, value: string): FlatSchema {
  const member = copyOf(flat);
  const undecided: Condition[] = [];
  // What a condition brings along may have conditions of its own.
  for (let condition = member.conditions.shift(); condition; condition = member.conditions.shift()) {
    const outcome = outcomeOf(condition.if, name, value);
    if (outcome === undefined) undecided.push(condition);
    else include(member, outcome ? condition.then : condition.else);
  }
  member.conditions.push(...undecided);
  include(member, { schema: { properties: { [name]: { const: value } } }, at: [], filling: 'left' });
  return member;
}

/** Whether a condition on the kind that comes out for `value`, and not for all kinds, asks for the property. */
function isNeeded(
  flat: FlatSchema,
  { name, values }: Discriminator,
  value: string,
  property: string,
): boolean {
  return flat.conditions.some((condition) => {
    const outcomes = values.map((other) => outcomeOf(condition.if, name, other));
    if (outcomes.includes(undefined) || new Set(outcomes).size < 2) return false;
    const side = outcomeOf(condition.if, name, value) === true ? condition.then : condition.else;
    return flatten(side).required.has(property);
  });
}

function decides(condition: Condition, name: string, values: readonly string[]): boolean {
  return values.every((value) => outcomeOf(condition.if, name, value) !== undefined);
}

/** How a condition comes out for all inputs of one kind; undefined when that depends on something else. */
export function outcomeOf(test: JsonSchema, name: string, value: string): boolean | undefined {
  for (const [keyword, held] of Object.entries(test)) {
    if (keyword === 'properties' && isMap(held)) {
      if (Object.keys(held).some((property) => property !== name)) return undefined;
    } else if (keyword === 'required' && Array.isArray(held)) {
      if (held.some((property) => property !== name)) return undefined;
    } else if (keyword !== 'type' && keyword !== 'description' && keyword !== '$comment') {
      return undefined;
    }
  }
  const properties = test['properties'];
  const tested = isMap(properties) ? properties[name] : undefined;
  if (tested === undefined) return undefined;
  const { values } = flatten({ schema: tested, at: [], filling: 'left' });
  return values === undefined ? undefined : values.includes(value);
}

function textOf(filled: { readonly value: unknown } | undefined): string | undefined {
  return typeof filled?.value === 'string' ? filled.value : undefined;
}
