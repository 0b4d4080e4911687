import { diffArrays } from 'diff/lib/diff/array.js';

/** Beyond this many differing lines a diff is only the two texts one below the other. */
const MAX_EDITS = 1_000;
const CONTEXT = 3;

/**
 * The way from one text to another, line by line: `- ` lines are missing from `got`, `+ ` lines are new in it, the others stand in both.
 * Lines that are far from any difference are left out.
 */
export function lineDiff(expected: string, got: string): readonly string[] {
  const [a, b] = [expected.split('\n'), got.split('\n')];
  const parts = diffArrays(a, b, { maxEditLength: MAX_EDITS });
  return withContext(
    parts === undefined
      ? [...a.map(removed), ...b.map(added)]
      : parts.flatMap((part) => part.value.map(part.removed ? removed : part.added ? added : kept)),
  );
}

function withContext(lines: readonly string[]): readonly string[] {
  const near = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('  ')) continue;
    for (let other = index - CONTEXT; other <= index + CONTEXT; other++) near.add(other);
  }
  const shown: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (near.has(index)) shown.push(line);
    else if (index === 0 || near.has(index - 1)) shown.push('  ...');
  }
  return shown;
}

function kept(line: string): string {
  return `  ${line}`;
}

function removed(line: string): string {
  return `- ${line}`;
}

function added(line: string): string {
  return `+ ${line}`;
}
