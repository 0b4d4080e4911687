import { expect, test } from '@jest/globals';
import { createWebPlatform } from '../../workers/runtime/guest/web/index.js';
import { readCases } from './cases.js';
import { runCases } from './checks/all.js';
import type { Web } from './checks/check.js';
import { NODE_NATIVES, WEB_OPTIONS } from './node-natives.js';
import { reportOf } from './report.js';

test('The cases of the web-platform-tests hold for the classes of a guest, but for the listed ones', () => {
  const cases = readCases();
  const web = createWebPlatform(NODE_NATIVES, WEB_OPTIONS) as unknown as Web;
  const report = reportOf(runCases(web, cases), runCases(globalThis, cases));
  expect(report.unexpected).toEqual([]);
  expect(report.passed).toBeGreaterThan(1_000);
});
