import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { isPhlowError, messageOf, PhlowError } from '../src/errors.js';
import { helpText, readArgs, type BenchArgs } from './args.js';
import { barsOf, barsOverRuns } from './bars.js';
import { compareRuns } from './compare.js';
import { readDocument, type BenchDocument, type Failure } from './document.js';
import { runSuite } from '../src/measure/harness.js';
import { fingerprint } from '../src/measure/machine.js';
import { barsText } from './report/bar-table.js';
import { htmlReport } from './report/page.js';
import { svgReport } from './report/svg.js';
import { comparisonText, tableText } from './report/table.js';
import { SCOPES } from './scopes.js';
import type { Plan, Result } from '../src/measure/suite.js';
import useOwnCache from '../test/support/own-cache.js';

useOwnCache();

/** In flight: a lone package, a busy step, a flood. */
const WIDTHS: readonly number[] = [1, 64, 256];

async function measure(args: BenchArgs): Promise<BenchDocument> {
  const machine = fingerprint();
  const plan: Plan = { ...args, widths: WIDTHS, note: (line) => process.stderr.write(`${line}\n`) };
  const results: Result[] = [];
  const failures: Failure[] = [];
  const about: Record<string, string> = {};
  for (const scope of args.scopes) {
    try {
      for (const suite of (await SCOPES[scope]?.()) ?? []) {
        about[scope] ??= suite.about;
        results.push(...(await runSuite(suite, plan)));
      }
    } catch (error) {
      failures.push({ scope, reason: messageOf(error) });
    }
  }
  return {
    machine,
    settings: { rounds: args.rounds, roundMs: args.roundMs, isQuick: args.isQuick },
    about,
    results,
    bars: barsOf(results),
    failures,
  };
}

/** Measures as often as asked for: the last run, with the bars of all. */
async function measureAll(args: BenchArgs): Promise<BenchDocument> {
  let last = await measure(args);
  const bars = [last.bars];
  while (bars.length < args.runs) {
    last = await measure(args);
    bars.push(last.bars);
  }
  return { ...last, bars: barsOverRuns(bars) };
}

function assertWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new PhlowError('PHLOW_USAGE', `Cannot save to ${path}: ${messageOf(cause)}`, { cause });
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const args = readArgs(argv, Object.keys(SCOPES));
  if (args.isHelp) {
    const suites = await Promise.all(Object.values(SCOPES).map((open) => open()));
    console.log(helpText(suites.flatMap((parts) => parts.slice(0, 1))));
    return 0;
  }
  // Before minutes are spent on measuring.
  const baseline = args.compare === undefined ? undefined : readDocument(args.compare);
  for (const path of [args.out, args.html, args.svg]) if (path !== undefined) assertWritable(path);
  const measured = await measureAll(args);
  const run: BenchDocument =
    baseline === undefined
      ? measured
      : { ...measured, comparison: compareRuns(baseline, measured, args.thresholdPercent) };
  console.log(args.isJson ? JSON.stringify(run) : tableText(run));
  // With the rows on stdout; beside them when those are one document for a machine.
  if (run.bars.length > 0) (args.isJson ? console.error : console.log)(`\n${barsText(run.bars)}`);
  if (run.comparison !== undefined) console.error(comparisonText(run.comparison));
  for (const { scope, reason } of run.failures) console.error(`${scope} could not be measured: ${reason}`);
  if (args.out !== undefined) writeFileSync(args.out, `${JSON.stringify(run, undefined, 2)}\n`);
  if (args.html !== undefined) writeFileSync(args.html, htmlReport(run));
  if (args.svg !== undefined) writeFileSync(args.svg, svgReport(run));
  return run.failures.length > 0 || (run.comparison?.regressions ?? 0) > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = isPhlowError(error) && error.code === 'PHLOW_USAGE' ? 2 : 1;
}
