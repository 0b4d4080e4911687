import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSuite } from './suite.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

const OWN = fileURLToPath(new URL('../../../../test/conformance/json-schema/cases', import.meta.url));

const report = runSuite(resolve(process.argv[2] ?? OWN));
for (const failure of report.failures) console.log(failure);
const reasons = new Map<string, number>();
for (const { reason } of report.exceptions) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
for (const [reason, count] of reasons) console.log(`${count} exceptions: ${reason}`);
const { passed, failures, exceptions } = report;
console.log(
  `JSON Schema 2020-12: ${passed} passed, ${failures.length} failed, ${exceptions.length} exceptions`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
