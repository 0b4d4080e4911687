import type { FileReport } from '../../index.js';
import { visibleText } from '../../visible-text.js';
import { failureLines } from './failure-lines.js';
import type { Reporter } from './reporter.js';

/** Workflow commands that make GitHub show each failure at its line. */
export const github: Reporter = {
  isCommanding: true,
  atEnd(reports) {
    return reports.flatMap(annotations);
  },
};

function annotations({ file, problem, cases }: FileReport): readonly string[] {
  if (problem !== undefined) {
    return [
      annotation({ file: problem.place?.file ?? file, place: problem.place, title: file }, problem.message),
    ];
  }
  return cases
    .filter(({ passed }) => !passed)
    .map((failed) =>
      annotation(
        { file: failed.place?.file ?? file, place: failed.place, title: failed.title },
        failureLines(failed, false).join('\n'),
      ),
    );
}

interface Target {
  readonly file: string;
  readonly place: { readonly line: number; readonly column: number } | undefined;
  readonly title: string;
}

function annotation({ file, place, title }: Target, message: string): string {
  const at = place === undefined ? '' : `,line=${place.line},col=${place.column}`;
  return `::error file=${property(file)}${at},title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return visibleText(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
