import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkStatic } from '../../../src/flow/check/static-schema.js';
import type { StaticValue } from '../../../src/flow/check/static-value.js';
import { compileValidator } from '../../../src/manifest/compile-validator.js';
import type { JsonSchema } from '../../../src/manifest/dialect.js';
import type { Value } from '../../../src/values.js';

const SCALARS: readonly Value[] = [null, true, 0, 1, 2.5, 'a', 'bb', ''];
const KEYS = ['a', 'b', 'c'];

const key = fc.constantFrom(...KEYS);

/** Schemas of the kinds that manifests hold. */
const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<JsonSchema>(
      {},
      { type: 'string' },
      { type: 'string', minLength: 2 },
      { type: 'integer', minimum: 1 },
      { type: 'array', minItems: 1 },
      { type: 'object' },
      { enum: ['a', 1, null] },
      { const: 'bb' },
    ),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(key, tie('schema'), { maxKeys: 3 }),
        required: fc.uniqueArray(key, { maxLength: 2 }),
        additionalProperties: fc.boolean(),
        maxProperties: fc.nat(3),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('schema') }),
    fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }),
  ),
}));

const range = undefined;

/** Values with holes. */
const { value } = fc.letrec<{ value: StaticValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<StaticValue>(
      { kind: 'unknown', range },
      ...SCALARS.map((scalar) => ({ kind: 'scalar', value: scalar, range }) as const),
    ),
    fc.array(tie('value'), { maxLength: 2 }).map((items): StaticValue => ({ kind: 'list', items, range })),
    fc
      .record({ entries: fc.dictionary(key, tie('value'), { maxKeys: 3 }), isOpen: fc.boolean() })
      .map(({ entries, isOpen }): StaticValue => ({
        kind: 'map',
        entries: new Map(Object.entries(entries)),
        isOpen,
        range,
      })),
  ),
}));

/** Fills the holes of a value, and adds a key where it may have more. */
function filled(hollow: StaticValue, next: () => Value): Value {
  switch (hollow.kind) {
    case 'unknown':
      return next();
    case 'scalar':
      return hollow.value;
    case 'list':
      return hollow.items.map((item) => filled(item, next));
    case 'map': {
      const entries = [...hollow.entries].map(([name, entry]) => [name, filled(entry, next)] as const);
      const more = hollow.isOpen ? KEYS.filter((name) => !hollow.entries.has(name)).slice(0, 1) : [];
      return Object.fromEntries([...entries, ...more.map((name) => [name, next()] as const)]);
    }
  }
}

const filling: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...SCALARS),
  fc.constant([]),
  fc.constant(['a']),
  fc.constant({}),
  fc.constant({ a: 'bb', b: 1 }),
);

/** Whether the value is right, or undefined when our strict validator takes no such schema. */
function isValid(own: JsonSchema, whole: Value): boolean | undefined {
  try {
    return compileValidator(own)(structuredClone(whole)) === undefined;
  } catch {
    return undefined;
  }
}

describe('a check of a value that is partly known', () => {
  test('never claims more than holds for everything that the unknown parts may be', () => {
    const seen = { valid: 0, invalid: 0, unknown: 0 };
    fc.assert(
      fc.property(
        schema,
        value,
        fc.array(filling, { minLength: 4, maxLength: 8 }),
        (own, hollow, fillings) => {
          const verdict = checkStatic(own, hollow, 'input');
          seen[verdict.state]++;
          if (verdict.state === 'unknown') return;
          let at = 0;
          const truth = isValid(
            own,
            filled(hollow, () => fillings[at++ % fillings.length] ?? null),
          );
          if (truth !== undefined) expect(truth).toBe(verdict.state === 'valid');
        },
      ),
      { numRuns: 1_000, seed: 4 },
    );
    expect(Math.min(seen.valid, seen.invalid, seen.unknown)).toBeGreaterThan(50);
  });
});
