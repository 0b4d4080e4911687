import { describe, expect, test } from '@jest/globals';
import { isVersionRange, satisfies } from '../../src/manifest/version-range.js';

describe('satisfies()', () => {
  test.each([
    ['20.19.0', '>=20.19'],
    ['20.19.0', '>= 20.19 < 25'],
    ['24.1.2', '20.x || >=24'],
    ['1.9.9', '^1.2.3'],
    ['0.2.9', '^0.2.3'],
    ['1.2.9', '~1.2.3'],
    ['1.9.0', '~1'],
    ['1.2.3', '1.2.3'],
    ['1.2.9', '1.2'],
    ['1.2.9', '<=1.2'],
    ['1.3.0', '>1.2'],
    ['7.0.0', '*'],
    ['1.2.3-beta.1', '^1.2.3'],
  ])('%s lies in %s', (version, range) => {
    expect(satisfies(version, range)).toBe(true);
  });

  test.each([
    ['20.18.9', '>=20.19'],
    ['25.0.0', '>=20.19 <25'],
    ['22.0.0', '20.x || >=24'],
    ['2.0.0', '^1.2.3'],
    ['1.2.2', '^1.2.3'],
    ['0.3.0', '^0.2.3'],
    ['0.0.4', '^0.0.3'],
    ['1.3.0', '~1.2.3'],
    ['1.3.0', '1.2'],
    ['1.2.9', '>1.2'],
    ['1.3.0', '<=1.2'],
    ['not a version', '*'],
  ])('%s does not lie in %s', (version, range) => {
    expect(satisfies(version, range)).toBe(false);
  });
});

test.each(['', 'latest', '>=x.y.z.w', '1 - 2', '=>1', '1.2.3.4'])('isVersionRange() refuses %p', (range) => {
  expect(isVersionRange(range)).toBe(false);
});
