import { isMap } from '../values.js';
import type { JsonSchema } from './dialect.js';
import { sameJson } from './same-json.js';
import { hasType, typesOf } from './schema-types.js';
import { inside, listAt, trial, type Fail, type Place, type Scope } from './schema-scope.js';

/** The keywords for lists. */
export function arrayKeywords(
  schema: JsonSchema,
  value: readonly unknown[],
  { path }: Place,
  scope: Scope,
  fail: Fail,
): void {
  const { maxItems, minItems, uniqueItems, items } = schema;
  if (typeof maxItems === 'number' && value.length > maxItems) fail('maxItems', { limit: maxItems });
  if (typeof minItems === 'number' && value.length < minItems) fail('minItems', { limit: minItems });
  if (uniqueItems === true) unique(value, items, fail);
  const prefix = listAt(schema, 'prefixItems');
  prefix.slice(0, value.length).forEach((one, i) => scope.evaluate(one, inside(value, i, path), scope));
  // Behind a prefix, the compiler says it once.
  if (items === false && prefix.length > 0) {
    if (value.length > prefix.length) fail('items', { limit: prefix.length });
  } else if (items !== undefined)
    for (let i = prefix.length; i < value.length; i++) scope.evaluate(items, inside(value, i, path), scope);
  if (schema['contains'] !== undefined) contains(schema, value, path, scope, fail);
}

function unique(value: readonly unknown[], items: unknown, fail: Fail): void {
  const types = isMap(items) ? typesOf(items) : [];
  if (types.length > 0 && !types.includes('object') && !types.includes('array')) {
    // Of scalars the compiler reads each once, from the end, and names the pair the other way round.
    const seen = new Map<unknown, number>();
    for (let i = value.length - 1; i >= 0; i--) {
      if (!types.some((type) => hasType(value[i], type))) continue;
      const j = seen.get(value[i]);
      if (j !== undefined) {
        fail('uniqueItems', { i, j });
        return;
      }
      seen.set(value[i], i);
    }
    return;
  }
  for (let i = value.length - 1; i > 0; i--) {
    for (let j = i - 1; j >= 0; j--) {
      if (!sameJson(value[i], value[j])) continue;
      fail('uniqueItems', { i, j });
      return;
    }
  }
}

function contains(
  schema: JsonSchema,
  value: readonly unknown[],
  path: string,
  scope: Scope,
  fail: Fail,
): void {
  const min = typeof schema['minContains'] === 'number' ? schema['minContains'] : 1;
  const max = typeof schema['maxContains'] === 'number' ? schema['maxContains'] : undefined;
  const errors: Scope['errors'] = [];
  const fitting = value.filter((_, i) =>
    scope.evaluate(schema['contains'], inside(value, i, path), trial(scope, errors)),
  );
  if (fitting.length >= min && (max === undefined || fitting.length <= max)) return;
  scope.errors.push(...errors);
  fail('contains', max === undefined ? { minContains: min } : { minContains: min, maxContains: max });
}

/** The keywords for objects. Members are an object's own. */
export function objectKeywords(
  schema: JsonSchema,
  value: Record<string, unknown>,
  { path }: Place,
  scope: Scope,
  fail: Fail,
): void {
  const properties = isMap(schema['properties']) ? schema['properties'] : {};
  const patterns = isMap(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : [];
  if (!scope.isTrial) fillIn(properties, value);
  const names = Object.keys(value);
  const { maxProperties, minProperties, propertyNames, additionalProperties: additional } = schema;
  if (typeof maxProperties === 'number' && names.length > maxProperties)
    fail('maxProperties', { limit: maxProperties });
  if (typeof minProperties === 'number' && names.length < minProperties)
    fail('minProperties', { limit: minProperties });
  for (const name of listAt(schema, 'required'))
    if (!Object.hasOwn(value, String(name))) fail('required', { missingProperty: name });
  dependencies(schema, value, { path, scope, fail });
  if (propertyNames !== undefined) {
    for (const name of names) {
      const errors: Scope['errors'] = [];
      if (scope.evaluate(propertyNames, { holder: { name }, key: 'name', path }, trial(scope, errors)))
        continue;
      scope.errors.push(...errors.map((error) => ({ ...error, propertyName: name })));
      fail('propertyNames', { propertyName: name });
    }
  }
  const matching = patterns.map(([source, one]) => ({ pattern: scope.options.patternOf(source), one }));
  if (additional !== undefined) {
    for (const name of names) {
      if (Object.hasOwn(properties, name) || matching.some(({ pattern }) => pattern.test(name))) continue;
      if (additional === false) fail('additionalProperties', { additionalProperty: name });
      else scope.evaluate(additional, inside(value, name, path), scope);
    }
  }
  for (const [name, one] of Object.entries(properties))
    if (Object.hasOwn(value, name)) scope.evaluate(one, inside(value, name, path), scope);
  for (const { pattern, one } of matching)
    for (const name of names) if (pattern.test(name)) scope.evaluate(one, inside(value, name, path), scope);
}

function fillIn(properties: Readonly<Record<string, unknown>>, value: Record<string, unknown>): void {
  for (const [name, one] of Object.entries(properties)) {
    if (Object.hasOwn(value, name) || !isMap(one) || one['default'] === undefined) continue;
    value[name] = structuredClone(one['default']);
  }
}

function dependencies(
  schema: JsonSchema,
  value: Record<string, unknown>,
  { path, scope, fail }: { readonly path: string; readonly scope: Scope; readonly fail: Fail },
): void {
  for (const keyword of ['dependentRequired', 'dependentSchemas'] as const) {
    const all = schema[keyword];
    for (const [property, one] of Object.entries(isMap(all) ? all : {})) {
      if (!Object.hasOwn(value, property)) continue;
      if (keyword === 'dependentSchemas') {
        scope.evaluate(one, { holder: { value }, key: 'value', path }, scope);
        continue;
      }
      const deps = Array.isArray(one) ? one.map(String) : [];
      for (const name of deps.filter((other) => !Object.hasOwn(value, other)))
        fail(keyword, { property, missingProperty: name, depsCount: deps.length, deps: deps.join(', ') });
    }
  }
}
