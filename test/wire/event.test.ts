import { describe, expect, test } from '@jest/globals';
import { eventObstacle } from '../../src/wire/event.js';

class Point {
  readonly x = 1;
}

const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);

describe('eventObstacle()', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'.repeat(16_384)],
    ['a number that JSON has no word for', NaN],
    ['a mapping without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['own keys of any name', JSON.parse('{ "__proto__": 1, "constructor": 2 }')],
    ['999 values in a list', Array(999).fill(0)],
    ['64 levels', nested(64)],
  ])('finds none in %s', (_, data) => expect(eventObstacle(data)).toBeUndefined());

  test.each([
    ['a longer text', 'x'.repeat(16_385), /16384 characters/],
    ['longer keys', { ['k'.repeat(16_385)]: 1 }, /16384 characters/],
    ['1 000 values in a list', Array(1_000).fill(0), /1000 values/],
    ['a huge list without items', new Array(4_000_000_000), /1000 values/],
    ['more levels', nested(65), /64 levels/],
    ['a function', { f: () => 0 }, /function/],
    ['a symbol', [Symbol('s')], /symbol/],
    ['a bigint', 1n, /bigint/],
    ['an instance of a class', new Point(), /instance of a class/],
    ['a Map', new Map(), /instance of a class/],
    ['bytes', new Uint8Array(1), /instance of a class/],
    ['an error', new Error('x'), /instance of a class/],
  ])('finds one in %s', (_, data, found) => expect(eventObstacle(data)).toMatch(found));
});
