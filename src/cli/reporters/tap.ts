import type { CaseReport, FileReport } from '../../index.js';
import { visibleJson, visibleLine } from '../../visible-text.js';
import type { Reporter } from './reporter.js';

/** Characters of a test's title, which its file's path begins. */
const MAX_TITLE = 4_096;

/** TAP version 14. A file that could not be run is one failed test. */
export const tap: Reporter = {
  atEnd(reports) {
    const points = reports.flatMap(pointsOf);
    return [
      'TAP version 14',
      `1..${points.length}`,
      ...points.flatMap(({ title, passed, notes }, index) => [
        `${passed ? 'ok' : 'not ok'} ${index + 1} - ${escaped(title)}`,
        ...(notes.length === 0 ? [] : ['  ---', ...notes.map((note) => `  ${note}`), '  ...']),
      ]),
    ];
  },
};

interface Point {
  readonly title: string;
  readonly passed: boolean;
  /** Lines of a YAML block. */
  readonly notes: readonly string[];
}

function pointsOf({ file, problem, cases }: FileReport): readonly Point[] {
  if (problem !== undefined) {
    return [{ title: file, passed: false, notes: notesOf(problem.message, problem.place) }];
  }
  return cases.map((own) => ({
    title: `${file} › ${own.title}`,
    passed: own.passed,
    notes: own.passed ? [] : [...notesOf(own.message, own.place), ...sidesOf(own)],
  }));
}

function notesOf(message: string, place: CaseReport['place']): readonly string[] {
  const at = place === undefined ? [] : [`at: ${quoted(`${place.file}:${place.line}:${place.column}`)}`];
  return [`message: ${quoted(message)}`, ...at];
}

function sidesOf({ explanation }: CaseReport): readonly string[] {
  const sides = explanation?.sides ?? [];
  return sides.length === 0
    ? []
    : ['values:', ...sides.map(({ source, text }) => `  ${quoted(source)}: ${quoted(text)}`)];
}

/** A JSON string is a YAML string. */
function quoted(text: string): string {
  return visibleJson(JSON.stringify(text));
}

function escaped(title: string): string {
  return visibleLine(title.replaceAll('\n', ' '), MAX_TITLE).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
