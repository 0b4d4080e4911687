import { afterEach, expect, jest, test } from '@jest/globals';
import { OutputCheck } from '../../../src/host/executors/guest/output-check.js';
import { toJsonSchema } from '../../../src/manifest/dialect.js';
import { tagOf, UP } from '../../../src/wire/protocol.js';

afterEach(() => void jest.restoreAllMocks());

test('replies one after the other whose check may take long are checked beside the host once they have taken its share', () => {
  const check = new OutputCheck('m', toJsonSchema({ type: 'array', uniqueItems: true }), false);
  const reply = [tagOf(1, UP.reply), [{ a: 1 }, { a: 2 }]];
  let now = 1_000;
  // Each look at the clock is one of two of a check, which takes 3 ms.
  jest.spyOn(performance, 'now').mockImplementation(() => (now += 3));
  const here = (): boolean => check.now(reply, 100) !== undefined;
  expect([here(), here(), here()]).toEqual([true, true, true]);
  expect([here(), here()]).toEqual([false, false]);
  now += 100;
  expect(here()).toBe(true);
});
