import { describe, expect, test } from '@jest/globals';
import { explainCondition, explainDifference } from '../../../src/flow/tests/explain.js';
import { lineDiff } from '../../../src/flow/tests/line-diff.js';

const SCOPE = { payload: { n: 5, text: 'a', list: [1, 2] }, main: null };

function sides(code: string): string[] {
  return explainCondition(code, SCOPE).sides.map(({ source, text }) => `${source} -> ${text}`);
}

describe('a condition that failed', () => {
  test.each<[string, string[]]>([
    ['payload.n == 6', ['payload.n -> 5', '6 -> 6']],
    ['payload.n > payload.list.len() * 3', ['payload.n -> 5', 'payload.list.len() * 3 -> 6']],
    ['payload.n == 5 && payload.text == "b"', ['payload.text -> "a"', '"b" -> "b"']],
    ['payload.n == 4 && payload.text == "b"', ['payload.n -> 5', '4 -> 4']],
    ['payload.n == 5 && !payload.list.contains(1)', ['!payload.list.contains(1) -> false']],
    ['3 in payload.list', ['3 -> 3', 'payload.list -> [\n  1,\n  2\n]']],
    ['5 !in [payload.n]', ['5 -> 5', '[payload.n] -> [\n  5\n]']],
    ['payload.text == 5', ['payload.text -> "a"', '5 -> 5']],
    ['payload.text.is_empty()', []],
    ['(payload.n == 6)', []],
    ['let x = 3; x == 4', []],
  ])('shows of %s what its sides came to', (code, expected) => {
    expect(sides(code)).toEqual(expected);
  });

  test('shows the way from the right side to the left one', () => {
    const { diff } = explainCondition('payload == #{n: 6, text: "a", list: [1, 2]}', SCOPE);
    expect(diff).toContain('-   "n": 6,');
    expect(diff).toContain('+   "n": 5,');
  });
});

describe('two different results', () => {
  test('are told apart by kind', () => {
    const { sides: both, diff } = explainDifference('"1"', '1', 1);
    expect(both.map(({ text }) => text)).toEqual(['"1"', '1']);
    expect(diff).toEqual([]);
  });

  test('of several lines are compared line by line', () => {
    expect(explainDifference('', 'a\nb\nc', 'a\nx\nc').diff).toEqual(['  a', '- b', '+ x', '  c']);
  });
});

describe('a line diff', () => {
  test('keeps three lines around each difference', () => {
    const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    const changed = lines.with(10, 'other').join('\n');
    expect(lineDiff(lines.join('\n'), changed)).toEqual([
      '  ...',
      '  line 7',
      '  line 8',
      '  line 9',
      '- line 10',
      '+ other',
      '  line 11',
      '  line 12',
      '  line 13',
      '  ...',
    ]);
  });

  test('finds the longest common part', () => {
    expect(lineDiff('a\nb\nc\nd', 'b\nd\ne')).toEqual(['- a', '  b', '- c', '  d', '+ e']);
  });

  test('of thousands of lines shows the two that differ, far from each other', () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => `line ${n}`);
    const changed = lines.with(100, 'this').with(2_900, 'that').join('\n');
    const shown = lineDiff(lines.join('\n'), changed);
    expect(shown.filter((line) => !line.startsWith('  '))).toEqual([
      '- line 100',
      '+ this',
      '- line 2900',
      '+ that',
    ]);
    expect(shown).toHaveLength(2 * 8 + 3);
  });

  test('of a long run of changes keeps what stands before and behind it', () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n}`);
    const changed = lines.map((line, n) => (n >= 5_000 && n < 8_000 ? `other ${n}` : line));
    const shown = lineDiff(lines.join('\n'), changed.join('\n'));
    expect(shown).toHaveLength(2 * 3_000 + 2 * 3 + 2);
    expect(shown.slice(0, 5)).toEqual(['  ...', '  line 4997', '  line 4998', '  line 4999', '- line 5000']);
  });

  test('of two large texts without anything in common stays linear', () => {
    const many = (word: string): string => Array.from({ length: 5_000 }, (_, n) => `${word} ${n}`).join('\n');
    expect(lineDiff(many('a'), many('b'))).toHaveLength(10_000);
  });
});
