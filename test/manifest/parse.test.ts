import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPhlowError, PhlowError } from '../../src/errors.js';
import { MAX_MANIFEST_BYTES, parseManifest } from '../../src/manifest/parse.js';

interface Listed {
  readonly message: string;
  readonly pointer: string;
  readonly line: number;
  readonly column: number;
}

function refusal(text: string): { error: PhlowError; problems: readonly Listed[]; at: string } {
  try {
    parseManifest(text, 'phlow.yaml');
  } catch (error) {
    if (!isPhlowError(error)) throw error;
    expect(error.code).toBe('PHLOW_MANIFEST_INVALID');
    const { line, column } = error.place ?? {};
    return { error, problems: error.details['problems'] as readonly Listed[], at: `${line}:${column}` };
  }
  throw new Error('the manifest was accepted');
}

const withInput = (schema: string): string =>
  `name: x\ninput:\n  type: object\n  properties:\n    a: ${schema}\n`;

describe('parseManifest()', () => {
  test('reads a small manifest and fills in what it leaves out', () => {
    expect(parseManifest('name: echo', 'm/phlow.yaml')).toMatchObject({
      file: 'm/phlow.yaml',
      name: 'echo',
      type: 'step',
      tags: [],
      with: undefined,
      input: undefined,
      parameters: [],
      inputOptional: true,
      outputOptional: true,
      entry: undefined,
      permissions: { fs: { read: [], write: [] }, net: { connect: [] }, env: [], wasm: false },
    });
  });

  test('reads every key', () => {
    const text = `
name: full
description: All there is
version: 1.2.3-beta.1+5
author: Ann <ann@example.com>
repository: https://example.com/full
license: MIT
type: any
tags: [a, b]
with: { type: object, properties: { size: { type: integer, default: 3 } } }
input: { type: object, required: true, properties: { a: { type: any, required: true } } }
output: { type: string, required: true }
events: { done: { type: integer, required: true } }
entry: ./dist/index.js
isolation: sandboxed
permissions:
  fs: { read: [./templates], write: [$DATA/out] }
  net: { connect: ["api.example.com:443", "*.example.com:443", "[::1]:80"] }
  env: [TZ]
  timers: { max: 100, minDelay: 10 }
  clock: ms
  crypto: [random]
  modules: [tax-rates]
  terminal: true
  wasm: true
  optional: [env, net.connect]
  reason: { net.connect: fetch rates }
limits: { memory: 64MiB, call: 2s, cpu: 30s/min, reply: 1MiB, log: 64KiB/s }
replicas: auto
payload: false
concurrency: 4
timeouts: { load: 10s, call: 500ms, stop: 250 }
engines: { phlow: ">=0.1", node: ">=20.19" }
`;
    const { placeOf, ...manifest } = parseManifest(text, 'phlow.yaml');
    expect(structuredClone(manifest)).toEqual({
      file: 'phlow.yaml',
      name: 'full',
      description: 'All there is',
      version: '1.2.3-beta.1+5',
      author: 'Ann <ann@example.com>',
      repository: 'https://example.com/full',
      license: 'MIT',
      type: 'any',
      tags: ['a', 'b'],
      with: { type: 'object', properties: { size: { type: 'integer', default: 3 } } },
      input: { type: 'object', properties: { a: {} }, required: ['a'] },
      output: { type: 'string' },
      parameters: [{ name: 'a', deprecated: false }],
      inputOptional: false,
      outputOptional: false,
      events: { done: { data: { type: 'integer' }, isOptional: false } },
      entry: './dist/index.js',
      isolation: 'sandboxed',
      permissions: {
        fs: { read: ['./templates'], write: ['$DATA/out'] },
        net: {
          connect: ['api.example.com:443', '*.example.com:443', '[::1]:80'],
          insecureTls: [],
          listen: [],
        },
        env: ['TZ'],
        timers: { max: 100, minDelayMs: 10 },
        clock: 'ms',
        crypto: ['random'],
        modules: ['tax-rates'],
        terminal: true,
        wasm: true,
        optional: ['env', 'net.connect'],
        childProcess: false,
        builtins: [],
        reason: { 'net.connect': 'fetch rates' },
      },
      limits: {
        memoryBytes: 67_108_864,
        callMs: 2_000,
        cpuMsPerSecond: 500,
        replyBytes: 1_048_576,
        logBytesPerSecond: 65_536,
      },
      replicas: 'auto',
      takesPayload: false,
      concurrency: 4,
      timeouts: { loadMs: 10_000, callMs: 500, stopMs: 250 },
      engines: { phlow: '>=0.1', node: '>=20.19' },
    });
    expect(placeOf('/permissions/net')).toMatchObject({ line: 18, column: 3 });
    expect(placeOf('/permissions/net/nothing/there')).toMatchObject({ line: 18 });
  });

  test('gives parameters in the order of the file, with their deprecation', () => {
    const text =
      'name: x\ninput:\n  type: object\n  properties:\n    b: { deprecated: true }\n    "10": {}\n    a: {}\n';
    expect(parseManifest(text, 'f').parameters).toEqual([
      { name: 'b', deprecated: true },
      { name: '10', deprecated: false },
      { name: 'a', deprecated: false },
    ]);
  });

  test('gives no parameters for an input that is no object', () => {
    expect(parseManifest('name: x\ninput: { type: any }', 'f').parameters).toEqual([]);
  });
});

describe('a bad manifest', () => {
  test('is refused with a frame that points at the value', () => {
    const { error } = refusal('name: x\ntype: stepp\n');
    expect(error.message).toBe(
      'Cannot read the manifest phlow.yaml: manifest.type must be one of "step", "main", "any": found "stepp". Did you mean "step"?',
    );
    expect(error.place?.frame).toBe('  1 | name: x\n> 2 | type: stepp\n    |       ^^^^^\n  3 |');
  });

  test('has all its problems listed in the order of the file, misspelt keys before missing ones', () => {
    const { error, problems } = refusal('naem: x\nversion: 0.1\nconcurrency: 0\n');
    expect(problems.map(({ pointer, line, column }) => [pointer, line, column])).toEqual([
      ['/naem', 1, 1],
      ['/name', 1, 1],
      ['/version', 2, 10],
      ['/concurrency', 3, 14],
    ]);
    expect(error.message).toContain('unknown property "naem". Did you mean "name"? (and 3 more)');
  });

  test.each<[string, string, string, string]>([
    ['an alias', 'name: &n x\ndescription: *n', '2:14', 'aliases such as *n'],
    ['a merge key', '<<: { type: step }\nname: x', '1:1', 'merge keys'],
    ['a custom tag', 'name: !secret x', '1:15', 'the tag !secret'],
    ['a key that stands twice', 'name: x\nname: y', '2:1', 'unique'],
    ['a reserved name', 'name: x\nwith: { type: object, properties: { __proto__: {} } }', '2:37', 'reserved'],
    ['broken YAML', 'name: [', '1:8', 'end with a ]'],
    ['a second document', 'name: x\n---\nname: y', '2:1', 'documents'],
    ['an empty file', '', '1:1', 'the file is empty; its least is "name: NAME"'],
    ['a file of comments', '\ufeff# name: x\r\n\n \t\n', '1:1', 'the file is empty'],
    ['a file that says null', '# name: x\nnull\n', '2:1', 'must be an object: found null'],
    ['a list', '- name', '1:1', 'must be an object'],
    ['a name that is none', 'name: "a b"', '1:7', 'name must start with a letter'],
    ['an entry outside the folder', 'name: x\nentry: ../y.js', '2:8', 'inside the module folder'],
    ['an absolute entry', 'name: x\nentry: /y.js', '2:8', 'inside the module folder'],
    ['a level that does not exist', 'name: x\nisolation: sandbox', '2:12', 'Did you mean "sandboxed"?'],
    ['a bad size', 'name: x\nlimits: { memory: lots }', '2:19', 'must be a size, such as'],
    ['a bad duration', 'name: x\ntimeouts: { load: 2 days }', '2:19', 'must be a duration, such as'],
    ['a bad rate', 'name: x\nlimits: { cpu: 30s }', '2:16', 'share of CPU time'],
    ['bad replicas', 'name: x\nreplicas: many', '2:11', 'a whole number or auto'],
    ['a bad engine range', 'name: x\nengines: { node: newest }', '2:18', 'must be a version range'],
    [
      'a host without port',
      'name: x\npermissions: { net: { connect: [a.com] } }',
      '2:33',
      'exact host and port',
    ],
    ['a misspelt permission', 'name: x\npermissions: { fs: { reed: [] } }', '2:22', 'Did you mean "read"?'],
    ['a misspelt limit', 'name: x\nlimits: { memroy: 1MiB }', '2:11', 'Did you mean "memory"?'],
  ])('with %s is refused there', (_, text, at, message) => {
    const refused = refusal(text);
    expect(refused.at).toBe(at);
    expect(refused.error.message).toContain(message);
  });

  test.each<[string, string, string, string]>([
    ['a type that is none', '{ type: strnig }', '5:16', 'Did you mean "string"?'],
    ['a misspelt keyword', '{ type: string, minLenght: 3 }', '5:24', 'Did you mean "minLength"?'],
    ['a keyword of the wrong kind', '{ type: string, minLength: x }', '5:35', 'must be an integer'],
    ['a pattern that is none', '{ type: string, pattern: "(" }', '5:33', 'must be a regular expression'],
    ['a reference to nowhere', '{ $ref: "#/$defs/none" }', '5:16', 'found nothing there'],
    [
      'a reference to another file',
      '{ $ref: "other.json" }',
      '5:16',
      'refers to other.json: found nothing there',
    ],
    ['a bad anchor', '{ $anchor: 1a }', '5:19', 'must match the pattern'],
    [
      'an anchor that stands twice',
      '{ anyOf: [{ $anchor: x }, { type: string, $anchor: x }] }',
      '5:59',
      'names the anchor x, which another part has',
    ],
    ['an address with a fragment', '{ $id: "a#b" }', '5:15', 'must be a URI without a fragment'],
    [
      'a dynamic reference to nowhere',
      '{ type: object, $dynamicRef: "#x" }',
      '5:37',
      'input.properties.a refers to #x: found nothing there',
    ],
    ['a default without its format', '{ format: email, default: x }', '5:34', 'must be an email: found "x"'],
    [
      'a default that breaks the schema',
      '{ type: integer, default: x }',
      '5:34',
      'must be an integer: found "x"',
    ],
    [
      'a message for no keyword',
      '{ type: string, messages: { minLenght: x } }',
      '5:36',
      'Did you mean "minLength"?',
    ],
  ])('with %s in a schema is refused there', (_, schema, at, message) => {
    const refused = refusal(withInput(schema));
    expect(refused.at).toBe(at);
    expect(refused.error.message).toContain(message);
  });

  test.each([
    ['a rule that its type does not know', '{ type: string, minimum: 3 }'],
    ['a rule without a type', '{ minimum: 3 }'],
    ['an if without then and else', '{ if: { type: string } }'],
    ['a format that nobody knows', '{ format: postcode }'],
    ['a default that is never used', '{ anyOf: [{ properties: { b: { default: 1 } } }] }'],
    [
      'the addresses of the standard',
      '{ $schema: "https://json-schema.org/draft/2020-12/schema", $id: "https://a.example/b" }',
    ],
  ])('with %s in a schema is good', (_, schema) => {
    expect(parseManifest(withInput(schema), 'f').input).toBeDefined();
  });

  test('that is too large is refused unread', () => {
    const { error } = refusal(`name: x\ndescription: ${'y'.repeat(MAX_MANIFEST_BYTES)}`);
    expect(error.message).toContain('at most 65536 are read');
  });

  test('that is nested too deeply is refused', () => {
    expect(refusal('['.repeat(20_000)).error.message).toContain('nested more than 64 levels deep');
    expect(refusal(`name: x\nwith: ${'{ not: '.repeat(70)}`).problems.length).toBeGreaterThan(0);
  });

  test('whose pattern backtracks without end is checked all the same', () => {
    const { error } = refusal(
      withInput(`{ type: string, pattern: "^(a+)+$", default: "${'a'.repeat(60)}b" }`),
    );
    expect(error.message).toContain('pattern');
    const unbounded = `{ type: string, pattern: '^(a*)*\\1b$', default: "${'a'.repeat(60)}" }`;
    expect(refusal(withInput(unbounded)).error.message).toContain('takes more than');
  });

  test('whose schema refers to itself without end cannot hang the host', () => {
    const loop = '#/properties/a/$defs/loop';
    const { error } = refusal(
      withInput(`{ type: object, default: {}, $ref: "${loop}", $defs: { loop: { $ref: "${loop}" } } }`),
    );
    expect(error.message).toContain('refers to itself');
  });

  test('whose references come to any number of parts is refused soon', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const parts = names.map((name) => {
      const others = names.filter((other) => other !== name).map((other) => ({ $ref: other }));
      return [name, { $id: name, $dynamicAnchor: name, allOf: [...others, { $dynamicRef: `b#b` }] }];
    });
    const schema = { $id: 'https://a.example/', $ref: 'a', $defs: Object.fromEntries(parts) as unknown };
    expect(refusal(withInput(JSON.stringify(schema))).error.message).toContain('parts with its references');
  });

  test('whose conditions stand inside of conditions is compiled once each', () => {
    let schema: object = { type: 'string' };
    for (let i = 0; i < 18; i++) schema = { if: schema, then: { minLength: 1 }, else: { maxLength: 3 } };
    const text = JSON.stringify({ unevaluatedProperties: false, ...schema });
    expect(parseManifest(withInput(text), 'f').input).toBeDefined();
  });

  test('pollutes no prototype', () => {
    refusal('name: x\n__proto__: { polluted: 1 }');
    refusal('name: x\nconstructor: { prototype: { polluted: 1 } }');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('whatever the text', () => {
  const word = fc.constantFrom(
    ...[
      'name',
      'with',
      'input',
      'type',
      'object',
      'properties',
      'required',
      '$ref',
      '"#"',
      'anyOf',
      'default',
      'x',
      '1',
    ],
    ...[
      'items',
      'enum',
      'not',
      'if',
      'then',
      'limits',
      'engines',
      'messages',
      'true',
      'null',
      '.nan',
      '1e999',
      '2s',
    ],
    ...[
      ': ',
      '- ',
      '\n',
      '\n  ',
      '\n    ',
      '{ ',
      ' }',
      '[',
      ']',
      ', ',
      '&a ',
      '*a',
      '!t ',
      '? ',
      '| ',
      '> ',
      '"',
      "'",
      '#',
      '<<',
      '---',
    ],
  );
  const source = fc.array(word, { maxLength: 60 }).map((words) => words.join(''));

  test('the result is a manifest or a PhlowError with a place', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          source,
          source.map((rest) => `name: x\ninput:\n  ${rest}`),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          try {
            expect(parseManifest(text, 'f').name).not.toBe('');
          } catch (error) {
            if (!(error instanceof PhlowError)) throw error;
            expect(error.code).toBe('PHLOW_MANIFEST_INVALID');
            expect(error.place?.frame).toBeDefined();
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  const keyword = fc.constantFrom(
    'type',
    'properties',
    'items',
    'required',
    'default',
    'anyOf',
    'minimum',
    'messages',
    '$defs',
    'a',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>(
        'object',
        'string',
        'any',
        'integer',
        true,
        false,
        null,
        3,
        -1,
        'x',
        '#/$defs/a',
      ),
      fc.dictionary(keyword, tie('tree'), { maxKeys: 4 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));

  test('an accepted schema compiles without further checks', () => {
    fc.assert(
      fc.property(tree, (schema) => {
        try {
          const manifest = parseManifest(
            JSON.stringify({ name: 'x', input: { type: 'object', properties: { a: schema } } }),
            'f',
          );
          expect(manifest.input).toBeDefined();
        } catch (error) {
          if (!(error instanceof PhlowError)) throw error;
          expect(error.place?.line).toBe(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
