import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBlockYaml } from '../../../src/flow/yaml/block-yaml.js';
import { preprocess } from '../../../src/flow/load-text.js';
import type { FlowNode } from '../../../src/flow/node.js';
import { parseAnyYaml } from '../../../src/flow/yaml/parse-yaml.js';
import type { YamlSource } from '../../../src/flow/yaml/placed-code.js';
import { DISK } from '../../../src/flow/source/flow-files.js';
import { TracedText } from '../../../src/flow/source/traced-text.js';
import { isPhlowError } from '../../../src/errors.js';

function yaml(text: string): YamlSource {
  return {
    yaml: TracedText.ofFile({ path: '/f/main.yaml', text }),
    codes: new Map(),
    findCode: false,
  };
}

/** What the parser makes of a text; undefined when it refuses it. */
function parsed(source: YamlSource): FlowNode | undefined {
  try {
    return parseAnyYaml(source);
  } catch (error) {
    if (isPhlowError(error)) return undefined;
    throw error;
  }
}

/** Numbers from 0 to below 1, the same ones every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A node with all it says, as text: places as offset and length, mappings in order. */
function told(node: FlowNode | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'file') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;
  });
}

const KEYS = [
  ...['a', 'b', 'a.b', 'log.info', 'on_error', 'x-y', 'two words', 'null', 'True', '12'],
  ...['"q"', "it's", '~', '<<'],
];
const VALUES = [
  ...['', ' ', 'text', 'two words', 'a: b', 'a:', ':a', 'x # no', 'x#y', '# only', '- x', '-', '-x', '---'],
  ...[
    '1',
    '-1',
    '+1',
    '0',
    '-0',
    '007',
    '1.5',
    '1.50',
    '1.',
    '.5',
    '1e3',
    '0x1F',
    '0o17',
    '.inf',
    '-.Inf',
    '.nan',
  ],
  ...[
    '12345678901234567890',
    '999999999999999',
    '1_000',
    '1.2.3',
    'true',
    'False',
    'null',
    'NULL',
    '~',
    'yes',
  ],
  ...[
    '"quoted"',
    '"a # b"',
    '"a\\nb\\u00e9"',
    '"a\\x41"',
    '"open',
    '"a" b',
    '"a": b',
    "'it''s'",
    "'open",
    "'a'#b",
  ],
  ...[
    '"{{ payload }}"',
    "'{{ 1 }}'",
    '{{ a }}',
    '[a, b]',
    '{ a: b }',
    '|',
    '>',
    '&x a',
    '*x',
    '!t a',
    '@a',
    '`a`',
  ],
  ...[
    'a\tb',
    'a\t',
    '\ta',
    'a\rb',
    'é ü',
    '\u00a0',
    'a\u0085b',
    'a\u2028b',
    '"a\u0085b"',
    '\u{1f600}',
    '(a)',
    '$x',
    '/x',
  ],
];

/** A few lines that look like YAML; every second text is made of simple parts mostly, so that many of them are valid. */
function randomYaml(seed: number): string {
  const random = numbers(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const isSimple = random() < 0.5;
  const lines = Array.from({ length: 1 + Math.floor(random() * 7) }, () => {
    const indent = pick(['', '', '  ', '  ', '    ', ' ']);
    const dashes = pick(['', '', '', '- ', '- ', '- - ', '-   ']);
    const key = random() < 0.75 ? `${pick(isSimple ? ['a', 'b', 'c'] : KEYS)}:` : '';
    const value = random() < 0.3 ? '' : pick(isSimple && random() < 0.8 ? ['text', '1', '"x"'] : VALUES);
    const blank = value === '' ? pick(['', '', ' ']) : pick([' ', ' ', '  ']);
    const line = `${indent}${dashes}${key}${blank}${value}`;
    return pick([line, line, line, '', '# c', '  # c ']) + pick(['', '', '', ' ', ' # c']);
  });
  return lines.join('\n') + pick(['\n', '', '\n\n']);
}

const COLLECTIONS = [
  ...[
    '[]',
    '{}',
    '[a]',
    '[a, b]',
    '[a, b,]',
    '[ 1, -2, 1.5 ]',
    '[[1], [2, [3]]]',
    '[a, , b]',
    '[,]',
    '[a b, c d]',
    '[a: b]',
  ],
  ...[
    '{ a: 1 }',
    '{a: 1}',
    '{ a: 1, b: two words }',
    '{ a: {b: c}, d: [e] }',
    '{ a, b }',
    '{ a: , b: 1 }',
    '{ a:1 }',
    '{ a: b: c }',
  ],
  ...[
    '{ "a": 1 }',
    '{ "a":1 }',
    "{ 'it''s': 'x, y' }",
    '{ a: "}" }',
    '{ null: 1 }',
    '{ 1: a }',
    '{ a: null, b: true, c: ~ }',
  ],
  ...[
    '{ a: 1, a: 2 }',
    '{ a: 1 } # c',
    '{ a: 1 }#c',
    '{ a: 1 } x',
    '{ a: 1',
    '[a',
    '[a]]',
    '{ a: # c',
    '[a#b, c #d]',
    '[a # b]',
  ],
  ...[
    '{ payload: main + 1 }',
    '{ a: payload, b: "{{ payload }}" }',
    '{ in: item, b: http://x/y }',
    '{ a: !phs 1 }',
    '[&x a, *x]',
  ],
  ...[
    '{ a: - }',
    '[-, a]',
    '[- a]',
    '[?, a]',
    '{ ? a: b }',
    '[a, "b" ]',
    '["a" b]',
    '{ a: |\n',
    '[\ta]',
    '[a\t]',
    '{ a:\tb }',
  ],
  ...[
    '[a,\n    b]',
    '[\n      a, b\n    ]',
    '[a\n    , b]',
    '[a\n    b]',
    '{ a: 1,\n\n      b: 2 }',
    '{ a:\n      1 }',
    '[a,\nb]',
    '[a,\n b # c\n]',
  ],
];

/** Texts in blocks: some hold together, some are mistakes. */
function randomBlock(pick: (list: readonly string[]) => string, indent: number, isSound: boolean): string {
  const header = pick(
    isSound ? ['|', '>', '|-', '>-'] : ['|', '>', '|+', '>+', '|2', '> ', '| # c', '|x', '|-x'],
  );
  const count = pick([isSound ? '1' : '0', '1', '2', '2', '3', '4']);
  const lines = Array.from({ length: Number(count) }, () => {
    const blanks = ' '.repeat(
      indent + Number(pick(isSound ? ['2', '2', '2', '2', '3'] : ['1', '2', '2', '2', '3', '4', '0', '-1'])),
    );
    return pick([
      ...[
        'text',
        'two words ',
        '- x',
        'a: b',
        '# no comment',
        '"q',
        '{{ payload }}',
        '{{ a +',
        'b }}',
        '\tx',
        'x\ty',
      ],
    ]).replace(/^/, blanks);
  }).map((line) => pick([line, line, line, line, '', '', ' ', '        ']));
  return [header, ...lines].join('\n');
}

/** A flow of steps whose values are collections and blocks. */
function randomSteps(seed: number): string {
  const random = numbers(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const isSound = random() < 0.7;
  const sound = COLLECTIONS.slice(0, 7);
  const steps = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const keys = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const key = pick([
        'payload',
        'use',
        'input',
        'then',
        'for_each',
        'on_error',
        '"quoted key"',
        "'a'",
        '"a b',
        'x',
      ]);
      const value = random() < 0.5 ? pick(isSound ? sound : COLLECTIONS) : randomBlock(pick, 4, isSound);
      return `${key}: ${value}`;
    });
    const dashed =
      random() < 0.15 ? [pick([pick(isSound ? sound : COLLECTIONS), randomBlock(pick, 2, isSound)])] : keys;
    return `  - ${dashed.join('\n    ')}`;
  });
  return ['steps:', ...steps].join('\n') + pick(['\n', '', '\n\n', '\n# end\n', '\nname: x\n']);
}

function rewritten(path: string): YamlSource | undefined {
  try {
    return { ...preprocess({ path, text: readFileSync(path, 'utf8') }, DISK), findCode: true };
  } catch (error) {
    if (isPhlowError(error)) return undefined;
    throw error;
  }
}

describe('block YAML is read as the parser reads it, places and order included:', () => {
  test('every flow of the fixtures that is simple, which is most of them', () => {
    const dir = join('test', 'fixtures', 'flows');
    const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
    const sources = names.filter((name) => name.endsWith('.phlow')).map((name) => rewritten(join(dir, name)));
    const known = sources.filter((source) => source !== undefined);
    const taken = known.filter((source) => readBlockYaml(source) !== undefined);
    for (const source of taken) {
      expect(told(readBlockYaml(source))).toBe(told(parsed(source)));
    }
    expect(taken.length).toBeGreaterThan(known.length / 2);
  });

  test('random texts', () => {
    let taken = 0;
    for (let seed = 1; seed <= 20_000; seed++) {
      const source = yaml(randomYaml(seed));
      const node = readBlockYaml(source);
      if (node === undefined) continue;
      taken++;
      expect({ seed, node: told(node) }).toEqual({ seed, node: told(parsed(source)) });
    }
    expect(taken).toBeGreaterThan(1_000);
  });

  test('random flows of texts in blocks and of collections', () => {
    let taken = 0;
    for (let seed = 1; seed <= 20_000; seed++) {
      const source = { ...yaml(randomSteps(seed)), findCode: seed % 2 === 0 };
      const node = readBlockYaml(source);
      if (node === undefined) continue;
      taken++;
      expect({ seed, node: told(node) }).toEqual({ seed, node: told(parsed(source)) });
    }
    expect(taken).toBeGreaterThan(3_000);
  });

  test.each([
    ['a collection in braces', 'a: { b: [1, "x"] }'],
    ['a collection over several lines', 'a: [\n  1,\n  2\n  ]'],
    ['a text whose lines stand', 'a: |\n  b\n    c\n\n  d\n'],
    ['a text whose lines are joined', 'a: >-\n  b\n  c\n\n  d\n'],
    ['a key in quotes', '"a b": 1'],
  ])('%s is simple', (_, text) => {
    expect(told(readBlockYaml(yaml(text)))).toBe(told(parsed(yaml(text))));
  });

  test.each([
    ['a flow pair in a list', 'a: [b: c]'],
    ['an alias in a collection', 'a: [*b]'],
    ['a text with an indentation in figures', 'a: |2\n  text'],
    ['a scalar over two lines', 'a: b\n  c'],
    ['an anchor', 'a: &x 1'],
    ['a tag', 'a: !t 1'],
    ['a tab', 'a:\t1'],
    ['two documents', 'a: 1\n---\na: 2'],
    ['a number written oddly', 'a: 1e3'],
    ['wrong indentation', 'a: 1\n  b: 2'],
    ['a very long line', `a: "${'x'.repeat(15_000_000)}"`],
    ['nothing at all', ''],
    ['deep nesting', Array.from({ length: 150 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  ])('%s is left to the parser', (_, text) => {
    expect(readBlockYaml(yaml(text))).toBeUndefined();
  });

  test('a flow of 10 000 steps is simple', () => {
    const steps = Array.from(
      { length: 10_000 },
      (_, n) => `  - id: s${n}\n    payload: (payload ?? 0) + ${n}\n`,
    );
    const file = { path: '/f/main.phlow', text: `steps:\n${steps.join('')}` };
    const node = readBlockYaml({ ...preprocess(file, DISK), findCode: true });
    const items = node?.kind === 'map' ? node.entries.get('steps')?.value : undefined;
    expect(items?.kind === 'list' ? items.items.length : undefined).toBe(10_000);
  });
});
