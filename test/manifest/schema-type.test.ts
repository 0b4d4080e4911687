import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { toJsonSchema } from '../../src/manifest/dialect.js';
import { declarationFile } from '../../src/manifest/types/declarations.js';
import { literalText, printType } from '../../src/manifest/types/print-type.js';
import { SchemaType, type Side } from '../../src/manifest/types/schema-type.js';

/** The type of a schema in phlow's dialect. */
function typeOf(schema: Record<string, unknown>, side: Side = 'given'): string {
  return printType(new SchemaType(toJsonSchema(schema), side, 'Input').whole());
}

/** The same in one line. */
function lineOf(schema: Record<string, unknown>, side?: Side): string {
  return typeOf(schema, side).replaceAll(/\s+/g, ' ').trim();
}

describe('the type of a schema', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ['anything', {}, 'unknown', 'Value'],
    ['any, in words', { type: 'any' }, 'unknown', 'Value'],
    ['a text', { type: 'string', minLength: 1 }, 'string', 'string'],
    ['a whole number', { type: 'integer' }, 'number', 'number'],
    ['several types', { type: ['string', 'null'] }, 'string | null', 'string | null'],
    ['nullable', { type: 'string', nullable: true }, 'string | null', 'string | null'],
    ['a list of values', { enum: ['a', 1, null, true] }, "'a' | 1 | null | true", "'a' | 1 | null | true"],
    ['one value', { const: 'a' }, "'a'", "'a'"],
    ['a list', { type: 'array', items: { type: 'string' } }, 'readonly string[]', 'readonly string[]'],
    ['a list of anything', { type: 'array' }, 'readonly unknown[]', 'readonly Value[]'],
    [
      'a list of lists',
      { type: 'array', items: { type: 'array', items: { type: ['string', 'number'] } } },
      'readonly (readonly (string | number)[])[]',
      'readonly (readonly (string | number)[])[]',
    ],
    [
      'places in a list',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: { type: 'boolean' } },
      'readonly [string, number, ...boolean[]]',
      'readonly [string, number, ...boolean[]]',
    ],
    [
      'places and nothing behind them',
      { type: 'array', prefixItems: [{ type: 'string' }], items: false },
      'readonly [string]',
      'readonly [string]',
    ],
    ['an object of any kind', { type: 'object' }, 'object', 'ValueMap'],
    [
      'an object of texts',
      { type: 'object', additionalProperties: { type: 'string' } },
      '{ readonly [name: string]: string; }',
      '{ readonly [name: string]: string; }',
    ],
    [
      'members, with a default',
      {
        type: 'object',
        properties: { a: { type: 'string', required: true }, b: { type: 'integer', default: 1 }, c: {} },
      },
      '{ readonly a: string; /** @default 1 */ readonly b?: number; readonly c?: unknown; }',
      '{ readonly a: string; /** @default 1 */ readonly b: number; readonly c?: Value; }',
    ],
    ['no null', { not: { type: 'null' } }, 'NonNullable<unknown>', 'NonNullable<Value>'],
    ['no null, of several', { type: ['string', 'null'], not: { type: 'null' } }, 'string', 'string'],
    [
      'parts that say more',
      { allOf: [{ type: ['string', 'number'] }, { type: 'string' }] },
      'string',
      'string',
    ],
    ['parts that exclude each other', { allOf: [{ type: 'string' }, { type: 'number' }] }, 'never', 'never'],
    ['values of a type', { type: 'string', enum: ['a', 'b'] }, "'a' | 'b'", "'a' | 'b'"],
    [
      'nothing at all',
      { type: 'array', items: { not: {}, enum: [] } },
      'readonly never[]',
      'readonly never[]',
    ],
  ])('%s', (_, schema, given, read) => {
    expect(lineOf(schema)).toBe(given);
    expect(lineOf(schema, 'read')).toBe(read);
  });

  test('a choice has a member for each, with what stands beside it', () => {
    const schema = {
      type: 'object',
      properties: { id: { type: 'string', required: true } },
      oneOf: [
        { properties: { kind: { const: 'a', required: true }, x: { type: 'number', required: true } } },
        { properties: { kind: { const: 'b', required: true } } },
      ],
    };
    expect(lineOf(schema)).toBe(
      "| { readonly id: string; readonly kind: 'a'; readonly x: number; } | { readonly id: string; readonly kind: 'b'; }",
    );
  });

  test('of two choices each with each', () => {
    const schema = {
      anyOf: [{ type: 'string' }, { type: 'number' }],
      oneOf: [{ enum: ['a', 1] }, { type: 'number' }],
    };
    expect(lineOf(schema)).toBe("'a' | 1 | number");
  });

  test('what refers to itself is a type by name', () => {
    const maker = new SchemaType(
      {
        $ref: '#/$defs/node',
        $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
      },
      'given',
      'Input',
    );
    expect(printType(maker.whole())).toBe('InputNode');
    expect(maker.referred.map(({ name, type }) => [name, printType(type).replaceAll(/\s+/g, ' ')])).toEqual([
      ['InputNode', '{ readonly next?: InputNode; }'],
    ]);
  });

  test.each([
    [{ $ref: '#' }, 'unknown'],
    [
      {
        anyOf: [{ $ref: '#/$defs/a' }],
        $defs: { a: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/a' }] } },
      },
      'string',
    ],
  ])('%j, which is itself or something else, is something else', (schema, text) => {
    const maker = new SchemaType(schema, 'given', 'Input');
    maker.whole();
    expect(maker.referred.map(({ type }) => printType(type))).toEqual([text]);
  });

  test.each(['#/nowhere', 'https://example.com/x', '#anchor', '#/%'])(
    'what cannot be found (%s) is anything',
    ($ref) => {
      expect(typeOf({ $ref })).toBe('unknown');
    },
  );
});

describe('actions', () => {
  const schema = {
    type: 'object',
    properties: {
      action: { type: 'string', enum: ['set', 'get', 'stats'], required: true, description: 'What to do' },
      key: { type: 'string', description: 'set, get: the key' },
      value: { type: 'any' },
      ttl: { type: 'number', description: 'Seconds (for set action)' },
      trace: { type: 'string', description: 'http: not an action' },
    },
    allOf: [
      { if: { properties: { action: { enum: ['set', 'get'] } } }, then: { required: ['key'] } },
      { if: { properties: { action: { const: 'set' } } }, then: { required: ['value'] } },
    ],
  };

  test('have a member each, with what belongs to them alone, and what they need', () => {
    expect(lineOf(schema)).toBe(
      [
        "| { /** What to do */ readonly action: 'set'; /** the key */ readonly key: string; readonly value: unknown;",
        '/** Seconds */ readonly ttl?: number; /** http: not an action */ readonly trace?: string; }',
        "| { /** What to do */ readonly action: 'get'; /** the key */ readonly key: string;",
        '/** http: not an action */ readonly trace?: string; }',
        "| { /** What to do */ readonly action: 'stats'; /** http: not an action */ readonly trace?: string; }",
      ].join(' '),
    );
  });

  test('may have a default, whose member does without a name', () => {
    const { action, key } = schema.properties;
    const withDefault = {
      type: 'object',
      properties: { action: { ...action, required: false, default: 'get' }, key },
    };
    expect(lineOf(withDefault)).toContain("readonly action?: 'get';");
    expect(lineOf(withDefault, 'read')).toContain("readonly action: 'get';");
    expect(lineOf(withDefault)).toContain("readonly action: 'set';");
  });

  test('are not guessed where the action may be left out', () => {
    const { action, key } = schema.properties;
    const optional = { type: 'object', properties: { action: { ...action, required: false }, key } };
    expect(lineOf(optional)).toContain("readonly action?: 'set' | 'get' | 'stats';");
  });

  test('conditions on anything else leave the type alone', () => {
    const other = {
      type: 'object',
      properties: { a: { enum: ['x', 'y'], required: true }, b: { type: 'number' } },
      allOf: [{ if: { properties: { b: { minimum: 1 } } }, then: { required: ['c'] } }],
    };
    expect(lineOf(other)).toBe("{ readonly a: 'x' | 'y'; readonly b?: number; }");
  });
});

describe('text of authors', () => {
  test.each([
    ["it's", String.raw`'it\'s'`],
    ['a\nb', String.raw`'a\nb'`],
    ['\u2028\u202e\u00ad', String.raw`'\u{2028}\u{202e}\u{ad}'`],
    ['back\\slash "quoted"', String.raw`'back\\slash "quoted"'`],
    ['${x}`', "'${x}`'"],
  ])('%j as a literal', (text, literal) => {
    expect(literalText(text)).toBe(literal);
    expect(runInNewContext(literal)).toBe(text);
  });

  test('ends no comment, adds no line of code and no name', () => {
    const evil = "*/ }; declare const stolen: 1; /* '\n`\u2028export const more = 1; //";
    const text = declarationFile([
      {
        key: evil,
        manifest: {
          name: 'a-b',
          description: evil,
          with: undefined,
          input: toJsonSchema({
            type: 'object',
            properties: {
              [evil]: { type: 'string', description: evil, default: evil, required: true },
              b: { enum: [evil] },
            },
          }),
          output: undefined,
          inputOptional: false,
        },
      },
    ]);
    const file = ts.createSourceFile('evil.d.ts', text, ts.ScriptTarget.ES2022);
    expect((file as unknown as { readonly parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
    expect(file.statements.map(({ kind }) => ts.SyntaxKind[kind])).toEqual([
      'ImportDeclaration',
      'ModuleDeclaration',
      'ModuleDeclaration',
    ]);
    const names = new Set<string>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) names.add(node.text);
      node.forEachChild(visit);
    };
    visit(file);
    expect([...names].sort()).toEqual(
      [
        'AB',
        'GivenInput',
        'GivenSettings',
        'Input',
        'ModuleTypes',
        'Output',
        'Settings',
        'Value',
        'b',
        'input',
        'output',
        'settings',
      ].sort(),
    );
  });
});
