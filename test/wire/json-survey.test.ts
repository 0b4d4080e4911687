import { describe, expect, test } from '@jest/globals';
import { JsonSurvey, newBytesOf } from '../../src/wire/json-survey.js';
import { SlicedParse } from '../../src/wire/sliced-parse.js';

function surveyed(text: string, maxDepth = 64): JsonSurvey {
  const survey = new JsonSurvey(text, maxDepth);
  while (!survey.step());
  return survey;
}

describe('a survey of JSON text', () => {
  test.each([
    ['0', 'integers'],
    ['-1', 'numbers'],
    ['1.5', 'numbers'],
    ['1e9', 'numbers'],
    ['true', 'anything'],
    ['null', 'anything'],
    ['"a"', 'anything'],
    ['[]', 'anything'],
    ['{"a":0}', 'anything'],
  ])('knows of a long list with %s in it how long it is, and that it holds %s', (member, holds) => {
    const list = `[${'0,'.repeat(59_999)}${member}]`;
    const text = `{"a,[":[1.5,2,"]\\"[,"],"b":[true,${list},[[]],${list}]}`;
    const survey = surveyed(text);
    const first = text.indexOf(list);
    expect(survey.longListAt(first)).toEqual({ length: 60_000, holds });
    expect(survey.longListAt(text.lastIndexOf(list))).toEqual({ length: 60_000, holds });
    expect(survey.longListAt(first - 1)).toBeUndefined();
    expect(survey.longListAt(text.indexOf('[1'))).toBeUndefined();
    const parse = new SlicedParse(text, 64);
    while (!parse.step());
    expect(parse.value).toEqual(JSON.parse(text));
  });

  test('counts what a value takes of the heap, and the new objects up to a place', () => {
    const text = `[${'"",'.repeat(100_000)}${'{},'.repeat(100_000)}0]`;
    const survey = surveyed(text);
    expect(survey.heapBytes).toBeGreaterThan(30e6);
    expect(survey.heapBytes).toBeLessThan(45e6);
    expect(survey.newBytesBefore(0)).toBe(0);
    const half = survey.newBytesBefore(text.length / 2);
    expect(half).toBeGreaterThan(3e6);
    expect(half).toBeLessThan(10e6);
    expect(newBytesOf(text) - half).toBeGreaterThan(9e6);
  });

  test('counts more for an array that is not empty', () => {
    const bytes = (text: string): number => surveyed(text).heapBytes;
    expect([bytes('[]'), bytes('[1]'), bytes('[[]]'), bytes('[[1]]')]).toEqual([112, 200, 312, 400]);
  });

  test('counts an object by the table that its members may take', () => {
    const keys = (count: number): string =>
      `{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join()}}`;
    const bytes = (count: number): number => surveyed(keys(count)).heapBytes - 8 * Math.max(0, count - 1);
    expect(bytes(0)).toBe(200);
    for (const [count, entries] of [
      [1, 4],
      [2, 4],
      [3, 8],
      [5, 8],
      [6, 16],
      [22, 64],
    ] as const)
      expect(bytes(count)).toBeCloseTo(110 + (6 + 3 * entries) * 8 * 1.4);
  });

  test('refuses text before anything is made of it: for what it would take, and for its depth', () => {
    const crumbs = new SlicedParse(`[${'{},'.repeat(5_000_000)}0]`, 64);
    expect(() => {
      while (!crumbs.step()) expect(crumbs.newBytes).toBe(0);
    }).toThrow(expect.objectContaining({ code: 'PHLOW_REPLY_TOO_LARGE' }));
    expect(() => surveyed('['.repeat(10_000_000))).toThrow('nested more than 64 levels deep');
  });

  test('refuses a list for which room is not made in little time', () => {
    expect(() => surveyed(`[${'1,'.repeat(3_000_000)}1]`)).toThrow(
      'a list of 3000001 members: the limit is 3000000',
    );
    expect(surveyed(`[${'1,'.repeat(2_999_999)}1]`).longListAt(0)?.length).toBe(3_000_000);
  });

  test.each([
    ['closers of nothing', ']]]}}}[1]'],
    ['a comma around the value', '1,2,[3]'],
    ['nothing', ''],
  ])('lives through text that is no JSON: %s', (_, text) => {
    expect(surveyed(text).heapBytes).toBeLessThan(1_000);
  });

  test.each([
    ['a text', '["a'],
    ['an escape', '["\\'],
    ['a list, whose length is not known', `[${'1,'.repeat(100_000)}1`],
    ['a list in another', '[[1,2]'],
    ['an object', '{"a":1'],
  ])('refuses text that does not end before anything is made of it: %s', (_, text) => {
    expect(() => surveyed(text)).toThrow(expect.objectContaining({ code: 'PHLOW_WIRE_VIOLATION' }));
  });

  test.each([
    ['{"a":0}', 0],
    ['{"34":0}', 35],
    ['{"1000":0}', 18],
    ['{"9":0,"3":[0]}', 10],
    ['{"1a":0,"":0}', 0],
  ])('counts the room for members under numbers in %s', (text, words) => {
    const named = text.replace(/"\d+":/g, '"n":');
    expect(surveyed(text).heapBytes - surveyed(named).heapBytes).toBeCloseTo(words * 8 * 1.4);
  });
});
