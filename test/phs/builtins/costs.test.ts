import { expect, test } from '@jest/globals';
import { errorOf, valueOf } from '../running.js';

/** Some 20 ns each: what follows takes a few milliseconds, and a loop over it would take minutes were it not charged. */
const STEPS = 20_000;

test.each([
  ['to_snake_case()', 'a '.repeat(50_000)],
  ['to_camel_case()', 'aB'.repeat(50_000)],
  ['to_url_encode()', 'é'.repeat(50_000)],
  ['url_decode()', '%41'.repeat(30_000)],
  ['split_rev(" ")', '1'.repeat(50_000)],
  ['remove("a")', 'a '.repeat(50_000)],
  ['ilike("%b%c%")', 'é'.repeat(50_000)],
  ['like("%b%c%")', '1'.repeat(50_000)],
])('%s charges for what it does with each character', (call, main) => {
  const code = `let text = main; text.${call}`;
  expect(errorOf(code, { main }, { limits: { steps: STEPS } }).code).toBe('PHLOW_PHS_LIMIT');
  expect(() => valueOf(code, { main: main.slice(0, 3_000) }, { limits: { steps: STEPS } })).not.toThrow();
});

test('the difference of strings charges for each part that it takes out', () => {
  const main = 'a '.repeat(50_000);
  expect(errorOf('main - "a"', { main }, { limits: { steps: STEPS } }).code).toBe('PHLOW_PHS_LIMIT');
});
