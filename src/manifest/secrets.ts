import { REDACTED, Redaction, SECRET_NAME, type SecretPlace } from '../redaction.js';
import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';
import { pointerTo, segmentsOf } from './pointer.js';
import { SchemaIndex } from './schema-index.js';
import { shapeOf, visitSchemas } from './schema-keywords.js';

const BY_NAME = new Redaction(SECRET_NAME);

/** Keywords whose schemas look at the same value as the schema around them: one schema, a list of them, or schemas by name. */
const IN_PLACE: readonly string[] = [
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'dependencies',
];

/**
 * Which parts of a value are secrets, by its schema and by their names: what a violation must not show. A part is one when anything in the
 * schema that may speak of it says `secret: true` or `writeOnly: true`, or, unless that says `secret: false`, when its name sounds like one;
 * and so is everything in it.
 */
export class Secrets {
  readonly #schema: JsonSchema;
  readonly #names: readonly string[];
  #root: SchemaPlace | undefined;

  /** @param pointer where the value stands in the one that the schema describes. */
  constructor(schema: JsonSchema, pointer = '') {
    this.#schema = schema;
    this.#names = segmentsOf(pointer);
  }

  /** Whether the part at a pointer is a secret, or stands in one. */
  hides(pointer: string): boolean {
    return this.#walk(pointer).isHidden;
  }

  /** A part as it may be shown: a copy without the secrets in it. */
  shown(value: unknown, pointer: string): unknown {
    const { isHidden, place } = this.#walk(pointer);
    if (value === undefined) return undefined;
    return isHidden ? REDACTED : BY_NAME.copy(value, place);
  }

  /** A pointer without the names that stand in a secret and in no schema: they came with the value. */
  shownPointer(pointer: string): string {
    return this.#walk(pointer).shown;
  }

  #walk(pointer: string): { isHidden: boolean; place: SchemaPlace; shown: string } {
    let place: SchemaPlace = (this.#root ??= rootOf(this.#schema));
    let isHidden = place.isSecret === true;
    const enter = (segment: string): void => {
      place = place.below(segment);
      isHidden ||= BY_NAME.hides(segment, place);
    };
    this.#names.forEach(enter);
    let shown = '';
    for (const segment of segmentsOf(pointer)) {
      const isOfValue = isHidden && !place.declares(segment);
      shown = pointerTo(shown, isOfValue ? REDACTED : segment);
      enter(segment);
    }
    return { isHidden, place, shown };
  }
}

/** Where a value begins that a schema describes, for copies that hide its secrets. */
export function secretPlace(schema: JsonSchema): SecretPlace {
  return rootOf(schema);
}

function rootOf(schema: JsonSchema): SchemaPlace {
  return new SchemaPlace([schema], new References(schema));
}

/** All schemas that may speak of one place. */
class SchemaPlace implements SecretPlace {
  readonly isSecret: boolean | undefined;
  readonly #schemas: ReadonlySet<JsonSchema>;
  readonly #references: References;

  constructor(schemas: readonly unknown[], references: References) {
    this.#references = references;
    this.#schemas = references.reach(schemas);
    const said = [...this.#schemas];
    const isSecret = said.some(({ secret, writeOnly }) => secret === true || writeOnly === true);
    this.isSecret = isSecret || (said.some(({ secret }) => secret === false) ? false : undefined);
  }

  below(segment: string): SchemaPlace {
    const inner = [...this.#schemas].flatMap((schema) => membersOf(schema, segment));
    return new SchemaPlace(inner, this.#references);
  }

  /** Whether a schema knows a member by its name, or an item by its number. */
  declares(segment: string): boolean {
    if (/^\d+$/.test(segment)) return true;
    return [...this.#schemas].some(
      ({ properties, required }) =>
        (isMap(properties) && Object.hasOwn(properties, segment)) ||
        (Array.isArray(required) && required.includes(segment)),
    );
  }
}

/** What may describe one member or item of what a schema describes. Patterns of names are not tried: they can take long. */
function membersOf(schema: JsonSchema, segment: string): unknown[] {
  const { properties, patternProperties, prefixItems } = schema;
  const found: unknown[] = [schema['contains'], schema['unevaluatedItems'], schema['unevaluatedProperties']];
  if (isMap(patternProperties)) found.push(...Object.values(patternProperties));
  if (isMap(properties) && Object.hasOwn(properties, segment)) found.push(properties[segment]);
  else found.push(schema['additionalProperties']);
  const at = Number(segment);
  if (Array.isArray(prefixItems) && at < prefixItems.length) found.push((prefixItems as unknown[])[at]);
  else found.push(schema['items']);
  return found;
}

/** Follows what a schema says about the same value elsewhere. */
class References {
  readonly #schema: JsonSchema;
  #index: SchemaIndex | undefined;

  constructor(schema: JsonSchema) {
    this.#schema = schema;
  }

  /** These schemas, and all that look at the same value. */
  reach(schemas: readonly unknown[]): ReadonlySet<JsonSchema> {
    const reached = new Set<JsonSchema>();
    const left = [...schemas];
    while (left.length > 0) {
      const next = left.pop();
      if (!isMap(next) || reached.has(next)) continue;
      reached.add(next);
      for (const keyword of IN_PLACE) {
        const held = next[keyword];
        if (Array.isArray(held)) left.push(...(held as unknown[]));
        else if (isMap(held)) left.push(...(shapeOf(keyword) === 'map' ? Object.values(held) : [held]));
      }
      if (typeof next['$ref'] === 'string') left.push(this.#target(next, next['$ref']));
      if (typeof next['$dynamicRef'] === 'string') left.push(...this.#anchors(next, next['$dynamicRef']));
    }
    return reached;
  }

  #target(from: JsonSchema, reference: string): unknown {
    this.#index ??= new SchemaIndex(this.#schema);
    return this.#index.find(from, reference)?.schema;
  }

  /** Any of the parts with that anchor, whichever way leads to it. */
  #anchors(from: JsonSchema, reference: string): unknown[] {
    const found: unknown[] = [this.#target(from, reference)];
    const name = reference.slice(reference.indexOf('#') + 1);
    visitSchemas(this.#schema, '', (held) => {
      if (held['$dynamicAnchor'] === name) found.push(held);
    });
    return found;
  }
}
