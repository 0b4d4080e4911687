import { describe, expect, test } from '@jest/globals';
import { grantedPath, parentOf } from '../../../../workers/modules/fs/input.js';

describe('the path by which the host is asked', () => {
  test.each([
    ['a/b', 'a/b'],
    ['/a//b/', '/a//b/'],
    ['a/../b', './b'],
    ['./a/./../b/c/..', './b'],
    ['/a/../../b', '/b'],
    ['..', '..'],
    ['../x', '../x'],
    ['a/../../x', '../x'],
    ['./../a/../../x/', '../../x'],
    ['a..b', 'a..b'],
  ])('of %p is %p', (path, granted) => {
    expect(grantedPath(path)).toBe(granted);
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
