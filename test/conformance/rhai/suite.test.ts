import { expect, test } from '@jest/globals';
import { runRhaiCases } from './suite.js';

test('expressions say what Rhai says, but for the exceptions that are listed with their reasons', () => {
  const { passed, failures, exceptions } = runRhaiCases();
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(120);
  expect(exceptions.every(({ reason }) => reason !== '')).toBe(true);
});
