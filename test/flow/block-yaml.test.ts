import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBlockYaml } from '../../src/flow/block-yaml.js';
import { preprocess } from '../../src/flow/load-text.js';
import type { FlowNode } from '../../src/flow/node.js';
import { parseAnyYaml } from '../../src/flow/parse-yaml.js';
import type { YamlSource } from '../../src/flow/placed-code.js';
import { DISK } from '../../src/flow/source/flow-files.js';
import { TracedText } from '../../src/flow/source/traced-text.js';
import { isPhlowError } from '../../src/errors.js';

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

  test.each([
    ['a flow collection', 'a: [1, 2]'],
    ['a block scalar', 'a: |\n  text'],
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
