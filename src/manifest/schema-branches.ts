import type { JsonSchema } from './dialect.js';
import { sameJson } from './same-json.js';
import { listAt, trial, valueAt, type Fail, type Place, type Scope } from './schema-scope.js';

/** The keywords for values of any type: references, fixed values, and schemas for the same value. */
export function branchKeywords(schema: JsonSchema, place: Place, scope: Scope, fail: Fail): void {
  const { $ref, enum: allowed, not } = schema;
  if (typeof $ref === 'string') {
    const found = scope.options.resolve($ref, scope.root);
    scope.evaluate(found.schema, place, { ...scope, root: found.root });
  }
  if ('const' in schema && !sameJson(schema['const'], valueAt(place)))
    fail('const', { allowedValue: schema['const'] });
  if (Array.isArray(allowed) && !allowed.some((one) => sameJson(one, valueAt(place))))
    fail('enum', { allowedValues: allowed });
  if (not !== undefined && scope.evaluate(not, place, trial(scope, []))) fail('not', {});
  someOf(schema, place, scope, fail);
  for (const one of listAt(schema, 'allOf')) scope.evaluate(one, place, scope);
  condition(schema, place, scope, fail);
}

function someOf(schema: JsonSchema, place: Place, scope: Scope, fail: Fail): void {
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    if (!Array.isArray(schema[keyword])) continue;
    const errors: Scope['errors'] = [];
    const passing: number[] = [];
    for (const [i, one] of listAt(schema, keyword).entries()) {
      if (scope.evaluate(one, place, trial(scope, errors))) passing.push(i);
      // As the compiler has it: all of anyOf, and of oneOf no more than decide.
      if (keyword === 'oneOf' && passing.length === 2) break;
    }
    if (keyword === 'anyOf' ? passing.length > 0 : passing.length === 1) continue;
    scope.errors.push(...errors);
    fail(keyword, keyword === 'anyOf' ? {} : { passingSchemas: passing.length > 1 ? passing : null });
  }
}

function condition(schema: JsonSchema, place: Place, scope: Scope, fail: Fail): void {
  if (schema['if'] === undefined) return;
  const taken = scope.evaluate(schema['if'], place, trial(scope, [])) ? 'then' : 'else';
  if (schema[taken] !== undefined && !scope.evaluate(schema[taken], place, scope))
    fail('if', { failingKeyword: taken });
}
