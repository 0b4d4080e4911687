import { describe, expect, test } from '@jest/globals';
import { grantedPath, parentOf } from '../../../../workers/modules/fs/input.js';

describe('the path by which the host is asked', () => {
  test.each([
    ['a/b', 'a/b'],
    ['/a//b/', '/a//b/'],
    ['a/../b', './b'],
    ['./a/./../b/c/..', './b'],
    ['/a/../../b', '/b'],
    ['..', '/'],
    ['../x', '/x'],
    ['a/../../x', '/x'],
    ['a..b', 'a..b'],
  ])('of %p is %p', (path, granted) => {
    expect(grantedPath(path, '/cwd')).toBe(granted);
  });

  test('stays as it is where nobody knows the current folder', () => {
    expect(grantedPath('../x', undefined)).not.toContain('undefined');
  });
});

test.each([
  ['a.txt', undefined],
  ['/a', '/'],
  ['/a/b/', '/a'],
  ['a//b', 'a'],
])('the parent of %p is %p', (path, parent) => {
  expect(parentOf(path)).toBe(parent);
});
