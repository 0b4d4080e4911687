import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { currentFolder } from '../current-folder.js';
import { PhlowError } from '../errors.js';
import type { FileReport } from '../index.js';
import type { CommandContext } from './command.js';
import { errorText } from './error-text.js';
import { EXIT } from './exit-code.js';
import type { Hold } from './hold-options.js';
import { library } from './library.js';
import { coverageTable, percentText } from './reporters/coverage-table.js';
import { github } from './reporters/github.js';
import type { ReportContext, Reporter } from './reporters/reporter.js';
import { REPORTERS, type ReporterName } from './reporters/table.js';
import { hasChanged, stateOf } from './watch.js';

/** What a test run was asked to do. */
export interface TestRequest {
  readonly filter?: string | undefined;
  readonly reporter: ReporterName;
  readonly jobs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  /** How flows of packages are held. */
  readonly held: Hold;
  /** Undefined: coverage is not looked at. */
  readonly coverage?: CoverageRequest | undefined;
  /** Folders in which new files matter; undefined: the tests are run once. */
  readonly watch?: readonly string[] | undefined;
}

/** What is wanted of coverage. */
export interface CoverageRequest {
  /** Where `lcov.info` is written. */
  readonly dir: string | undefined;
  /** Percent that must be reached. */
  readonly min: number | undefined;
}

/** Runs the tests of flows and reports on them, once or after each change; resolves with the exit code. */
export async function testFlows(
  findFiles: () => Promise<readonly string[]>,
  request: TestRequest,
  context: CommandContext,
): Promise<number> {
  const { watch } = request;
  if (watch === undefined) return testOnce(await findFiles(), request, context);
  const { print, signal } = context;
  const { flowSources } = await library();
  for (;;) {
    const files = await findFiles();
    const paths = [...watch, ...files, ...files.flatMap((file) => flowSources(file))];
    const state = stateOf(paths);
    const code = await testOnce(files, request, context);
    if (!signal.aborted) print.note('Waiting for a change...');
    if (!(await hasChanged(paths, state, signal))) return code;
  }
}

async function testOnce(
  files: readonly string[],
  request: TestRequest,
  { print, signal }: CommandContext,
): Promise<number> {
  const { filter, jobs, timeoutMs, coverage, held } = request;
  const reporter: Reporter = REPORTERS[request.reporter];
  const context: ReportContext = { filter, isColourful: print.isResultColourful };
  const say = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    if (reporter.isCommanding === true) print.command(lines.join('\n'), 'result');
    else print.result(lines.join('\n'));
  };
  const { testFiles } = await library();
  const reports = await testFiles(files, {
    ...held,
    filter,
    jobs,
    timeoutMs,
    signal,
    coverage: coverage !== undefined,
    onReport(report) {
      say(reporter.onFile?.(report, files.length, context) ?? []);
      if (isForPeople(request.reporter) && report.problem !== undefined) {
        const { code, message, place, details } = report.problem;
        print.note(errorText(new PhlowError(code, message, { place, details }), print));
      }
    },
  });
  say(reporter.atEnd?.(reports, context) ?? []);
  annotate(reports, request, context, { print });
  const isMisused = reports.some(({ problem }) => problem?.code === 'PHLOW_OPTION_INVALID');
  const isCovered = coverage === undefined || (await reportCoverage(reports, coverage, request, { print }));
  const isPassed = reports.every(({ failed, problem }) => failed === 0 && problem === undefined);
  return isMisused ? EXIT.usage : isPassed && isCovered ? EXIT.ok : EXIT.failed;
}

/** True for the reporters whose lines others may stand between. */
function isForPeople(reporter: ReporterName): boolean {
  return reporter === 'pretty' || reporter === 'original';
}

/** In a GitHub workflow failures are shown at their lines, whatever the reporter; standard output stays the reporter's own. */
function annotate(
  reports: readonly FileReport[],
  { reporter }: TestRequest,
  context: ReportContext,
  { print }: Pick<CommandContext, 'print'>,
): void {
  if (process.env['GITHUB_ACTIONS'] !== 'true' || reporter === 'github') return;
  for (const line of github.atEnd?.(reports, context) ?? []) {
    print.command(line, isForPeople(reporter) ? 'result' : 'note');
  }
}

/** Prints and writes down what was reached; true when it is enough. */
async function reportCoverage(
  reports: readonly FileReport[],
  { dir, min }: CoverageRequest,
  { reporter }: TestRequest,
  { print }: Pick<CommandContext, 'print'>,
): Promise<boolean> {
  const { coverageTotals, lcovText, mergeCoverage } = await library();
  const files = mergeCoverage(reports.map(({ coverage }) => coverage));
  const totals = coverageTotals(files);
  const table = coverageTable(files, totals, fromHere).join('\n');
  if (isForPeople(reporter)) print.result(`\n${table}`);
  else print.note(table);
  if (dir !== undefined) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'lcov.info'), lcovText(files, fromHere));
  }
  const { together } = totals;
  if (min === undefined) return true;
  if (reports.every(({ total }) => total === 0)) {
    print.note(`Coverage is too low: no test case ran, ${min} % wanted`);
    return false;
  }
  if (together.percent >= min) return true;
  print.note(`Coverage is too low: ${percentText(together)} reached, ${min} % wanted`);
  return false;
}

function fromHere(path: string): string {
  return relative(currentFolder(), path);
}
