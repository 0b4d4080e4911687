import { runYamlSuite } from './suite.js';
import useOwnCache from '../../support/own-cache.js';

useOwnCache();

const { passed, failures, exceptions, fast } = await runYamlSuite();
for (const failure of failures) console.log(failure);
for (const { name, reason } of exceptions) console.log(`exception ${name}: ${reason}`);
console.log(
  `yaml-test-suite: ${passed} passed, ${failures.length} failed, ${exceptions.length} exceptions; ${fast} texts by the fast path`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
