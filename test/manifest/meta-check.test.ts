import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { META_CHECK_FILE } from '../../src/manifest/meta-check.js';
import { metaCheckCode } from '../../src/manifest/meta-check-code.js';

test('the check of manifests that the build has written is the one the meta-schema compiles to', () => {
  expect(readFileSync(META_CHECK_FILE, 'utf8') === metaCheckCode()).toBe(true);
});
