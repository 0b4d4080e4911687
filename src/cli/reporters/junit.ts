import { hostname } from 'node:os';
import type { CaseReport, FileReport } from '../../index.js';
import { visibleLine, visiblePath, visibleText } from '../../visible-text.js';
import { failureLines } from './failure-lines.js';
import type { Reporter } from './reporter.js';

/**
 * JUnit's XML, a suite per file. There is no standard: elements, their order and their attributes are those that both the schema of Ant's
 * JUnit task and that of Jenkins' xUnit plugin allow. The place of a failure is in its text.
 */
export const junit: Reporter = {
  atEnd(reports) {
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites>',
      ...reports.flatMap(suite),
      '</testsuites>',
    ];
  },
};

function suite(report: FileReport, index: number): readonly string[] {
  const { file, problem, cases, failed, total, startedAt, durationMs } = report;
  const errors = problem === undefined ? 0 : 1;
  const open = `  <testsuite${attributes({
    package: '',
    id: index,
    name: file,
    timestamp: startedAt.slice(0, 'YYYY-MM-DDThh:mm:ss'.length),
    hostname: hostname() || 'localhost',
    tests: total + errors,
    failures: failed,
    errors,
    time: seconds(durationMs),
  })}>`;
  const inner =
    problem === undefined
      ? cases.flatMap((own) => testcase(file, own))
      : [
          `    <testcase${attributes({ name: file, classname: file, time: seconds(durationMs) })}>`,
          `      <error${attributes({ message: problem.message, type: problem.code })}>${escaped(placeText(problem.place))}</error>`,
          '    </testcase>',
        ];
  return [open, '    <properties/>', ...inner, '    <system-out/>', '    <system-err/>', '  </testsuite>'];
}

function testcase(file: string, own: CaseReport): readonly string[] {
  const { name, title, passed, durationMs } = own;
  const groups = title.slice(0, Math.max(0, title.length - name.length - ' › '.length));
  const open = `    <testcase${attributes({
    name,
    classname: groups === '' ? file : `${file} › ${groups}`,
    time: seconds(durationMs),
  })}`;
  if (passed) return [`${open}/>`];
  const failure = `<failure${attributes({ message: failureLines(own)[0], type: kindOf(own) })}>${escaped(failureLines(own).join('\n'))}</failure>`;
  return [`${open}>`, `      ${failure}`, '    </testcase>'];
}

/** What kind of failure it is: the assertion that failed, or an error where none was reached. */
function kindOf({ explanation }: CaseReport): string {
  if (explanation === undefined) return 'error';
  return explanation.kind === 'condition' ? 'assert' : 'assert_eq';
}

function placeText(place: CaseReport['place']): string {
  return place === undefined
    ? ''
    : `${visiblePath(place.file)}:${place.line}:${place.column}\n${place.frame}`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) =>
      value === undefined ? '' : ` ${name}="${escaped(visibleLine(String(value), MAX_ATTRIBUTE))}"`,
    )
    .join('');
}

/** Characters of a name or message. */
const MAX_ATTRIBUTE = 4_096;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text for XML 1.0, which has no way at all to write most control characters: they are shown by their codes. No line begins as a command to
 * the build server that reads them on their way.
 */
function escaped(text: string): string {
  return visibleText(text)
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll('::', '&#58;:')
    .replaceAll('##[', '&#35;#[');
}
