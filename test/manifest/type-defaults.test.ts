import { describe, expect, test } from '@jest/globals';
import { compileValidator } from '../../src/manifest/compile-validator.js';
import { toJsonSchema } from '../../src/manifest/dialect.js';
import { printType } from '../../src/manifest/types/print-type.js';
import { SchemaType, type Side } from '../../src/manifest/types/schema-type.js';

/** What becomes of a value without the member `a`. */
type Outcome = 'refused' | 'filled in' | 'left out';

const WITH_DEFAULT = { a: { type: 'number', default: 1 } };
const KIND = { kind: { enum: ['x', 'y'], required: true } };
const IF_X = { properties: { kind: { const: 'x' } } };

const ROWS: readonly (readonly [string, Record<string, unknown>, object, Outcome])[] = [
  ['a default', { properties: WITH_DEFAULT }, {}, 'filled in'],
  ['a default of what is required', { properties: WITH_DEFAULT, required: ['a'] }, {}, 'filled in'],
  [
    'required by a part that is checked before',
    { properties: WITH_DEFAULT, allOf: [{ required: ['a'] }] },
    {},
    'refused',
  ],
  ['required by each choice', { properties: WITH_DEFAULT, anyOf: [{ required: ['a'] }] }, {}, 'refused'],
  [
    'required by a condition',
    { properties: { ...KIND, ...WITH_DEFAULT }, allOf: [{ if: IF_X, then: { required: ['a'] } }] },
    { kind: 'x' },
    'refused',
  ],
  ['required around its part', { allOf: [{ properties: WITH_DEFAULT }], required: ['a'] }, {}, 'filled in'],
  [
    'required by a later part',
    { allOf: [{ properties: WITH_DEFAULT }, { required: ['a'] }] },
    {},
    'filled in',
  ],
  [
    'required by an earlier part',
    { allOf: [{ required: ['a'] }, { properties: WITH_DEFAULT }] },
    {},
    'refused',
  ],
  ['a default in a choice', { oneOf: [{ properties: WITH_DEFAULT }] }, {}, 'left out'],
  [
    'a default in a choice of what is required',
    { oneOf: [{ properties: WITH_DEFAULT }], required: ['a'] },
    {},
    'refused',
  ],
  [
    'a default further down in a choice',
    {
      anyOf: [{ properties: { b: { type: 'object', required: true, properties: WITH_DEFAULT } } }],
    },
    { b: {} },
    'left out',
  ],
  [
    'a default in the items of a choice',
    {
      anyOf: [{ properties: { b: { type: 'array', required: true, items: { properties: WITH_DEFAULT } } } }],
    },
    { b: [{}] },
    'left out',
  ],
  [
    'a default behind a reference in a choice',
    { oneOf: [{ $ref: '#/$defs/with' }], $defs: { with: { properties: WITH_DEFAULT } } },
    {},
    'left out',
  ],
  [
    'a default beside one in a choice',
    { properties: WITH_DEFAULT, oneOf: [{ properties: { a: { maximum: 9, default: 2 } } }] },
    {},
    'filled in',
  ],
  [
    'a default behind a reference',
    { $ref: '#/$defs/with', required: ['a'], $defs: { with: { properties: WITH_DEFAULT } } },
    {},
    'filled in',
  ],
  [
    'required behind a reference',
    { $ref: '#/$defs/needs', properties: WITH_DEFAULT, $defs: { needs: { required: ['a'] } } },
    {},
    'refused',
  ],
  [
    'a default in a condition',
    { properties: KIND, allOf: [{ if: IF_X, then: { properties: WITH_DEFAULT } }] },
    { kind: 'x' },
    'filled in',
  ],
  [
    'a default in a condition, where the schema speaks of unevaluated members',
    {
      properties: KIND,
      allOf: [{ if: IF_X, then: { properties: WITH_DEFAULT } }],
      unevaluatedProperties: { type: 'number' },
    },
    { kind: 'x' },
    'left out',
  ],
  [
    'a default in the choice of a discriminator',
    {
      type: 'object',
      discriminator: { propertyName: 'kind' },
      required: ['kind'],
      oneOf: [
        { properties: { kind: { const: 'x' }, ...WITH_DEFAULT } },
        { properties: { kind: { const: 'y' } } },
      ],
    },
    { kind: 'x' },
    'filled in',
  ],
];

/** Whether the first `a` of the type may be left out. */
function isOptional(schema: Record<string, unknown>, side: Side): boolean {
  const maker = new SchemaType(toJsonSchema({ type: 'object', ...schema }), side, 'Input');
  const text = [maker.whole(), ...maker.referred.map(({ type }) => type)].map((type) => printType(type));
  const found = /readonly a(\??):/.exec(text.join('\n'));
  if (found === null) throw new Error(`there is no member "a" in ${text.join('\n')}`);
  return found[1] === '?';
}

describe('types say of a member with a default what the check does', () => {
  test.each(ROWS)('%s', (_, schema, value, outcome) => {
    const checked = structuredClone(value);
    const violations = compileValidator(toJsonSchema({ type: 'object', ...schema }))(checked);
    const isFilledIn = JSON.stringify(checked).includes('"a":1');
    expect(violations === undefined ? (isFilledIn ? 'filled in' : 'left out') : 'refused').toBe(outcome);
    expect({
      mayBeLeftOut: isOptional(schema, 'given'),
      mayBeMissing: isOptional(schema, 'read'),
    }).toEqual({
      mayBeLeftOut: outcome !== 'refused',
      mayBeMissing: outcome === 'left out',
    });
  });

  test('a type by name has another one for choices, where that makes a difference', () => {
    const maker = new SchemaType(
      toJsonSchema({
        type: 'object',
        properties: {
          one: { $ref: '#/$defs/with', required: true },
          other: { oneOf: [{ $ref: '#/$defs/with' }, { $ref: '#/$defs/without' }], required: true },
          third: { $ref: '#/$defs/without', required: true },
        },
        $defs: { with: { properties: WITH_DEFAULT }, without: { properties: { b: {} } } },
      }),
      'read',
      'Input',
    );
    const text = printType(maker.whole()).replaceAll(/\s+/g, ' ');
    expect(text).toBe(
      '{ readonly one: InputWith; readonly other: InputWith2 | InputWithout; readonly third: InputWithout; }',
    );
    expect(maker.referred.map(({ name, type }) => [name, printType(type).includes('a?:')])).toEqual([
      ['InputWith', false],
      ['InputWith2', true],
      ['InputWithout', false],
    ]);
  });
});
