import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { placeInStack, readFrame } from '../../src/host/executors/stack-frame.js';

describe('a line of a stack', () => {
  test.each([
    ['    at f (/a/b.js:3:14)', '/a/b.js'],
    ['    at /a/b.js:3:14', '/a/b.js'],
    ['    at async Promise.all (file:///a%20b/c.js:3:14)', 'file:///a%20b/c.js'],
    ['    at Object.<anonymous> [as x] (C:\\a (b)\\c.js:3:14)', 'b)\\c.js'],
    ['    at new X (node:internal/util:3:14)', 'node:internal/util'],
  ])('names its place: %s', (line, source) => {
    expect(readFrame(line)).toEqual({ source, line: 3, column: 14 });
  });

  test.each([
    'Error: at /a/b.js:3:14',
    'at /a/b.js:3:14',
    '    at f (<anonymous>)',
    '    at f (/a/b.js:3)',
    '',
    '    at :1:1',
    '   in /a.js:1:1',
  ])('names none: %s', (line) => {
    expect(readFrame(line)).toBeUndefined();
  });

  test('may hold anything', () => {
    const part = fc.constantFrom('at ', '(', ')', ':', '1', '/', 'file://', ' ', '\t', 'x');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const found = readFrame(`  ${parts.join('')}`);
        if (found !== undefined) expect(found.line).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the place that a stack names', () => {
  test('is the first file, in brackets or not, also where a path has brackets of its own', () => {
    const stack = 'Error: x\n    at f (node:internal/x:1:2)\n    at g (/a (b)/c.js:3:14)\n    at /d.js:1:1';
    expect(placeInStack(stack)).toEqual({ file: '/a (b)/c.js', line: 3, column: 14 });
  });

  test('is what the reader of the file complains about, where it does', () => {
    expect(
      placeInStack('file:///a.mjs:7\n  let x x;\n        ^\n\nSyntaxError: no\n    at /b.js:1:1'),
    ).toEqual({
      file: '/a.mjs',
      line: 7,
      column: 9,
    });
  });

  test('is none in what is no stack', () => {
    for (const text of [undefined, '', 'x', '/a:1', '/a:1\n\n', 'file://%zz/a:1\nx\n^'])
      expect(placeInStack(text)).toBeUndefined();
  });

  test('is looked for at the beginning only', () => {
    expect(placeInStack(`${'x'.repeat(20_000)}\n    at /a.js:1:1`)).toBeUndefined();
    expect(placeInStack(`${'x\n'.repeat(70)}    at /a.js:1:1`)).toBeUndefined();
  });
});
