import { expect, test } from '@jest/globals';
import { durationMs } from '../../../../workers/modules/sleep/index.js';

test.each([
  [{ milliseconds: 250 }, 250],
  [{ seconds: 2 }, 2_000],
  [{ minutes: 3 }, 180_000],
  [{ hours: 1 }, 3_600_000],
  [{ seconds: 0.3 }, 300],
  [{ milliseconds: 0.4 }, 0],
  [{ milliseconds: 0, hours: 1 }, 0],
  [{ hours: 1, milliseconds: 5 }, 5],
  [{ milliseconds: 'soon', seconds: 1 }, 0],
  [{ seconds: '1' }, 0],
  [{ seconds: -1 }, 0],
  [{ seconds: null }, 0],
  [{ seconds: NaN }, 0],
  [{ milliseconds: 2n }, 2],
  [{ hours: 1e300 }, Number.MAX_SAFE_INTEGER],
  [{}, 0],
  [Object.create({ hours: 1 }) as object, 0],
])('%p is a wait of %p ms', (input, ms) => {
  expect(durationMs(input)).toBe(ms);
});
