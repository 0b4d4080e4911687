import { diffArrays } from 'diff/lib/diff/array.js';

/** Beyond this many lines that are missing or new, what lies between the first and the last of them is shown one below the other. */
const MAX_EDITS = 2_000;
const CONTEXT = 3;

/**
 * The way from one text to another, line by line: `- ` lines are missing from `got`, `+ ` lines are new in it, the others stand in both.
 * Lines that are far from any difference are left out.
 */
export function lineDiff(expected: string, got: string): readonly string[] {
  const [a, b] = [expected.split('\n'), got.split('\n')];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const changes = changesIn(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return withContext([...a.slice(0, head).map(kept), ...changes, ...a.slice(a.length - tail).map(kept)]);
}

function changesIn(a: string[], b: string[]): readonly string[] {
  const parts = diffArrays(a, b, { maxEditLength: MAX_EDITS });
  if (parts === undefined) return [...a.map(removed), ...b.map(added)];
  return parts.flatMap((part) => part.value.map(part.removed ? removed : part.added ? added : kept));
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
