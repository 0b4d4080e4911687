import { describe, expect, test } from '@jest/globals';
import { settingsOf } from '../../../../workers/modules/cli/definitions.js';
import { parseCommandLine } from '../../../../workers/modules/cli/parse.js';
import type { Value } from '../../../../src/values.js';

const FILE = 'main.phlow';

/** What the words behind the flow's file come to. */
function parsed(
  args: Value,
  words: readonly string[],
  others: Readonly<Record<string, Value>> = {},
): ReturnType<typeof parseCommandLine> {
  return parseCommandLine([FILE, ...words], settingsOf({ stdin: 'none', args, ...others }));
}

const mainOf = (args: Value, ...words: readonly string[]): unknown => {
  const { main, errors } = parsed(args, words);
  return errors.length > 0 ? errors : main;
};

describe('values of flags', () => {
  const name = [{ name: 'name', long: 'name', short: 'n' }];

  test.each([
    [['--name', 'Ann'], { name: 'Ann' }],
    [['--name=Ann'], { name: 'Ann' }],
    [['--name=a=b'], { name: 'a=b' }],
    [['--name='], { name: '' }],
    [['-n=Ann'], { name: 'Ann' }],
    [['-n', 'Ann'], { name: 'Ann' }],
    [['--name', '--loud'], { name: '--loud' }],
    [['--name', 'first', '--name', 'second'], { name: 'first' }],
    [['-n', 'short', '--name', 'long'], { name: 'long' }],
    [['--name'], {}],
    [['--', '--name', 'Ann'], { name: 'Ann' }],
  ])('%p: %p', (words, main) => {
    expect(mainOf(name, ...words)).toEqual(main);
  });
});

describe('numbers', () => {
  test.each([
    ['5', 5],
    ['-5', -5],
    ['+5', 5],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1_000],
    ['007', 7],
  ])('%p is %p', (word, number) => {
    expect(mainOf([{ name: 'n', long: 'n', type: 'number' }], '--n', word)).toEqual({ n: number });
  });

  test.each(['', ' 5', '5 ', '0x10', 'inf', 'NaN', '1e999', '1_000', '5n', '٣', '--', '.'])(
    '%p is none',
    (word) => {
      expect(mainOf([{ name: 'n', long: 'n', type: 'number' }], '--n', word)).toEqual([
        `Invalid value for n: ${word}`,
      ]);
    },
  );
});

describe('lists and choices', () => {
  test('a flag that is given several times', () => {
    const args = [{ name: 'tags', long: 'tag', short: 't', multiple: true, type: 'integer' }];
    expect(mainOf(args, '--tag', '1', '-t=2', '--tag=3')).toEqual({ tags: [1, 3, 2] });
    expect(mainOf(args)).toEqual({});
    expect(mainOf(args, '--tag=1', '--tag=x')).toEqual(['Invalid value for tags: x']);
  });

  test('all words from a place on', () => {
    const args = [
      { name: 'to', index: 1 },
      { name: 'files', index: 2, multiple: true, default: ['none'] },
    ];
    expect(mainOf(args, 'a', 'b', 'c')).toEqual({ to: 'a', files: ['b', 'c'] });
    expect(mainOf(args, 'a')).toEqual({ to: 'a', files: ['none'] });
  });

  test('only what is allowed', () => {
    const args = [{ name: 'level', long: 'level', enum: ['low', 'high', 3], default: 'low' }];
    expect(mainOf(args)).toEqual({ level: 'low' });
    expect(mainOf(args, '--level', '3')).toEqual({ level: '3' });
    expect(mainOf(args, '--level=no')).toEqual(['Invalid value for level: no. Must be one of: low, high, 3']);
  });
});

test('words behind -- are no flags', () => {
  const args = [
    { name: 'x', long: 'x', type: 'boolean' },
    { name: 'file', index: 1 },
    { name: 'other', index: 2 },
  ];
  expect(mainOf(args, 'a', '--', '--x')).toEqual({ file: 'a', other: '--x' });
  expect(mainOf(args, '--', '--x', '--', '-y')).toEqual({ x: true, file: '-y' });
});

test('without definitions nothing is checked', () => {
  for (const args of [undefined, null]) expect(mainOf(args, '--x', 'y')).toEqual({});
  expect(mainOf([], '--x', 'y')).toEqual(['Unknown flag: --x. Use --help to see the available flags.']);
});

test('names such as __proto__ are names', () => {
  const { main } = parsed([{ name: '__proto__', index: 1 }], ['x']);
  expect(Object.entries(main)).toEqual([['__proto__', 'x']]);
});
