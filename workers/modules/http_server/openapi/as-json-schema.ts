import { isMap } from '../../../../src/values.js';

/** A schema, or a document with schemas in it: what OpenAPI 3.0 writes in its own way, as JSON Schema writes it. */
export function asJsonSchema(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(asJsonSchema);
  if (!isMap(part)) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, member]) => [name, asJsonSchema(member)]));
  translateBounds(copy);
  translateNullable(copy);
  return copy;
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`, JSON Schema gives the number itself. */
function translateBounds(copy: Record<string, unknown>): void {
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const isExclusive = copy[exclusive];
    if (typeof isExclusive !== 'boolean') continue;
    const limit = copy[bound];
    Reflect.deleteProperty(copy, exclusive);
    if (!isExclusive || typeof limit !== 'number') continue;
    copy[exclusive] = limit;
    Reflect.deleteProperty(copy, bound);
  }
}

/** `nullable` without a type means nothing by the letter, and is written all the same to allow null beside a reference: `nullable: true, allOf: [{ $ref }]`. */
function translateNullable(copy: Record<string, unknown>): void {
  const { nullable, type, allOf, anyOf, oneOf } = copy;
  if (typeof nullable !== 'boolean' || type !== undefined) return;
  Reflect.deleteProperty(copy, 'nullable');
  if (!nullable) return;
  const isNull = { type: 'null' };
  if (Array.isArray(allOf)) copy['allOf'] = allOf.map((one: unknown) => ({ anyOf: [one, isNull] }));
  if (Array.isArray(anyOf)) copy['anyOf'] = [...(anyOf as readonly unknown[]), isNull];
  if (Array.isArray(oneOf)) copy['oneOf'] = [...(oneOf as readonly unknown[]), isNull];
}
