import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nestsAtMost, textNestsAtMost } from '../../src/wire/nesting.js';

/** The definition: one more than the deepest member, 0 for what has no members. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const json = fc.jsonValue({ maxDepth: 6 });
const levels = fc.integer({ min: 0, max: 7 });

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

describe('the nesting of a value', () => {
  test('is told by looking at it as the definition says', () => {
    fc.assert(
      fc.property(json, levels, (value, most) => {
        const parsed: unknown = JSON.parse(JSON.stringify(value));
        expect(nestsAtMost(parsed, most)).toBe(depthOf(parsed) <= most);
      }),
    );
  });

  test('is told without running out of stack, however deep it is', () => {
    expect(nestsAtMost(nested(200_000), 64)).toBe(false);
  });

  test('is told of what was written as of what is read back', () => {
    fc.assert(
      fc.property(json, levels, (value, most) => {
        const text = JSON.stringify(value);
        expect(textNestsAtMost(text, most)).toBe(depthOf(JSON.parse(text)) <= most);
      }),
    );
  });

  test.each<[string, unknown]>([
    ['its own way to be written', { deep: { toJSON: () => nested(9) }, filler: 'x'.repeat(40) }],
    ['an inherited way to be written', [new (class { toJSON = (): unknown => nested(9); })(), 'x'.repeat(40)]], // prettier-ignore
    ['brackets and quotes in its texts', ['[[[[[[[[[[{{{{{{{{', '"\\"[[[[', nested(3)]],
    ['dates, which are written as text', [[new Date(0)], new Date(0), 'x'.repeat(40)]],
    ['members that are not written', { none: undefined, call: () => 1, inner: [[[[[]]]]] }],
    ['a class of its own', [new (class { inner = nested(7); })()]], // prettier-ignore
    ['no prototype', Object.assign(Object.create(null) as object, { inner: nested(5) })],
  ])('is found also in a value with %s', (_, value) => {
    const text = JSON.stringify(value);
    const depth = depthOf(JSON.parse(text));
    expect([textNestsAtMost(text, depth), textNestsAtMost(text, depth - 1)]).toEqual([true, false]);
  });
});
