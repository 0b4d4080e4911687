import type { JsonSchema } from '../../manifest/dialect.js';
import { isMap } from '../../values.js';
import type { StaticValue } from '../check/static-value.js';

/**
 * What the parts of `main` have to be that a step hands to a module as they are, by the schema of the module's input. Members on the way are objects.
 */
export function needsOf(value: StaticValue, input: JsonSchema, isRequired = true): readonly Need[] {
  if (value.kind === 'unknown') {
    const [first, ...path] = value.path ?? [];
    // A reference leads through a schema that is not the whole one here.
    if (first !== 'main' || path.length === 0 || JSON.stringify(input).includes('"$ref"')) return [];
    return [{ path, schema: input, isRequired }];
  }
  const { properties, required } = input;
  if (value.kind !== 'map' || !isMap(properties)) return [];
  return [...value.entries].flatMap(([name, entry]) => {
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const isNeeded = isRequired && Array.isArray(required) && required.includes(name);
    return isMap(member) ? needsOf(entry, member, isNeeded) : [];
  });
}

/** What one part of `main` has to be. */
export interface Need {
  /** As `['body', 'name']`. */
  readonly path: readonly string[];
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

interface Part {
  schema: JsonSchema | undefined;
  isRequired: boolean;
  readonly members: Map<string, Part>;
}

/** One schema of all needs; where two speak of one part, the first counts. */
export function schemaOfNeeds(needs: readonly Need[]): JsonSchema {
  const root: Part = { schema: undefined, isRequired: true, members: new Map() };
  for (const { path, schema, isRequired } of needs) {
    let part = root;
    for (const name of path) {
      const next: Part = part.members.get(name) ?? {
        schema: undefined,
        isRequired: false,
        members: new Map(),
      };
      next.isRequired ||= isRequired;
      part.members.set(name, next);
      part = next;
    }
    part.schema ??= schema;
  }
  return schemaOfPart(root);
}

function schemaOfPart({ schema, members }: Part): JsonSchema {
  if (schema !== undefined || members.size === 0) return schema ?? {};
  const required = [...members].filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  const properties = Object.fromEntries([...members].map(([name, part]) => [name, schemaOfPart(part)]));
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}
