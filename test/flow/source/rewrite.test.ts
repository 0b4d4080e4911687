import { describe, expect, test } from '@jest/globals';
import { parseFlowText, preprocess } from '../../../src/flow/load-text.js';
import { valueOf, type FlowNode } from '../../../src/flow/node.js';
import { memoryFiles } from '../../../src/flow/source/flow-files.js';
import { placeOf } from '../../../src/flow/source/source-file.js';
import type { Value } from '../../../src/values.js';

function parse(text: string, files: Record<string, string> = {}): FlowNode {
  return parseFlowText({ path: '/f/main.phlow', text }, memoryFiles(files));
}

/** What is warned of while a text is read, with its places. */
function warnings(text: string): string[] {
  const found: string[] = [];
  parseFlowText({ path: '/f/main.phlow', text }, memoryFiles({}), (message, range) => {
    const place = placeOf(range);
    found.push(`${place?.line}:${place?.column} ${message}`);
  });
  return found;
}

/** The payload of the only step, as the engine gets it. */
function payloadOf(lines: string, files: Record<string, string> = {}): Value {
  const root = valueOf(parse(`steps:\n  - ${lines}\n`, files)) as { steps: { payload: Value }[] };
  return root.steps[0]?.payload;
}

/** Where the n-th character of the first piece of code behind `key` stands. */
function placeOfCode(root: FlowNode, key: string, offset: number): string {
  let found = '';
  const visit = (node: FlowNode): void => {
    if (node.kind === 'list') node.items.forEach(visit);
    if (node.kind !== 'map') return;
    for (const entry of node.entries.values()) {
      const { value } = entry;
      if (entry.key === key && value.kind === 'scalar' && value.code !== undefined) {
        const place = placeOf(value.code.text.rangeAt(offset));
        found = `${place?.file}:${place?.line}:${place?.column}`;
      }
      visit(value);
    }
  };
  visit(root);
  return found;
}

describe('code in values', () => {
  test.each([
    ['payload: main.a', '{{ main.a }}'],
    ['payload: payload[0]', '{{ payload[0] }}'],
    ['payload: 1 + 2', '{{ 1 + 2 }}'],
    ['payload: !main.ok', '{{ !main.ok }}'],
    ['payload: main.a # a note', '{{ main.a }}'],
    ['payload: main.a + "#1" # a note', '{{ main.a + "#1" }}'],
    ['payload: #{}', null],
    ['payload: !phs #{a: 1}', '{{ #{a: 1} }}'],
    ['payload: `a # b`', '{{ `a # b` }}'],
    ['payload: { a: 1 }.len()', '{{ { a: 1 }.len() }}'],
    ['payload: !phs "a\\d"', '{{ "a\\d" }}'],
    ['payload: ${ main.a } ignored', '{{  main.a  }}'],
  ])('%s', (line, expected) => {
    expect(payloadOf(line)).toBe(expected);
  });

  test.each(['plain words', '"a - b"', "'main.a'", 'v=${main}', 'inputs', 'it is "main"', '"- 5"'])(
    '%s is text',
    (text) => {
      expect(payloadOf(`payload: ${text}`)).toEqual(expect.not.stringContaining('{{'));
    },
  );

  test('lists inside lists are no subtraction', () => {
    expect(payloadOf('payload:\n      - - x\n        - y')).toEqual([['x', 'y']]);
  });

  test('flow collections in lists keep their YAML, with code in their leaves', () => {
    expect(payloadOf('payload:\n      - { a: main.x, b: text }\n      - [1, payload]')).toEqual([
      { a: '{{ main.x }}', b: 'text' },
      [1, '{{ payload }}'],
    ]);
  });

  test('braces inside strings, templates and comments do not count', () => {
    const code = payloadOf('payload: {\n      a: "}", // }\n      b: `}${1}`, /* } */\n      c: 1\n    }');
    expect(code).toBe('{{ {\na: "}", // }\nb: `}${1}`, /* } */\nc: 1\n} }}');
  });

  test('a template string over several lines is joined with blanks, other code with line ends', () => {
    expect(payloadOf('payload: !phs\n      let a = `x\n        y`;\n      a')).toBe(
      '{{ let a = `x y`;\na }}',
    );
  });

  test('an apostrophe in prose opens nothing', () => {
    expect(payloadOf("payload: it's fine # isn't it")).toBe("it's fine");
  });

  test('a brace that is never closed is an error at the brace', () => {
    const broken = (): unknown => payloadOf('payload: { a: main.x');
    expect(broken).toThrow(expect.objectContaining({ code: 'PHLOW_FLOW_SYNTAX' }));
    expect(broken).toThrow(
      expect.objectContaining({ place: expect.objectContaining({ line: 2, column: 14 }) }),
    );
  });

  test('local variables are words of code only where they exist', () => {
    const text =
      'steps:\n  - payload: item.a\n  - for_each:\n      in: main\n      steps:\n        - payload: item.a\n';
    const { steps } = valueOf(parse(text)) as { steps: [{ payload: Value }, { for_each: { steps: Value } }] };
    expect(steps[0].payload).toBe('item.a');
    expect(steps[1].for_each.steps).toEqual([{ payload: '{{ item.a }}' }]);
  });
});

describe('places', () => {
  test('of one-line code', () => {
    const root = parse('steps:\n  - payload: main.a + 1\n');
    expect(placeOfCode(root, 'payload', 5)).toBe('/f/main.phlow:2:19');
  });

  test('of code over several lines, with CRLF line ends', () => {
    const root = parse('steps:\r\n  - payload: ${\r\n      let a = 1;\r\n      a + b\r\n    }\r\n');
    const { yaml } = preprocess({ path: '/f/main.phlow', text: 'a: 1\r\nb: 2' }, memoryFiles({}));
    expect(yaml.text).toBe('a: 1\nb: 2');
    const code = '\n      let a = 1;\n      a + b\n    ';
    expect(placeOfCode(root, 'payload', code.indexOf('b'))).toBe('/f/main.phlow:4:11');
  });

  test('of code in an included file, indented by the include', () => {
    const root = parse('steps:\n    !include part\n', { '/f/part.phlow': '# first\n- payload: main.x.y\n' });
    expect(placeOfCode(root, 'payload', 7)).toBe('/f/part.phlow:2:19');
  });

  test('of code in an imported script', () => {
    const root = parse('steps:\n  - payload: !import s.phs\n', { '/f/s.phs': 'let a = 1;\na + b' });
    expect(placeOfCode(root, 'payload', 15)).toBe('/f/s.phs:2:5');
  });

  test('of code in a quoted string', () => {
    const root = parse('steps:\n  - payload: "{{ main.x }}"\n');
    expect(placeOfCode(root, 'payload', 1)).toBe('/f/main.phlow:2:18');
  });

  test('of broken YAML below code that takes up several lines', () => {
    const broken = (): unknown => parse('steps:\n  - payload: {\n      a: 1\n    }\n  - "open\n');
    expect(broken).toThrow(expect.objectContaining({ place: expect.objectContaining({ line: 5 }) }));
  });
});

describe('YAML', () => {
  test('the last of equal keys counts', () => {
    expect(valueOf(parse('a: 1\nb: 2\na: 3'))).toEqual({ b: 2, a: 3 });
  });

  test('aliases share values, merge keys are ordinary in data', () => {
    const text = 'a: &x { k: 1 }\nb: *x\nsteps:\n  - payload:\n      <<: *x';
    expect(valueOf(parse(text))).toEqual({
      a: { k: 1 },
      b: { k: 1 },
      steps: [{ payload: { '<<': { k: 1 } } }],
    });
    expect(warnings(text)).toEqual([
      '5:7 merge keys are not followed, "<<" is a key like any other: write the members out',
    ]);
  });

  test('anchors may stand on keys, and aliases may be keys', () => {
    expect(valueOf(parse('a: { &k foo: 1, b: *k }\n&m x: *k\n*m : 2'))).toEqual({
      a: { foo: 1, b: 'foo' },
      x: 2,
    });
  });

  test.each([
    ['a: 1\nb: 2\na: 3', '3:1 the key "a" stands twice here: only the last one counts'],
    ['a: { b: 1, "b": 2 }', '1:12 the key "b" stands twice here: only the last one counts'],
    ['a:\n  - { x: 1 }\n  - k: 1\n    k: 2', '4:5 the key "k" stands twice here: only the last one counts'],
  ])('%j is warned of', (text, warning) => {
    expect(warnings(text)).toEqual([warning]);
  });

  test.each([
    ['payload: !!omap [a: 1]', 'the tag !!omap is not read in a flow: write a list of mappings', 10],
    ['payload: !!pairs [a: 1, a: 2]', 'the tag !!pairs is not read in a flow: write a list of mappings', 10],
    ['payload: !!set { a, b }', 'the tag !!set is not read in a flow: write a list', 10],
    ['payload: !!binary aGk=', 'the tag !!binary is not read in a flow: write the text, and decode it', 10],
    [
      'payload: !!timestamp 2001-12-14',
      'the tag !!timestamp is not read in a flow: write the time as text',
      10,
    ],
    ['!!binary aGk=: x', 'the tag !!binary is not read in a flow', 1],
    ['steps:\n  - &a { use: x }\n  - <<: *a', 'merge keys are not followed', 5],
    ['modules:\n  - <<: { module: x }', 'merge keys are not followed', 5],
  ])('%j is refused at its place', (text, message, column) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'PHLOW_FLOW_SYNTAX',
        message: expect.stringContaining(message),
        place: expect.objectContaining({ column }),
      }),
    );
  });

  test.each([
    ['a: !!str 5', { a: '5' }],
    ['a: !!int "5"', { a: 5 }],
    ['a: [x\u00a0, y\u2003]', { a: ['x\u00a0', 'y\u2003'] }],
    ['a: { k: x\u00a0 }', { a: { k: 'x\u00a0' } }],
    ['a: x\u00a0', { a: 'x\u00a0' }],
  ])('%j is read', (text, value) => {
    expect(valueOf(parse(text))).toEqual(value);
  });

  test('keys become text, __proto__ among them', () => {
    const value = valueOf(parse('200: a\n__proto__: b\ntrue: c')) as Record<string, Value>;
    expect(Object.keys(value)).toEqual(['200', '__proto__', 'true']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('integers keep 64 bits', () => {
    expect(valueOf(parse('a: 9223372036854775807\nb: 9007199254740991'))).toEqual({
      a: 9223372036854775807n,
      b: 9007199254740991,
    });
  });

  test.each(['a: !unknown x', 'a: 1\n---\nb: 2', 'a: *nowhere', '? [1]\n: 2'])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'PHLOW_FLOW_SYNTAX' }));
  });
});
