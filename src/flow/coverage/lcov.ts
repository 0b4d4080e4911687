import { visiblePath } from '../../visible-text.js';
import type { ConditionCoverage, FileCoverage, StepCoverage } from './file-coverage.js';

/**
 * Coverage as an lcov tracefile: a step is a line (several on one line are added up), a condition is a branch with two ways, true and false.
 *
 * @param nameOf what a file is called in it.
 */
export function lcovText(files: Iterable<FileCoverage>, nameOf = (file: string): string => file): string {
  return [...files].map((file) => section(nameOf(file.file), file.steps)).join('');
}

function section(name: string, steps: readonly StepCoverage[]): string {
  const lines = new Map<number, number>();
  for (const { line, hits } of steps) lines.set(line, (lines.get(line) ?? 0) + hits);
  const branches = steps.flatMap((step, block) =>
    step.condition === undefined ? [] : branchLines(step, step.condition, block),
  );
  const taken = branches.filter((line) => !/,(?:-|0)$/.test(line)).length;
  const reached = [...lines.values()].filter((hits) => hits > 0).length;
  return [
    'TN:',
    `SF:${visiblePath(name)}`,
    ...branches,
    `BRF:${branches.length}`,
    `BRH:${taken}`,
    ...[...lines].map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${lines.size}`,
    `LH:${reached}`,
    'end_of_record',
    '',
  ].join('\n');
}

/** A dash stands for a condition that was never computed. */
function branchLines({ line }: StepCoverage, condition: ConditionCoverage, block: number): string[] {
  const { whenTrue, whenFalse } = condition;
  const isComputed = whenTrue + whenFalse > 0;
  return [whenTrue, whenFalse].map(
    (taken, way) => `BRDA:${line},${block},${way},${isComputed ? taken : '-'}`,
  );
}
