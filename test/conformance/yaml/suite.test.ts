import { expect, test } from '@jest/globals';
import { runYamlSuite } from './suite.js';

test('the YAML test suite is read as it says, and alike by the fast path and the parser', async () => {
  const { passed, failures, exceptions, fast } = await runYamlSuite();
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(350);
  expect(exceptions.length).toBeLessThan(40);
  expect(fast).toBeGreaterThan(80);
});
