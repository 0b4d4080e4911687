import type { CaseReport, FileReport } from '../../index.js';
import { jsonText } from '../json-text.js';
import type { Reporter } from './reporter.js';

/** One line of JSON for programs. */
export const json: Reporter = {
  atEnd(reports) {
    return [jsonText({ files: reports.map(fileRecord) })];
  },
};

function fileRecord(report: FileReport): Readonly<Record<string, unknown>> {
  const { file, total, passed, failed, all, cases, problem, coverage, durationMs } = report;
  return {
    file,
    total,
    passed,
    failed,
    all,
    durationMs: Math.round(durationMs),
    results: cases.map(caseRecord),
    error: problem === undefined ? null : { ...problem, place: problem.place ?? null },
    ...(coverage.length === 0 ? {} : { coverage }),
  };
}

function caseRecord(own: CaseReport, index: number): Readonly<Record<string, unknown>> {
  const { title, passed, message, main, payload, result, explanation, place, durationMs } = own;
  return {
    index: index + 1,
    title,
    passed,
    message,
    durationMs: Math.round(durationMs),
    ...(passed ? {} : { main, payload, result, explanation: explanation ?? null, place: place ?? null }),
  };
}
