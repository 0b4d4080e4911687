/** What tests reached of the steps that stand in one file; plain data. */
export interface FileCoverage {
  readonly file: string;
  /** In the order of the file. */
  readonly steps: readonly StepCoverage[];
  readonly totals: CoverageTotals;
}

/** What tests reached of one step. A step that is included in several places is one step. */
export interface StepCoverage {
  /** Counts from 1. */
  readonly line: number;
  readonly column: number;
  /** Its id, label or path, for people. */
  readonly name: string;
  /** How often the step was entered. */
  readonly hits: number;
  /** How its condition came out: of a branching step the ways that were taken, of any other whether the step was skipped. */
  readonly condition: ConditionCoverage | undefined;
}

/** How often a condition was true and false. */
export interface ConditionCoverage {
  readonly kind: 'branch' | 'assert';
  readonly whenTrue: number;
  readonly whenFalse: number;
}

/** How many things of a kind there are, and how many of them were reached. */
export interface Share {
  readonly reached: number;
  readonly all: number;
  /** Of nothing everything was reached. */
  readonly percent: number;
}

/** What was reached of steps, of the two ways of each branch, of the two outcomes of each other condition, and of all of them together. */
export interface CoverageTotals {
  readonly steps: Share;
  readonly branches: Share;
  readonly asserts: Share;
  readonly together: Share;
}

/** Adds up what several test runs reached, file by file and step by step. */
export function mergeCoverage(
  runs: Iterable<readonly Pick<FileCoverage, 'file' | 'steps'>[]>,
): readonly FileCoverage[] {
  const files = new Map<string, Map<string, StepCoverage>>();
  for (const run of runs) {
    for (const { file, steps } of run) {
      let known = files.get(file);
      if (known === undefined) files.set(file, (known = new Map<string, StepCoverage>()));
      for (const step of steps) {
        const key = `${step.line}:${step.column}`;
        known.set(key, added(known.get(key), step));
      }
    }
  }
  return [...files]
    .map(([file, known]) => {
      const steps = [...known.values()].sort(byPlace);
      return { file, steps, totals: coverageTotals([{ steps }]) };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The totals of some files. */
export function coverageTotals(files: Iterable<Pick<FileCoverage, 'steps'>>): CoverageTotals {
  const steps = { reached: 0, all: 0 };
  const branches = { reached: 0, all: 0 };
  const asserts = { reached: 0, all: 0 };
  for (const step of [...files].flatMap((file) => file.steps)) {
    count(steps, step.hits);
    if (step.condition === undefined) continue;
    const share = step.condition.kind === 'branch' ? branches : asserts;
    count(share, step.condition.whenTrue);
    count(share, step.condition.whenFalse);
  }
  const together = {
    reached: steps.reached + branches.reached + asserts.reached,
    all: steps.all + branches.all + asserts.all,
  };
  return {
    steps: shareOf(steps),
    branches: shareOf(branches),
    asserts: shareOf(asserts),
    together: shareOf(together),
  };
}

function shareOf({ reached, all }: Pick<Share, 'reached' | 'all'>): Share {
  return { reached, all, percent: all === 0 ? 100 : (reached / all) * 100 };
}

function count(share: { reached: number; all: number }, hits: number): void {
  share.all++;
  if (hits > 0) share.reached++;
}

function added(before: StepCoverage | undefined, step: StepCoverage): StepCoverage {
  if (before === undefined) return step;
  const { condition } = step;
  return {
    ...step,
    hits: before.hits + step.hits,
    condition:
      condition === undefined || before.condition === undefined
        ? (condition ?? before.condition)
        : {
            kind: condition.kind,
            whenTrue: before.condition.whenTrue + condition.whenTrue,
            whenFalse: before.condition.whenFalse + condition.whenFalse,
          },
  };
}

function byPlace(a: StepCoverage, b: StepCoverage): number {
  return a.line - b.line || a.column - b.column;
}
