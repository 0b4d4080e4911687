import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { runSuite } from './suite.js';

const CASES = fileURLToPath(new URL('../../../../test/conformance/json-schema/cases', import.meta.url));

test('manifests with these schemas load, and both checks say what each case says', () => {
  const { passed, failures, exceptions } = runSuite(CASES);
  expect({ failures, exceptions }).toEqual({ failures: [], exceptions: [] });
  expect(passed).toBeGreaterThan(100);
});
