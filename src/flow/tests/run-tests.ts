import { setEntry } from '../../phs/values/entries.js';
import type { Value } from '../../values.js';
import { visiblePath } from '../../visible-text.js';
import type { FlowDocument } from '../document/flow-document.js';
import { Diagnostics } from '../diagnostics.js';
import { reasonOf } from '../engine/cancellation.js';
import { runCase, type CaseResult, type TestSubject } from './run-case.js';
import { casesOf, readTests, type TestCase, type TestTree } from './test-tree.js';

/** What became of all cases. */
export interface TestReport {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly CaseResult[];
  readonly tree: TestTree;
  /** Cases in the file, whether the filter lets them through or not. */
  readonly all: number;
}

/** Which cases are run, and how. */
export interface TestOptions {
  /** Only cases whose full title contains this. */
  readonly filter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that a case may take. Default 60 000. */
  readonly timeoutMs?: number | undefined;
}

const CASE_TIMEOUT_MS = 60_000;

/** The test cases of a flow. Throws PHLOW_FLOW_INVALID when they have the wrong shape, or when there are none at all. */
export function testsOf(document: FlowDocument): TestTree {
  const diagnostics = new Diagnostics();
  if (document.tests === undefined) {
    const file = document.range?.file.path;
    const where = file === undefined ? '' : `: ${visiblePath(file)} has no "tests:"`;
    diagnostics.error(`No tests found in the phlow file${where}`, document.range);
  }
  const tree = readTests(document, diagnostics);
  diagnostics.check();
  return tree;
}

/** The cases that a filter lets through, in document order. */
export function wantedCases(tree: TestTree, filter: string | undefined): readonly TestCase[] {
  const all = casesOf(tree);
  return filter === undefined ? all : all.filter(({ title }) => title.includes(filter));
}

/** Runs the cases of a flow one after the other, in document order; a case that fails stops none of the others. */
export async function runTests(
  document: FlowDocument,
  subject: TestSubject,
  { filter, signal, timeoutMs = CASE_TIMEOUT_MS }: TestOptions,
): Promise<TestReport> {
  const tree = testsOf(document);
  const all = casesOf(tree);
  const results: CaseResult[] = [];
  const earlier: Record<string, Value> = {};
  for (const [index, test] of wantedCases(tree, filter).entries()) {
    if (signal?.aborted === true) throw reasonOf(signal);
    // Each case sees the outcomes as they were before it, so it gets a copy.
    const options = { signal, timeoutMs };
    const { outcome, result } =
      subject.runCase === undefined
        ? await runCase(test, index + 1, { ...earlier }, subject, options)
        : await subject.runCase(test, { at: all.indexOf(test), index: index + 1 }, { ...earlier }, options);
    results.push(result);
    if (outcome !== undefined) setEntry(earlier, test.key, outcome);
  }
  const passed = results.filter((result) => result.passed).length;
  return { total: results.length, passed, failed: results.length - passed, results, tree, all: all.length };
}
