import type { SourceLocation } from '../../code-frame.js';
import { isPhlowError, messageOf, type PhlowErrorCode } from '../../errors.js';
import type { FileCoverage } from '../../flow/coverage/file-coverage.js';
import type { CaseResult } from '../../flow/tests/run-case.js';
import type { TestReport } from '../../flow/tests/run-tests.js';
import type { TestCase, TestTree } from '../../flow/tests/test-tree.js';

/** What became of the tests of one file: plain data, so that it can come from another thread. */
export interface FileReport {
  readonly file: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  /** Cases in the file, whether the filter lets them through or not. */
  readonly all: number;
  readonly cases: readonly CaseReport[];
  readonly tree: readonly ReportNode[];
  /** Why nothing could be run; then there are no cases. */
  readonly problem: ProblemReport | undefined;
  /** Empty when it was not asked for. */
  readonly coverage: readonly FileCoverage[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** What became of one case, as plain data. */
export interface CaseReport extends Omit<CaseResult, 'index' | 'case' | 'error'> {
  readonly name: string;
  /** The names of the groups around it and its own, joined with ` › `. */
  readonly title: string;
}

/** A group, or a case by its index in the list of cases. */
export type ReportNode =
  | { readonly kind: 'group'; readonly name: string; readonly children: readonly ReportNode[] }
  | { readonly kind: 'case'; readonly name: string; readonly index: number };

/** An error as plain data. */
export interface ProblemReport {
  readonly code: PhlowErrorCode;
  readonly message: string;
  readonly place: SourceLocation | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The report of a run as plain data. Groups of which no case was run are left out. */
export function fileReport(
  report: TestReport,
  about: Pick<FileReport, 'file' | 'coverage' | 'startedAt' | 'durationMs'>,
): FileReport {
  const { total, passed, failed, all, results, tree } = report;
  const indexes = new Map(results.map((result, index) => [result.case, index]));
  return {
    ...about,
    total,
    passed,
    failed,
    all,
    cases: results.map(caseReport),
    tree: nodesOf(tree, indexes),
    problem: undefined,
  };
}

/** The report of a file whose tests could not be run. */
export function problemReport(
  error: unknown,
  about: Pick<FileReport, 'file' | 'startedAt' | 'durationMs'>,
): FileReport {
  const problem: ProblemReport = isPhlowError(error)
    ? { code: error.code, message: error.message, place: plainPlace(error.place), details: error.details }
    : { code: 'PHLOW_INTERNAL', message: messageOf(error), place: undefined, details: {} };
  return { ...about, total: 0, passed: 0, failed: 0, all: 0, cases: [], tree: [], problem, coverage: [] };
}

function caseReport(result: CaseResult): CaseReport {
  const { passed, message, complaints, main, payload, expected, explanation, place, durationMs } = result;
  const { name, title } = result.case;
  return {
    name,
    title,
    passed,
    message,
    complaints,
    main,
    payload,
    result: result.result,
    expected,
    explanation,
    place: plainPlace(place),
    durationMs,
  };
}

function nodesOf(tree: TestTree, indexes: ReadonlyMap<TestCase, number>): readonly ReportNode[] {
  return tree.flatMap((child): ReportNode[] => {
    if (child.kind === 'group') {
      const children = nodesOf(child.children, indexes);
      return children.length === 0 ? [] : [{ kind: 'group', name: child.name, children }];
    }
    const index = indexes.get(child);
    return index === undefined ? [] : [{ kind: 'case', name: child.name, index }];
  });
}

function plainPlace(place: SourceLocation | undefined): SourceLocation | undefined {
  if (place === undefined) return undefined;
  const { file, line, column, frame } = place;
  return { file, line, column, frame };
}
