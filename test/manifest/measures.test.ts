import { describe, expect, test } from '@jest/globals';
import { parseByteSize, parseDuration, parseRate } from '../../src/manifest/units.js';

describe('parseDuration()', () => {
  test.each([
    [250, 250],
    [0, 0],
    ['500ms', 500],
    ['2s', 2_000],
    ['2 s', 2_000],
    ['1.5min', 90_000],
    ['3m', 180_000],
    ['1h', 3_600_000],
  ])('reads %p as %p ms', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  test.each(['', '2', 's', '-1s', '2 days', '1e3ms', -1, Number.NaN, Infinity, null, true])(
    'refuses %p',
    (written) => {
      expect(parseDuration(written)).toBeUndefined();
    },
  );
});

describe('parseByteSize()', () => {
  test.each([
    [4096, 4096],
    ['512B', 512],
    ['64KiB', 65_536],
    ['1.5GiB', 1_610_612_736],
    ['10MB', 10_000_000],
    ['2 kB', 2_000],
  ])('reads %p as %p bytes', (written, bytes) => {
    expect(parseByteSize(written)).toBe(bytes);
  });

  test.each(['', '64', '64kib', '64MB2', '-1B', 1.5, -1, null])('refuses %p', (written) => {
    expect(parseByteSize(written)).toBeUndefined();
  });
});

describe('parseRate()', () => {
  test('reads the amount before the slash and the unit of time after it', () => {
    expect(parseRate('30s/min', parseDuration)).toEqual({ amount: 30_000, perMs: 60_000 });
    expect(parseRate('64KiB/s', parseByteSize)).toEqual({ amount: 65_536, perMs: 1_000 });
  });

  test.each(['30s', '/s', '30s/', '30s/day', 'x/s', '30s/toString', 3])('refuses %p', (written) => {
    expect(parseRate(written, parseDuration)).toBeUndefined();
  });
});
