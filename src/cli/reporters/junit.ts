import type { CaseReport, FileReport } from '../../index.js';
import { visibleLine, visiblePath, visibleText } from '../../visible-text.js';
import { failureLines } from './failure-lines.js';
import type { Reporter } from './reporter.js';

/** JUnit's XML, as build servers read it: a suite per file. */
export const junit: Reporter = {
  atEnd(reports) {
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${attributes({ name: 'phlow', ...countsOf(reports) })}>`,
      ...reports.flatMap(suite),
      '</testsuites>',
    ];
  },
};

function suite(report: FileReport): readonly string[] {
  const { file, problem, cases } = report;
  const open = `  <testsuite${attributes({ name: file, file, ...countsOf([report]) })}>`;
  const inner =
    problem === undefined
      ? cases.flatMap((own) => testcase(file, own))
      : [
          `    <testcase${attributes({ name: file, classname: file })}>`,
          `      <error${attributes({ message: problem.message, type: problem.code })}>${escaped(placeText(problem.place))}</error>`,
          '    </testcase>',
        ];
  return [open, ...inner, '  </testsuite>'];
}

function testcase(file: string, own: CaseReport): readonly string[] {
  const { name, title, passed, place, durationMs } = own;
  const groups = title.slice(0, Math.max(0, title.length - name.length - ' › '.length));
  const open = `    <testcase${attributes({
    name,
    classname: groups === '' ? file : `${file} › ${groups}`,
    file: place?.file ?? file,
    line: place?.line,
    time: seconds(durationMs),
  })}`;
  if (passed) return [`${open}/>`];
  const failure = `<failure${attributes({ message: failureLines(own)[0] })}>${escaped(failureLines(own).join('\n'))}</failure>`;
  return [`${open}>`, `      ${failure}`, '    </testcase>'];
}

function countsOf(reports: readonly FileReport[]): Readonly<Record<string, string | number>> {
  const errors = reports.filter(({ problem }) => problem !== undefined).length;
  const sum = (pick: (report: FileReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  return {
    tests: sum(({ total }) => total) + errors,
    failures: sum(({ failed }) => failed),
    errors,
    time: seconds(sum(({ durationMs }) => durationMs)),
  };
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
