import { runRhaiCases } from './suite.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

const { passed, failures, exceptions } = runRhaiCases();
for (const failure of failures) console.log(failure);
for (const { code, reason } of exceptions) console.log(`exception ${code}: ${reason}`);
console.log(`Rhai: ${passed} passed, ${failures.length} failed, ${exceptions.length} exceptions`);
process.exitCode = failures.length > 0 ? 1 : 0;
