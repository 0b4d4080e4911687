import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { BUILT_IN_TYPES, builtInTypes } from './built-in.js';

test('the types of the modules that ship with phlow are what their manifests say; else run npm run built-in-types', async () => {
  expect(readFileSync(BUILT_IN_TYPES, 'utf8')).toBe(await builtInTypes());
});
