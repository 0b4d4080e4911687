import { createWebPlatform } from '../../workers/runtime/guest/web/index.js';
import { readCases } from './cases.js';
import { runCases } from './checks/all.js';
import type { Web } from './checks/check.js';
import { EXCEPTIONS } from './exceptions.js';
import { NODE_NATIVES, WEB_OPTIONS } from './node-natives.js';
import { reportOf } from './report.js';
import useOwnCache from '../support/own-cache.js';

useOwnCache();

const cases = readCases();
const web = createWebPlatform(NODE_NATIVES, WEB_OPTIONS) as unknown as Web;
const { passed, nodesOwn, excepted, unexpected } = reportOf(
  runCases(web, cases),
  runCases(globalThis, cases),
);
for (const { name, reason } of nodesOwn) console.log(`fails in Node, too: ${name}: ${reason ?? ''}`);
for (const { name } of excepted)
  console.log(`excepted: ${name}: ${EXCEPTIONS.find((one) => one.name === name)?.reason ?? ''}`);
for (const line of unexpected) console.log(`UNEXPECTED: ${line}`);
console.log(`${process.version}: ${nodesOwn.length} fail in Node, too; ${excepted.length} excepted`);
console.log(`${passed} passed, ${unexpected.length} failed`);
if (unexpected.length > 0) process.exitCode = 1;
