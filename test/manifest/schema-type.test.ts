import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { toJsonSchema } from '../../src/manifest/dialect.js';
import { declarationFile } from '../../src/manifest/types/declarations.js';
import { literalText, printType } from '../../src/manifest/types/print-type.js';
import { SchemaType, type Side } from '../../src/manifest/types/schema-type.js';

/** A manifest that says nothing. */
const EMPTY = {
  name: 'one',
  description: undefined,
  with: undefined,
  input: undefined,
  output: undefined,
  inputOptional: true,
  outputOptional: true,
  events: {},
};

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
      {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'number' }],
        items: { type: 'boolean' },
        minItems: 1,
      },
      'readonly [string, number?, ...boolean[]]',
      'readonly [string, number?, ...boolean[]]',
    ],
    [
      'places and nothing behind them',
      { type: 'array', prefixItems: [{ type: ['string', 'null'] }], items: false },
      'readonly [(string | null)?]',
      'readonly [(string | null)?]',
    ],
    [
      'names by a pattern',
      {
        type: 'object',
        patternProperties: { '^x-': { type: 'string' } },
        properties: { a: { type: 'number' } },
        additionalProperties: false,
      },
      '{ readonly a?: number; readonly [name: string]: unknown; }',
      '{ readonly a?: number; readonly [name: string]: Value; }',
    ],
    [
      'members that only conditions name',
      {
        type: 'object',
        properties: { a: { type: 'number' } },
        if: { properties: { a: { minimum: 1 } } },
        then: { required: ['b'] },
        dependentSchemas: { a: { properties: { c: {} } } },
      },
      '{ readonly a?: number; readonly c?: unknown; readonly b?: unknown; }',
      '{ readonly a?: number; readonly c?: Value; readonly b?: Value; }',
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

  test('what stands beside a reference counts, and so does each of several', () => {
    const $defs = {
      base: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      more: { properties: { more: { type: 'number' } } },
      self: { properties: { next: { $ref: '#/$defs/self', properties: { x: {} } } } },
    };
    const whole = (schema: object): string =>
      printType(new SchemaType({ ...schema, $defs }, 'given', 'Input').whole())
        .replaceAll(/\s+/g, ' ')
        .trim();
    expect(whole({ $ref: '#/$defs/base', properties: { extra: {} } })).toBe(
      '{ readonly extra?: unknown; readonly id: string; }',
    );
    expect(whole({ allOf: [{ $ref: '#/$defs/base' }, { $ref: '#/$defs/more' }] })).toBe(
      '{ readonly id: string; readonly more?: number; }',
    );
    expect(
      whole({ properties: { own: {} }, oneOf: [{ $ref: '#/$defs/base' }, { $ref: '#/$defs/more' }] }),
    ).toBe(
      '| { readonly own?: unknown; readonly id: string; } | { readonly own?: unknown; readonly more?: number; }',
    );
    // It has an end, behind which more may follow.
    expect(whole({ $ref: '#/$defs/self', properties: { y: {} } })).toBe(
      '{ readonly y?: unknown; readonly next?: { readonly x?: unknown; readonly [name: string]: unknown; }; }',
    );
  });

  test('a type by name is spelt out as it would be anywhere, though its parts stand around it', () => {
    const maker = new SchemaType(
      {
        $ref: '#/$defs/leaf',
        properties: { tree: { $ref: '#/$defs/tree' } },
        $defs: {
          leaf: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
          tree: { $ref: '#/$defs/leaf', properties: { own: { type: 'number' } } },
        },
      },
      'given',
      'Input',
    );
    maker.whole();
    expect(maker.referred.map(({ type }) => printType(type).replaceAll(/\s+/g, ' '))).toEqual([
      '{ readonly own?: number; readonly id: string; }',
    ]);
  });

  test('references that double at each of thirty levels end in anything, and the file says so', () => {
    const level = (n: number): object => {
      const next = (side: string): object => ({ $ref: `#/$defs/d${n + 1}`, properties: { [side]: {} } });
      return { properties: { next: { anyOf: [next('left'), next('right')] } } };
    };
    const $defs = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`d${n}`, level(n)]));
    const input = { $ref: '#/$defs/d0', $defs: { ...$defs, d30: { type: 'string' } } };
    const maker = new SchemaType(input, 'given', 'Input');
    maker.whole();
    expect(maker.isCut).toBe(true);
    const manifest = { ...EMPTY, input };
    expect(declarationFile([{ key: './deep', manifest }])).toContain('Wider than the manifest');
    expect(declarationFile([{ key: './flat', manifest: EMPTY }])).not.toContain('Wider than the manifest');
  });

  test('types that are each other are anything', () => {
    const maker = new SchemaType(
      {
        $ref: '#/$defs/a',
        $defs: { a: { $ref: '#/$defs/b' }, b: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/a' }] } },
      },
      'given',
      'Input',
    );
    maker.whole();
    expect(maker.referred.map(({ name, type }) => [name, printType(type)])).toEqual([
      ['InputA', 'unknown'],
      ['InputB', 'unknown'],
    ]);
  });

  test('nothing is filled in in replies, which most callers do not have checked', () => {
    const properties = { a: { type: 'number', default: 1 } };
    expect(lineOf({ type: 'object', properties }, 'reply')).toBe('{ readonly a?: number; }');
    const action = { enum: ['get', 'stats'], default: 'get' };
    const key = { type: 'string', description: 'get: the key' };
    expect(lineOf({ type: 'object', properties: { action, key } }, 'reply')).toContain('readonly action?: ');
  });

  test('a reply may be none, unless the manifest asks for one', () => {
    const output = { type: 'string' };
    const file = (outputOptional: boolean): string =>
      declarationFile([{ key: './one', manifest: { ...EMPTY, output, outputOptional } }]);
    expect(file(true)).toContain('export type Output = string | undefined;');
    expect(file(false)).toContain('export type Output = string;');
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

  test('may have a default, whose member does without a name, unless conditions look at it: they do before it is filled in', () => {
    const { action, key } = schema.properties;
    const properties = { action: { ...action, required: false, default: 'get' }, key };
    expect(lineOf({ type: 'object', properties })).toContain("readonly action?: 'get';");
    expect(lineOf({ type: 'object', properties })).toContain("readonly action: 'set';");
    expect(lineOf({ type: 'object', properties }, 'read')).toContain("readonly action: 'get';");
    const { allOf } = schema;
    expect(lineOf({ type: 'object', properties, allOf })).toContain(
      "readonly action?: 'set' | 'get' | 'stats';",
    );
  });

  test('may forbid a member, and have choices and conditions of their own; what they only narrow belongs to all', () => {
    const whole = {
      type: 'object',
      properties: {
        action: { enum: ['one', 'many', 'none'], required: true },
        size: { type: 'integer' },
        by: { type: 'string' },
      },
      allOf: [
        { if: { properties: { action: { const: 'none' } } }, then: { properties: { by: false } } },
        {
          if: { properties: { action: { const: 'many' } } },
          then: {
            properties: { size: { maximum: 100 } },
            if: { properties: { action: { enum: ['many', 'none'] } } },
            then: {
              oneOf: [{ required: ['size'] }, { properties: { all: { const: true } }, required: ['all'] }],
            },
          },
        },
      ],
    };
    expect(lineOf(whole)).toBe(
      [
        "| { readonly action: 'one'; readonly size?: number; readonly by?: string; }",
        "| { readonly action: 'many'; readonly size: number; readonly by?: string; }",
        "| { readonly action: 'many'; readonly size?: number; readonly by?: string; readonly all: true; }",
        "| { readonly action: 'none'; readonly size?: number; }",
      ].join(' '),
    );
  });

  test('have a member that one of them asks for and another one speaks of', () => {
    const whole = {
      type: 'object',
      properties: { action: { enum: ['a', 'b', 'c'], required: true }, x: { type: 'string' } },
      allOf: [
        { if: { properties: { action: { const: 'a' } } }, then: { required: ['x'] } },
        { if: { properties: { action: { const: 'b' } } }, then: { properties: { x: { maxLength: 3 } } } },
      ],
    };
    expect(lineOf(whole)).toBe(
      [
        "| { readonly action: 'a'; readonly x: string; }",
        "| { readonly action: 'b'; readonly x?: string; }",
        "| { readonly action: 'c'; }",
      ].join(' '),
    );
  });

  test.each<[string, object]>([
    ['a reference', { $ref: '#/$defs/more' }],
    ['choices', { oneOf: [{ required: ['x'] }, { required: ['y'] }] }],
    ['conditions', { if: { required: ['a'] }, then: { required: ['x'] } }],
    ['members of any name', { additionalProperties: { type: 'string' } }],
  ])('conditions that nobody can decide lead to more members than are named: %s', (_, then) => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'number' } },
      if: { properties: { a: { minimum: 1 } } },
      then,
      $defs: { more: { properties: { x: {} } } },
    };
    expect(lineOf(schema)).toBe('{ readonly a?: number; readonly [name: string]: unknown; }');
    expect(lineOf(schema, 'reply')).toBe('{ readonly a?: number; readonly [name: string]: Value; }');
  });

  test('are those of a member called action, where nothing but descriptions says so', () => {
    const properties = {
      mode: { enum: ['on', 'off'], required: true, description: 'on: lights it' },
      for: { type: 'number', description: 'on: seconds' },
    };
    expect(lineOf({ type: 'object', properties })).toBe(
      "{ /** on: lights it */ readonly mode: 'on' | 'off'; /** on: seconds */ readonly for?: number; }",
    );
  });

  test('are not guessed where the action may be left out', () => {
    const { action, key } = schema.properties;
    const optional = { type: 'object', properties: { action: { ...action, required: false }, key } };
    expect(lineOf(optional)).toContain("readonly action?: 'set' | 'get' | 'stats';");
  });

  test('conditions on anything else add what they name, as it may be there', () => {
    const other = {
      type: 'object',
      properties: { a: { enum: ['x', 'y'], required: true }, b: { type: 'number' } },
      allOf: [{ if: { properties: { b: { minimum: 1 } } }, then: { required: ['c'] } }],
    };
    expect(lineOf(other)).toBe("{ readonly a: 'x' | 'y'; readonly b?: number; readonly c?: unknown; }");
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
          events: {
            [evil]: { data: toJsonSchema({ enum: [evil], description: evil }), isOptional: true },
          },
          inputOptional: false,
          outputOptional: true,
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
        'Events',
        'GivenEvents',
        'GivenInput',
        'GivenSettings',
        'Input',
        'ModuleTypes',
        'Output',
        'Settings',
        'Value',
        'b',
        'events',
        'input',
        'output',
        'settings',
      ].sort(),
    );
  });
});
