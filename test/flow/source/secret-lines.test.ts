import { describe, expect, test } from '@jest/globals';
import { placeOf } from '../../../src/flow/source/source-file.js';

function frame(text: string, at = 0, isSecret = false): string {
  return placeOf({ file: { path: 'a.phlow', text }, offset: at, length: 3 }, isSecret)?.frame ?? '';
}

describe('a code frame of a flow', () => {
  test.each([
    'password: hunter2',
    'password: "hunter2 \\" hunter2"',
    "password: 'hunter2'",
    '- { user: a, password: hunter2, n: 1 }',
    '"password": "hunter2"',
    'credentials: { user: hunter2, list: [hunter2] }',
    'credentials:\n  user: hunter2\n  other: hunter2',
    'password: |\n  hunter2\n  hunter2',
    'api_key: hunter2 # hunter',
    'x: let token = "hunter2"',
    'assert: main.password == "hunter2"',
    'a: #{ "password": "hunter2" }',
    'pin: 42hunter2',
  ])('hides what %j says', (text) => {
    for (const at of [0, text.indexOf('hunter2'), text.indexOf('hunter2') + 3]) {
      expect(frame(text, at)).not.toContain('hunter2');
      expect(frame(text, at)).not.toContain('nter2');
      expect(frame(text, at)).toContain('[redacted]');
    }
  });

  test.each([
    'password: !phs main.password',
    'password: main.password',
    'password: ${main.password}',
    'author: somebody',
    'key: somebody',
    'input: { name: somebody }',
    'password:\nname: somebody',
    'assert: main.password == main.other',
  ])('shows %j', (text) => {
    expect(frame(text)).not.toContain('[redacted]');
  });

  test('shows no value where a secret of another name is near', () => {
    const text = 'use: a\ninput:\n  number: hunter2\n  list: [hunter2]\n  - hunter2';
    expect(frame(text, text.indexOf('number'), true)).not.toContain('hunter2');
    expect(frame(text, text.indexOf('number'), true)).toContain('number: [redacted]');
  });

  test('keeps carets below what they point at, also in a window of a long line', () => {
    const text = `a: { password: "${'hunter2'.repeat(60)}", b: 1 }`;
    expect(frame('{ password: hunter2, b: oops }', 24).split('\n')).toEqual([
      '> 1 | { password: [redacted], b: oops }',
      `    | ${' '.repeat('{ password: [redacted], b: '.length)}^^^`,
    ]);
    expect(frame(text, 300)).not.toContain('hunter');
  });
});
