import { stepName } from '../document/step-keys.js';
import type { Plan, Step } from '../plan/plan.js';
import type { RunObserver } from '../engine/observer.js';
import { mergeCoverage, type FileCoverage, type StepCoverage } from './file-coverage.js';

/** Finds lines and columns in a text; made once, so that asking for thousands of places is cheap. */
class LineTable {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Line and column, from 1, of an offset; both in UTF-16 units. */
  placeOf(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** Counts while flows run; by the number of the step in its plan. */
interface Counts {
  readonly plan: Plan;
  readonly hits: Uint32Array;
  readonly whenTrue: Uint32Array;
  readonly whenFalse: Uint32Array;
}

/** Collects which steps of some flows are reached, and how their conditions come out. */
export class CoverageCollector {
  readonly #counts: Counts[] = [];

  /** Adds a flow; the observer has to be called for all its runs. */
  watch(plan: Plan): RunObserver {
    const size = plan.steps.length;
    const counts = {
      plan,
      hits: new Uint32Array(size),
      whenTrue: new Uint32Array(size),
      whenFalse: new Uint32Array(size),
    };
    this.#counts.push(counts);
    return {
      entered: (_run, { index }) => add(counts.hits, index),
      asserted: (_run, { index }, outcome) => add(outcome ? counts.whenTrue : counts.whenFalse, index),
      counted: ({ index }, entered, whenTrue, whenFalse) => {
        add(counts.hits, index, entered);
        add(counts.whenTrue, index, whenTrue);
        add(counts.whenFalse, index, whenFalse);
      },
    };
  }

  /** What was reached so far, by the files that the steps stand in. Steps of flows that have no file are left out. */
  files(): readonly FileCoverage[] {
    const tables = new Map<string, LineTable>();
    const runs: Pick<FileCoverage, 'file' | 'steps'>[] = [];
    for (const counts of this.#counts) {
      for (const step of counts.plan.steps) {
        const { range } = step.document;
        if (range === undefined) continue;
        const { path, text } = range.file;
        let table = tables.get(path);
        if (table === undefined) tables.set(path, (table = new LineTable(text)));
        runs.push({ file: path, steps: [coverageOf(step, table.placeOf(range.offset), counts)] });
      }
    }
    return mergeCoverage([runs]);
  }
}

function add(counts: Uint32Array, index: number, times = 1): void {
  counts[index] = (counts[index] ?? 0) + times;
}

function coverageOf(
  step: Step,
  place: { readonly line: number; readonly column: number },
  { hits, whenTrue, whenFalse }: Counts,
): StepCoverage {
  const at = (counts: Uint32Array): number => counts[step.index] ?? 0;
  return {
    ...place,
    name: stepName(step.document),
    hits: at(hits),
    condition:
      step.assert === undefined
        ? undefined
        : {
            kind: step.isBranching ? 'branch' : 'assert',
            whenTrue: at(whenTrue),
            whenFalse: at(whenFalse),
          },
  };
}
