import { isPhlowError, messageOf } from '../../errors.js';
import { placeOf } from '../../flow/source/source-file.js';
import { isMap, textOf, type Value } from '../../values.js';
import type { Explanation } from '../../flow/tests/explain.js';
import type { FinishedCase } from '../../flow/tests/run-case.js';
import type { TestCase } from '../../flow/tests/test-tree.js';
import { errorFrom, placeFrom, type ErrorReader } from './error-data.js';

/** What the host knows of a case. */
interface KnownCase {
  readonly test: TestCase;
  readonly index: number;
  readonly durationMs: number;
}

/** What a module says about a test case that it ran, in the shape that reporters read, whatever it said. */
export function finishedCase(data: unknown, known: KnownCase, reader: ErrorReader): FinishedCase {
  const it = isMap(data) ? data : {};
  const reported = isMap(it['result']) ? it['result'] : {};
  const error = it['error'] === undefined ? undefined : errorFrom(it['error'], reader);
  const complaints: unknown = reported['complaints'];
  return {
    result: {
      index: known.index,
      case: known.test,
      passed: reported['passed'] === true,
      message: textOf(reported['message'] ?? ''),
      complaints: textsIn(complaints),
      main: reported['main'] as Value,
      payload: reported['payload'] as Value,
      result: reported['result'] as Value,
      expected: reported['expected'] as Value,
      explanation: explanationIn(reported['explanation']),
      place: placeFrom(reported['place'], reader),
      durationMs: known.durationMs,
      error,
    },
    outcome: isMap(it['outcome']) ? (it['outcome'] as FinishedCase['outcome']) : undefined,
  };
}

/** The report of a case that was not run to its end. */
export function failedCase(error: unknown, { test, index, durationMs }: KnownCase): FinishedCase {
  return {
    result: {
      index,
      case: test,
      passed: false,
      message: `Execution failed: ${messageOf(error)}`,
      complaints: [],
      main: undefined,
      payload: undefined,
      result: undefined,
      expected: undefined,
      explanation: undefined,
      place: (isPhlowError(error) ? error.place : undefined) ?? placeOf(test.range),
      durationMs,
      error,
    },
    outcome: undefined,
  };
}

function explanationIn(data: unknown): Explanation | undefined {
  if (!isMap(data)) return undefined;
  const sides = Array.isArray(data['sides']) ? (data['sides'] as readonly unknown[]) : [];
  return {
    kind: data['kind'] === 'condition' ? 'condition' : 'difference',
    expression: textOf(data['expression']),
    sides: sides.filter(isMap).map(({ source, text }) => ({ source: textOf(source), text: textOf(text) })),
    diff: textsIn(data['diff']),
  };
}

function textsIn(data: unknown): readonly string[] {
  return Array.isArray(data) ? (data as readonly unknown[]).map((text) => textOf(text)) : [];
}
