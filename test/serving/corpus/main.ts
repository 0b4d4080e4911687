import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import useOwnCache from '../../support/own-cache.js';
import { llhttpCases } from './llhttp-cases.js';
import { LEVELS, runCorpus, type CorpusReport, type Told } from './run-corpus.js';

useOwnCache();

const USAGE = `Usage: npm run serving:corpus -- FOLDER [--json]

Sends the requests of llhttp's tests to http_server, at trusted and at isolated, each over a connection of its
own, and compares what the flow saw and what the client got with what the tests say. FOLDER is the folder "test"
of llhttp's repository (https://github.com/nodejs/llhttp). The source package of aiohttp on PyPI contains it:

  pip download --no-binary aiohttp --no-deps aiohttp==3.13.2
  tar xzf aiohttp-3.13.2.tar.gz
  npm run serving:corpus -- aiohttp-3.13.2/vendor/llhttp/test

Options:
  --json   print the report as JSON
  --help   print this text

Exit codes: 0 as expected, 1 a case is answered otherwise and not in the list of differences, 2 wrong usage`;

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder, ...others] = positionals;

if (values.help) console.log(USAGE);
else if (
  folder === undefined ||
  others.length > 0 ||
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true
) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const cases = llhttpCases(folder);
  const reports: CorpusReport[] = [];
  for (const level of LEVELS) reports.push(await runCorpus(cases, level));
  if (values.json) console.log(JSON.stringify(reports, null, 2));
  else for (const report of reports) show(report);
  const isRight = reports.every(({ failed, passed }) => failed.length === 0 && passed.length > 0);
  process.exitCode = isRight ? 0 : 1;
}

function show({ level, passed, failed, different, leftOut }: CorpusReport): void {
  for (const { name, reason } of failed) console.log(`failed ${name}: ${reason}`);
  for (const { name, reason } of different) console.log(`difference ${name}: ${reason}`);
  console.log(
    `http_server at ${level}: ${passed.length} passed, ${failed.length} failed, ${different.length} accepted differences, ${leftOut.length} left out`,
  );
  for (const [reason, count] of countsOf(leftOut)) console.log(`  ${count} left out: ${reason}`);
}

function countsOf(told: readonly Told[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of told) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
