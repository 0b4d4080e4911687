import { expect, test } from '@jest/globals';
import { didYouMean } from '../src/nearest.js';
import { readIsolationLevel } from '../src/sandbox/levels.js';

test('a word that was cut short is told where it could be no other', () => {
  expect(didYouMean('--dry', ['--dry-run', '--write'])).toBe(' Did you mean "--dry-run"?');
  expect(didYouMean('--dry', ['--dry-run', '--dry-store'])).toBe('');
  expect(didYouMean('re', ['read-everything'])).toBe('');
});

test('a level that is nearly one is named', () => {
  expect(() => readIsolationLevel('sandbox', 'dates')).toThrow('Did you mean "sandboxed"?');
});
