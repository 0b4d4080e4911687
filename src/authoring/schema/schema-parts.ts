import type { JsonSchema } from '../../manifest/dialect.js';
import { linearPattern } from '../../manifest/linear-pattern.js';
import { segmentsOf } from '../../manifest/pointer.js';
import { needsResolving, resolveReferences } from '../../manifest/resolve-references.js';
import { flatten, type FlatSchema } from '../../manifest/types/flat-schema.js';
import { isMap } from '../../values.js';

/** Schemas that a value has to meet all of; none of them has an `allOf` or a reference that is not among them as well. */
export type Parts = readonly JsonSchema[];

/** Reads one schema of a manifest part by part. What `allOf` and references bring along counts as the schema's own. */
export class SchemaParts {
  readonly root: JsonSchema;

  constructor(schema: JsonSchema) {
    // Addresses, anchors and dynamic references become pointers.
    this.root = needsResolving(JSON.stringify(schema)) ? resolveReferences(schema) : schema;
  }

  /** All that a value has to meet which meets these schemas; undefined where one of them is `false`, which nothing meets. */
  of(...schemas: readonly unknown[]): Parts | undefined {
    const parts: JsonSchema[] = [];
    const followed = new Set<unknown>();
    const left = [...schemas];
    for (let at = 0; at < left.length; at++) {
      const schema = left[at];
      if (schema === false) return undefined;
      if (!isMap(schema) || followed.has(schema)) continue;
      followed.add(schema);
      parts.push(schema);
      const { allOf, $ref } = schema;
      if (Array.isArray(allOf)) left.push(...(allOf as readonly unknown[]));
      if (typeof $ref === 'string') left.push(this.#find($ref));
    }
    return parts;
  }

  /** What a pointer of this schema leads to; `true`, which anything meets, where it leads elsewhere. */
  #find(reference: string): unknown {
    if (!/^#(?:\/|$)/.test(reference)) return true;
    let found: unknown = this.root;
    for (const segment of segmentsOf(decodeURIComponent(reference.slice(1)))) {
      if (Array.isArray(found)) found = found[Number(segment)];
      else if (isMap(found) && Object.hasOwn(found, segment)) found = found[segment];
      else return true;
    }
    return found;
  }
}

/** The same schema as one list of what it says, by which kinds of input are told apart. */
export function flatSchemaOf({ root }: SchemaParts): FlatSchema {
  return flatten({ schema: root, at: [], filling: 'filled' });
}

const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;

/** A type of JSON Schema. */
export type JsonType = (typeof TYPES)[number];

/** The types that all parts allow; undefined when none of them speaks of types. */
export function typesOf(parts: Parts): readonly JsonType[] | undefined {
  let types: readonly JsonType[] | undefined;
  for (const { type, nullable } of parts) {
    if (type === undefined) continue;
    const allowed = TYPES.filter(
      (one) => [type].flat().includes(one) || (one === 'null' && nullable === true),
    );
    types = types === undefined ? allowed : common(types, allowed);
  }
  return types;
}

/** An integer is a number. */
function common(one: readonly JsonType[], other: readonly JsonType[]): readonly JsonType[] {
  const isIn = (type: JsonType, list: readonly JsonType[]): boolean =>
    list.includes(type) || (type === 'integer' && list.includes('number'));
  return TYPES.filter(
    (type) => (one.includes(type) && isIn(type, other)) || (other.includes(type) && isIn(type, one)),
  );
}

/** The only values that all parts allow; undefined when none of them lists any. */
export function valuesOf(parts: Parts): readonly unknown[] | undefined {
  let values: readonly unknown[] | undefined;
  for (const part of parts) {
    const listed = 'const' in part ? [part['const']] : part['enum'];
    if (!Array.isArray(listed)) continue;
    const texts = new Set(listed.map((value) => JSON.stringify(value)));
    values = (values ?? (listed as readonly unknown[])).filter((value) => texts.has(JSON.stringify(value)));
  }
  return values;
}

/** The values of a keyword in the parts that have it as a number. */
export function numbersOf(parts: Parts, keyword: string): readonly number[] {
  return parts.map((part) => part[keyword]).filter((value) => typeof value === 'number');
}

/** The names of properties that must be there. */
export function requiredOf(parts: Parts): ReadonlySet<string> {
  return new Set(
    parts.flatMap(({ required }) =>
      Array.isArray(required) ? required.filter((one) => typeof one === 'string') : [],
    ),
  );
}

/** The names of properties that parts describe, in the order of the file. */
export function namesOf(parts: Parts): readonly string[] {
  return [...new Set(parts.flatMap(({ properties }) => (isMap(properties) ? Object.keys(properties) : [])))];
}

/** The schemas that a property of this name has to meet. */
export function propertySchemas(parts: Parts, name: string): readonly unknown[] {
  return parts.flatMap(({ properties, patternProperties, additionalProperties }) => {
    const own = isMap(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
    const byPattern = isMap(patternProperties)
      ? Object.entries(patternProperties).flatMap(([pattern, schema]) =>
          isMatch(pattern, name) ? [schema] : [],
        )
      : [];
    const named = [...own, ...byPattern];
    return named.length === 0 && additionalProperties !== undefined ? [additionalProperties] : named;
  });
}

function isMatch(pattern: string, name: string): boolean {
  return linearPattern(pattern).test(name);
}

/** Lists of schemas of which a value meets one each: `anyOf` and `oneOf`. */
export function choicesOf(parts: Parts): readonly (readonly unknown[])[] {
  return parts.flatMap(({ anyOf, oneOf }) =>
    [anyOf, oneOf].filter((list): list is readonly unknown[] => Array.isArray(list)),
  );
}

const LEFT_OUT: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', '$ref']);

/** The same parts with one branch taken of their first choice; the other choices stay to be made. What `allOf` and references bring is among the parts already. */
export function withBranch(parts: Parts, branch: unknown): readonly unknown[] {
  const [, ...others] = choicesOf(parts);
  const plain = parts.map((part) =>
    Object.fromEntries(Object.entries(part).filter(([keyword]) => !LEFT_OUT.has(keyword))),
  );
  return [...plain, branch, ...others.map((choice) => ({ anyOf: choice }))];
}
