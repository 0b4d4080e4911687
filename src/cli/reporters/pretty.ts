import type { CaseReport, FileReport, ReportNode } from '../../index.js';
import { visibleLine, visiblePath } from '../../visible-text.js';
import { failureLines, valueLines } from './failure-lines.js';
import type { ReportContext, Reporter } from './reporter.js';

const RED = '\u001b[31m';
const RESET = '\u001b[0m';

/** The parts of the format that differ between our own and the original's. */
interface Words {
  readonly input: string;
  readonly output: string;
  /** Whether failed cases say what was wrong, and where. */
  readonly isExplaining: boolean;
}

/** Results, tree and failed cases for people (docs/spec/flow.md 14.5); files have a headline when there are several. */
export const pretty: Reporter = inWords({ input: 'Input', output: 'Output', isExplaining: true });

/** The lines of the original as they are, Portuguese words among them, for programs that read them. */
export const original: Reporter = inWords({ input: 'Entrada', output: 'Saída', isExplaining: false });

function inWords(words: Words): Reporter {
  return {
    onFile(report, count, context) {
      if (report.problem !== undefined) return [];
      if (count === 1) return fileLines(report, context, words);
      if (report.total === 0) return [];
      return [`📄 ${visiblePath(report.file)}`, ...fileLines(report, context, words), ''];
    },
    atEnd(reports, context) {
      if (reports.length < 2) return [];
      const total = sum(reports, 'total');
      const failed = sum(reports, 'failed');
      const broken = reports.filter(({ problem }) => problem !== undefined).length;
      if (total === 0 && broken === 0) return [nothing(context)];
      const more = broken === 0 ? '' : `, ${broken} could not be run`;
      return [
        `📊 ${reports.length} files${more}: ${total} test(s), ${total - failed} passed ✅, ${failed} failed ❌`,
      ];
    },
  };
}

function fileLines(report: FileReport, context: ReportContext, words: Words): readonly string[] {
  const { total, all, passed, failed, tree, cases } = report;
  const { filter } = context;
  if (total === 0) return [nothing(context)];
  const matching = filter === undefined ? '' : ` matching '${filter}' (out of ${all} total)`;
  return [
    `🧪 Running ${total} test(s)${matching}...`,
    '',
    '',
    '📊 Test Results:',
    `   Total: ${total}`,
    `   Passed: ${passed} ✅`,
    `   Failed: ${failed} ❌`,
    '',
    failed === 0 ? '🎉 All tests passed!' : '❌ Some tests failed!',
    '',
    '🌲 Test Tree:',
    ...treeLines(tree, cases, ''),
    ...(failed === 0 ? [] : detailLines(cases, context, words)),
  ];
}

function nothing({ filter }: ReportContext): string {
  return filter === undefined ? '⚠️  No tests to run' : `⚠️  No tests match filter: '${filter}'`;
}

function treeLines(
  nodes: readonly ReportNode[],
  cases: readonly CaseReport[],
  prefix: string,
): readonly string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const branch = `${prefix}${isLast ? '└── ' : '├── '}`;
    const name = visibleLine(node.name);
    if (node.kind === 'case')
      return [`${branch}${cases[node.index]?.passed === true ? '✅' : '❌'} it: ${name}`];
    const inner = `${prefix}${isLast ? '    ' : '│   '}`;
    return [`${branch}describe: ${name}`, ...treeLines(node.children, cases, inner)];
  });
}

function detailLines(
  cases: readonly CaseReport[],
  { isColourful }: ReportContext,
  { input, output, isExplaining }: Words,
): readonly string[] {
  const lines = ['🧾 Failed tests details:'];
  for (const failed of cases.filter(({ passed }) => !passed)) {
    lines.push(
      '',
      `${visibleLine(failed.title)}:`,
      `  ${input}:`,
      ...indented(valueLines('main', failed.main)),
    );
    if (failed.payload !== undefined) lines.push(...indented(valueLines('payload', failed.payload)));
    lines.push(`  ${output}:`, ...indented(valueLines('payload', failed.result)));
    if (isExplaining) lines.push(...failureLines(failed).map((line) => `  ${line}`));
  }
  if (!isColourful) return ['', ...lines, ''];
  return ['', `${RED}${lines[0] ?? ''}`, ...lines.slice(1), RESET];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`);
}

function sum(reports: readonly FileReport[], key: 'total' | 'failed'): number {
  return reports.reduce((total, report) => total + report[key], 0);
}
