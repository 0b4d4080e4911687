import { describe, expect, test } from '@jest/globals';
import { lineOf } from '../../../../workers/modules/log/line.js';

describe('the level', () => {
  test.each([
    [{ action: 'error', level: 'debug' }, 'error'],
    [{ level: 'debug' }, 'debug'],
    [{ level: 'WARN' }, 'warn'],
    [{ action: 'Warning' }, 'warn'],
    [{ action: 'trace' }, 'trace'],
    [{ action: 'fatal', level: 'error' }, 'info'],
    [{ action: 5 }, 'info'],
    [{ action: 'constructor' }, 'info'],
    [{}, 'info'],
  ])('of %p is %p', (input, level) => {
    expect(lineOf(input).level).toBe(level);
  });
});

describe('the message', () => {
  test.each([
    [{ message: 'm' }, 'm'],
    [{ message: 42 }, '42'],
    [{ message: null }, 'null'],
    [{ message: { b: 2, a: [1] } }, '{\n  "a": [\n    1\n  ],\n  "b": 2\n}'],
    [{}, ''],
    [undefined, ''],
    ['text', 'text'],
    [7, '7'],
    [[1], '[\n  1\n]'],
    [Object.create({ message: 'inherited' }), ''],
  ])('of %p is %p', (input, message) => {
    expect(lineOf(input).message).toBe(message);
  });
});
