import { readFileSync } from 'node:fs';
import { messageOf, PhlowError } from '../src/errors.js';
import type { Bar } from './bars.js';
import { isMap } from '../src/values.js';
import type { ComparedRun, Comparison } from './compare.js';
import type { Machine } from '../src/measure/machine.js';
import type { Result } from '../src/measure/suite.js';

/** A case that could not be measured, and why. */
export interface Failure {
  readonly scope: string;
  readonly reason: string;
}

/** What a run leaves behind: the JSON that `--json` prints and `--out` saves. */
export interface BenchDocument {
  readonly machine: Machine;
  readonly settings: { readonly rounds: number; readonly roundMs: number; readonly isQuick: boolean };
  /** What each scope measures, by its name. */
  readonly about: Readonly<Record<string, string>>;
  readonly results: readonly Result[];
  /** What phlow promises, held against the rows; over `--runs`, against those of every run, while the rows are the last one's. */
  readonly bars: readonly Bar[];
  readonly failures: readonly Failure[];
  readonly comparison?: Comparison;
}

/** Reads what comparing needs of a saved document; throws `PHLOW_USAGE` when the file cannot be read or is something else. */
export function readDocument(path: string): ComparedRun {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new PhlowError('PHLOW_USAGE', `Cannot compare with ${path}: ${messageOf(cause)}`, { cause });
  }
  if (!isComparable(found)) {
    throw new PhlowError(
      'PHLOW_USAGE',
      `Cannot compare with ${path}: it is not a saved bench document. Make one with --out ${path}.`,
    );
  }
  return found;
}

function isComparable(value: unknown): value is ComparedRun {
  if (!isMap(value) || !isMap(value['machine']) || !Array.isArray(value['results'])) return false;
  return value['results'].every(
    (row) =>
      isMap(row) &&
      typeof row['scope'] === 'string' &&
      typeof row['case'] === 'string' &&
      typeof row['inFlight'] === 'number' &&
      Array.isArray(row['rounds']) &&
      row['rounds'].length > 0 &&
      row['rounds'].every((rate) => typeof rate === 'number'),
  );
}
